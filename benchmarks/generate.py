"""Synthetic data packages of our own tables, events and what hangs on them, any number of rows.

Columns are filled about as often and as long as in the shipped package.

``python -m benchmarks.generate 100000 OUT`` writes one; a third argument puts faults in, so many
of each kind of `FAULTS`. ``one`` in its place spoils one row by each kind of `FAULTS` and `OTHERS`.
"""

from __future__ import annotations

import csv
import json
import random
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

from chippolicy.derive import load_plan

_WORDS = ("license", "export", "rule", "letter", "chip", "sale", "China", "notice", "report")
Row = dict[str, object]


def rows(total: int) -> dict[str, Iterable[Row]]:
    """The tables of a package of about `total` rows, each a stream of rows."""
    events, event_actors = int(total * 0.3), int(total * 0.3)
    actors, chips, policies, sources = 200, 60, 80, max(100, total // 200)

    def day(number: int) -> str:
        return (date(2015, 1, 1) + timedelta(days=number % 3_000)).isoformat()

    def source_rows() -> Iterator[Row]:
        for n in range(sources):
            yield {
                "id": f"source-{n}",
                "kind": "news",
                "title": f"Report {n}, in some words",
                "published": "2025-06-01",
                "url": f"https://example.org/reports/{n}",
            }

    def actor_rows() -> Iterator[Row]:
        for n in range(actors):
            yield {"id": f"actor-{n}", "kind": "company", "name": f"Company {n}", "country": "US"}

    def chip_rows() -> Iterator[Row]:
        for n in range(chips):
            yield {
                "id": f"chip-{n}",
                "name": f"Chip {n}",
                "designer_id": f"actor-{n}",
                "announced": "2014-01-01",
                "released": "2014-06",
                "memory_gb": 96,
                "memory_bandwidth_gb_s": 4000 + n,
                "die_area_mm2": 814,
                "datacenter": "true",
            }

    def policy_rows() -> Iterator[Row]:
        for n in range(policies):
            yield {
                "id": f"policy-{n}",
                "kind": "rule",
                "title": f"Rule {n}",
                "jurisdiction": "US",
                "announced": "2014-01-01",
                "published": "2014-01-10",
            }

    def event_rows() -> Iterator[Row]:
        choose = random.Random(1)
        for n in range(events):
            yield {
                "id": f"event-{n}",
                "kind": "policy",
                "title": " ".join(choose.choices(_WORDS, k=10)),
                "date": day(n),
                "place": "" if n % 9 else "Washington, DC",
                "summary": "" if n % 6 else " ".join(choose.choices(_WORDS, k=9)),
            }

    def event_actor_rows() -> Iterator[Row]:
        for n in range(event_actors):
            yield {
                "event_id": f"event-{n * 2 % max(events, 1)}",
                "actor_id": f"actor-{n % actors}",
                "role": "agent" if n * 2 < events else "subject",
            }

    def citation_rows() -> Iterator[Row]:
        cited = (
            ("actors", "actor", actors),
            ("chips", "chip", chips),
            ("events", "event", events),
            ("policies", "policy", policies),
        )
        for table, word, count in cited:
            for n in range(count + (events // 3 if table == "events" else 0)):
                yield {
                    "record": f"{table}/{word}-{n % count}",
                    "field": "*",
                    "n": 1 + n // count,
                    "source_id": f"source-{n % sources}",
                    "relation": "supports",
                    "confidence": "single",
                    "locator": f"page {n % 90 + 1}, paragraph {n % 7 + 1}" if n % 2 else "",
                    "quote": "" if n % 9 else "so we negotiated a little deal",
                    "note": "" if n % 3 else f"Found in {n % 5 + 2} places, worded alike in all.",
                }

    return {
        "sources": source_rows(), "actors": actor_rows(), "chips": chip_rows(),
        "policies": policy_rows(), "events": event_rows(), "event_actors": event_actor_rows(),
        "citations": citation_rows(),
    }  # fmt: skip


Kinds = dict[str, tuple[str, Callable[[Row, Row], Row]]]
FAULTS: Kinds = {
    "value/format": ("events", lambda row, _: {**row, "id": f"{row['id']}_"}),
    "value/enumeration": ("events", lambda row, _: {**row, "kind": "polcy"}),
    "value/date": ("events", lambda row, _: {**row, "date": "2023-02-29"}),
    "value/type": ("citations", lambda row, _: {**row, "n": f"{row['n']}st"}),
    "key/duplicate": ("event_actors", lambda row, before: before or row),
    "ref/dangling": ("event_actors", lambda row, _: {**row, "event_id": f"{row['event_id']}x"}),
    "ref/record": ("citations", lambda row, _: {**row, "record": f"{row['record']}x"}),
    "value/missing": ("citations", lambda row, _: {**row, "relation": ""}),
}
"""Kinds of fault: the table, and how a row, seeing the one before, is spoiled."""


OTHERS: Kinds = {
    "key/missing": ("events", lambda row, _: {**row, "id": ""}),
    "date/id": ("events", lambda row, _: {**row, "id": "1999-01-01-sale", "date": "2020-05-05"}),
    "text/control": ("events", lambda row, _: {**row, "summary": "a sale\x85of chips"}),
    "text/direction": ("events", lambda row, _: {**row, "title": "a sale \u202eof chips"}),
    "text/invisible": ("events", lambda row, _: {**row, "title": "a sa\u200ble of chips"}),
    "text/look-alike": ("events", lambda row, _: {**row, "title": "\u0430 sale of chi\u0440s"}),
    "text/blank": ("events", lambda row, _: {**row, "title": "a sale  of chips"}),
    "text/formula": ("events", lambda row, _: {**row, "title": "=1+1 sales"}),
    "value/limit": ("chips", lambda row, _: {**row, "memory_gb": "-1"}),
    "figure/unit": ("chips", lambda row, _: {**row, "memory_gb": "98304"}),
    "graph/cycle": ("chips", lambda row, _: {**row, "derived_from_id": row["id"]}),
    "date/order": ("policies", lambda row, _: {**row, "published": "2013-01-01"}),
    "ref/field": ("citations", lambda row, _: {**row, "field": "dat"}),
}
"""Kinds of fault that chippolicy alone looks for, or that are of the same kind for the others."""
ALL = FAULTS | OTHERS


NINE = FAULTS | {"text/direction": OTHERS["text/direction"]}
"""Nine kinds, one fault of each of which is to be found among many millions of rows."""
EVERY: Kinds = {
    "value/date": ("events", lambda row, _: {**row, "date": f"2023-13-{row['id']}"}),
    "ref/dangling": FAULTS["ref/dangling"],
    "ref/record": FAULTS["ref/record"],
}
"""A kind for each large table, with which each of its rows has a fault of its own."""


def spoiled(
    table: str, rows: Iterable[Row], count: int, each: int, kinds: Kinds = FAULTS
) -> Iterator[Row]:
    """Rows of a table, about `count` in all, `each` of them spoiled by each kind of fault."""
    changes = [change for of, change in kinds.values() if of == table]
    period = max(1, count // (each * len(changes) + 1)) if each and changes else 0
    return _changed(rows, changes, period, each * len(changes))


def one_of_each(table: str, rows: Iterable[Row]) -> Iterator[Row]:
    """Rows of a table, of which one is spoiled by each kind of fault."""
    changes = [change for of, change in ALL.values() if of == table]
    return _changed(rows, changes, 3 if changes else 0, len(changes))


def _changed(
    rows: Iterable[Row], changes: list[Callable[[Row, Row], Row]], period: int, left: int
) -> Iterator[Row]:
    before: Row = {}
    for number, row in enumerate(rows, 1):
        if period and left and number % period == 0:
            row = changes[left % len(changes)](row, before)
            left -= 1
        yield row
        before = row


def write(total: int, folder: Path, each: int | None = 0, kinds: Kinds = FAULTS) -> Path:
    """Write a package with its descriptor, whose foreign keys stay within it; give its path.

    `each`: so many rows are spoiled by each of the kinds; None: one by each kind of `ALL`.
    """
    from chippolicy.derive.datapackage import PROFILE
    from chippolicy.derive.table_schema import table_schema
    from chippolicy.records import TABLES

    (folder / "data").mkdir(parents=True, exist_ok=True)
    tables = rows(total)
    resources = []
    for name, stream in tables.items():
        columns = load_plan().tables[name].names
        with (folder / "data" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
            writer.writeheader()
            if each is None:
                writer.writerows(one_of_each(name, stream))
            else:
                writer.writerows(spoiled(name, stream, int(total * 0.3), each, kinds))
        resources.append(
            {"name": name, "path": f"data/{name}.csv", "profile": "tabular-data-resource",
             "encoding": "utf-8", "schema": table_schema(TABLES[name])}
        )  # fmt: skip
    descriptor = folder / "datapackage.json"
    package = {
        "$schema": PROFILE,
        "profile": "tabular-data-package",
        "name": "synthetic",
        "resources": resources,
    }
    descriptor.write_text(json.dumps(package), encoding="utf-8")
    return descriptor


if __name__ == "__main__":
    wanted = [None if text == "one" else int(text) for text in sys.argv[3:4]]
    each = wanted[0] if wanted else 0
    sys.stdout.write(f"{write(int(sys.argv[1]), Path(sys.argv[2]), each)}\n")
