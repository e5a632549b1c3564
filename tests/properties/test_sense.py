"""Rules on sense: broken one at a time in a package that makes sense, and held against plain ones.

The strategies of `chippolicy.testing` do not promise sense, so that the package is fixed here and
what breaks it is drawn.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chippolicy import Report, validate
from chippolicy.rules import CATALOG, FAMILIES
from chippolicy.testing import Dataset, Row, csv_folder, reference
from tests.properties.breaking import PLAN, citation, line_of

SENSE = ("control", "name", "text", "figure", "waiver")
WAIVERS = "code,record,path,line,reason,expires\n"


def chip(id: str, **cells: Any) -> Row:
    return {"id": id, "name": id.upper(), **cells}


def throughput(chip: str, format: str, bits: int, ops: float) -> Row:
    return {
        "chip_id": chip, "number_format": format, "bit_length": bits, "dense_tera_ops_s": ops,
    }  # fmt: skip


def criterion(metric: str, comparator: str, value: float, clause: int = 1) -> Row:
    return {
        "measure_id": "m", "clause": clause, "metric": metric, "comparator": comparator,
        "value": value,
    }  # fmt: skip


SENSIBLE: Dataset = {
    "sources": [{"id": "zz-source", "kind": "news", "title": "A report"}],
    "actors": [{"id": "a", "kind": "company", "name": "NVIDIA"}],
    "topics": [{"id": "t", "title": "Selling the H20"}],
    "chips": [
        chip("p", memory_gb=80, memory_bandwidth_gb_s=3350, interconnect_gb_s=900),
        chip("q", memory_gb=96, market_country="CN", derived_from_id="p", die_area_mm2=814),
        chip("r"),
    ],
    "chip_throughput": [
        throughput("p", "fp16", 16, 989.5),
        throughput("p", "fp8", 8, 1979),
        throughput("q", "fp16", 16, 148),
        throughput("q", "fp8", 8, 296),
    ],
    "policies": [{"id": "p", "kind": "rule", "title": "A rule", "jurisdiction": "US"}],
    "policy_measures": [
        {
            "id": "m", "policy_id": "p", "effect": "require-license", "item": "chip",
            "direction": "export",
        },
        {
            "id": "n", "policy_id": "p", "effect": "revenue-share", "item": "chip",
            "direction": "export", "share_percent": 15,
        },
    ],
    "measure_criteria": [
        criterion("tpp", "ge", 2400),
        criterion("tpp", "lt", 4800),
        criterion("datacenter", "eq", 1),
        criterion("interconnect_gb_s", "ge", 600, clause=2),
    ],
    "names": [
        {"record": "chips/p", "language": "en", "kind": "alias", "name": "Pee"},
        {"record": "chips/q", "language": "ja", "kind": "alias", "name": "ピー"},
    ],
}  # fmt: skip


def cited(dataset: Dataset) -> Dataset:
    needing = [
        reference(name, row) for name, rows in dataset.items() if PLAN[name].cited for row in rows
    ]
    return {**dataset, "citations": [citation(record) for record in dict.fromkeys(needing)]}


def check(dataset: Dataset, waivers: str | None = None) -> Report:
    with TemporaryDirectory() as place:
        folder = csv_folder(cited(dataset), Path(place) / "data")
        file = Path(place) / "waivers.csv"
        if waivers is not None:
            file.write_text(waivers, encoding="utf-8")
        return validate(folder, against="none", waivers=file if waivers is not None else None)


class Broken(NamedTuple):
    table: str
    row: Row
    column: str
    waivers: str | None = None


Breaking = Callable[[st.DataObject, Dataset], Broken]
BREAKINGS: defaultdict[str, list[Breaking]] = defaultdict(list)


def breaks(code: str) -> Callable[[Breaking], Breaking]:
    def note(breaking: Breaking) -> Breaking:
        BREAKINGS[code].append(breaking)
        return breaking

    return note


def added(dataset: Dataset, table: str, row: Row, column: str) -> Broken:
    dataset[table].append(row)
    return Broken(table, row, column)


def changed(dataset: Dataset, table: str, at: int, column: str, value: Any) -> Broken:
    row = dataset[table][at]
    row[column] = value
    return Broken(table, row, column)


@breaks("control/empty-clause")
def thresholds_that_part(data: st.DataObject, dataset: Dataset) -> Broken:
    low = data.draw(st.integers(601, 10_000))
    value = data.draw(st.integers(1, low - 1))
    dataset["measure_criteria"][3]["value"] = low
    row = criterion("interconnect_gb_s", data.draw(st.sampled_from(("lt", "le"))), value, clause=2)
    return added(dataset, "measure_criteria", row, "value")


@breaks("control/empty-clause")
def neither_yes_nor_no(data: st.DataObject, dataset: Dataset) -> Broken:
    value = data.draw(st.sampled_from((0.5, 2, 100)))
    return changed(dataset, "measure_criteria", 2, "value", value)


@breaks("control/idle-criterion")
def met_by_all(data: st.DataObject, dataset: Dataset) -> Broken:
    row = data.draw(
        st.sampled_from(
            (
                criterion("memory_bandwidth_gb_s", "ge", 0),
                criterion("has_hbm", "le", 1),
                criterion("has_hbm", "ge", 0),
                criterion("has_hbm", "lt", 2),
                criterion("owned_share_percent", "le", 100),
            )
        )
    )
    return added(dataset, "measure_criteria", dict(row), "value")


@breaks("control/unbounded")
def all_chips(data: st.DataObject, dataset: Dataset) -> Broken:
    row: Row = {
        "id": "z", "policy_id": "p", "item": "chip", "direction": "export",
        "effect": data.draw(st.sampled_from(("require-license", "prohibit"))),
    }  # fmt: skip
    return added(dataset, "policy_measures", row, "id")


@breaks("control/share")
def more_than_all(data: st.DataObject, dataset: Dataset) -> Broken:
    share = data.draw(st.integers(101, 10_000))
    return changed(dataset, "policy_measures", 1, "share_percent", share)


@breaks("name/ambiguous")
def a_name_of_another(data: st.DataObject, dataset: Dataset) -> Broken:
    name = data.draw(st.sampled_from(("Pee", "PEE", "pee", "Ｐｅｅ", "R")))
    row: Row = {"record": "chips/q", "language": "en", "kind": "former", "name": name}
    return added(dataset, "names", row, "name")


ODD_TEXTS = {
    "text/control": ("a\x85b", "a\u2028b"),
    "text/direction": ("a\u202eb", "\u2066a\u2069"),
    "text/invisible": ("a\u200bb", "\ufeffa", "b\u00adc"),
    "text/look-alike": ("NVIDIА", "Νew"),
    "text/blank": (" a", "a ", "a\u3000", "\u00a0a"),
    "text/formula": ("=1+1", "@a", "+a", "-2-3"),
}


def _odd(code: str, texts: tuple[str, ...], kinds: tuple[str, ...]) -> Breaking:
    def breaking(data: st.DataObject, dataset: Dataset) -> Broken:
        found = [
            (name, at, column.name)
            for name, rows in dataset.items()
            for at in range(len(rows))
            for column in (*PLAN[name].columns,)
            if column.kind in kinds
        ]
        name, at, column = data.draw(st.sampled_from(found))
        text = data.draw(st.sampled_from(texts))
        return changed(dataset, name, at, column, text)

    breaking.__name__ = f"{code} in {' or '.join(kinds)}"
    return breaking


for _code, _texts in ODD_TEXTS.items():
    breaks(_code)(_odd(_code, _texts, ("line", "text")))
# Text of several lines may be indented.
breaks("text/blank")(_odd("text/blank", ("a  b", "a \u00a0b", "a\u3000\u3000b"), ("line",)))


@breaks("text/control")
def control_in_an_own_column(data: st.DataObject, dataset: Dataset) -> Broken:
    return changed(dataset, "topics", 0, "x_note", data.draw(st.sampled_from(("a\x1bb", "\x08"))))


@breaks("figure/sparse")
def doubled(data: st.DataObject, dataset: Dataset) -> Broken:
    ops = data.draw(st.integers(10, 5_000))
    row = throughput("r", "int8", 8, ops * data.draw(st.floats(3.97, 4.03)))
    dataset["chip_throughput"].append(throughput("r", "fp16", 16, ops))
    return added(dataset, "chip_throughput", row, "dense_tera_ops_s")


@breaks("figure/unit")
def another_unit(data: st.DataObject, dataset: Dataset) -> Broken:
    column, value = data.draw(
        st.sampled_from(
            (
                ("memory_bandwidth_gb_s", 3.35), ("interconnect_gb_s", 0.9),
                ("memory_gb", 81_920), ("die_area_mm2", 8.14), ("interconnect_gb_s", 900_000),
            )
        )
    )  # fmt: skip
    return changed(dataset, "chips", 0, column, value)


@breaks("figure/market-part")
def faster_than_its_parent(data: st.DataObject, dataset: Dataset) -> Broken:
    ops = data.draw(st.integers(1_000, 1_900))
    dataset["chip_throughput"][3]["dense_tera_ops_s"] = ops * 2
    dataset["chip_throughput"][1]["dense_tera_ops_s"] = ops * 2
    return changed(dataset, "chip_throughput", 2, "dense_tera_ops_s", ops)


@breaks("figure/density")
def another_density(data: st.DataObject, dataset: Dataset) -> Broken:
    column, true = data.draw(st.sampled_from((("x_performance_density", 2.909), ("x_tpp", 2368))))
    factor = data.draw(st.sampled_from((0.5, 0.9, 1.1, 2)))
    return changed(dataset, "chips", 1, column, true * factor)


@breaks("waiver/invalid")
def a_waiver_without(data: st.DataObject, dataset: Dataset) -> Broken:
    cells = dict(zip(WAIVERS.strip().split(","), _WAIVER, strict=True))
    column = data.draw(st.sampled_from(("code", "record", "reason", "expires")))
    cells[column] = ""
    return Broken("", {}, column, f"{WAIVERS}{','.join(cells.values())}\n")


_WAIVER = ("text/blank", "topics/t", "", "", "Known.", "2030-01-01")


@breaks("waiver/expired")
def a_waiver_of_old(data: st.DataObject, dataset: Dataset) -> Broken:
    day = data.draw(st.dates(max_value=_LAST)).isoformat()
    return Broken("", {}, "expires", f"{WAIVERS}{','.join((*_WAIVER[:-1], day))}\n")


@breaks("waiver/unused")
def a_waiver_of_nothing(data: st.DataObject, dataset: Dataset) -> Broken:
    return Broken("", {}, "code", f"{WAIVERS}{','.join(_WAIVER)}\n")


def _last() -> Any:
    from datetime import date

    from chippolicy.derive.version import DATA_AS_OF

    return date.fromordinal(date.fromisoformat(DATA_AS_OF).toordinal() - 1)


_LAST = _last()
WAYS = [(code, way) for code, ways in BREAKINGS.items() for way in ways]


def test_every_rule_is_broken() -> None:
    """Each rule of these families has a way to break it."""
    assert set(SENSE) <= set(FAMILIES)
    assert set(BREAKINGS) == {code for code, rule in CATALOG.items() if rule.family in SENSE}


def test_what_makes_sense_is_valid() -> None:
    """The package that rules are broken in has no finding of any family."""
    assert list(check(deepcopy(SENSIBLE))) == []


@pytest.mark.parametrize(("code", "way"), WAYS, ids=lambda one: getattr(one, "__name__", one))
def test_one_broken_rule_is_one_finding(code: str, way: Breaking) -> None:
    """Any one rule broken gives that rule's code at that line, column and record alone."""

    @settings(max_examples=12)
    @given(st.data())
    def judge(data: st.DataObject) -> None:
        dataset = deepcopy(SENSIBLE)
        broken = way(data, dataset)
        (finding,) = check(dataset, broken.waivers)
        assert (finding.code, finding.column) == (code, broken.column)
        assert finding.severity == CATALOG[code].severity
        assert finding.message
        assert finding.hint
        assert finding.count == 1
        if broken.table:
            assert finding.table == broken.table
            assert finding.line == line_of(cited(dataset), broken.table, broken.row)
            assert finding.record == reference(broken.table, broken.row)
        else:
            assert finding.line == 2

    judge()


@settings(max_examples=25)
@given(st.data(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_finding(data: st.DataObject, rng: random.Random) -> None:
    """Rows in another order have the same findings, whatever several rules are broken."""
    dataset = deepcopy(SENSIBLE)
    for _, way in data.draw(st.lists(st.sampled_from(WAYS), max_size=4)):
        way(data, dataset)
    dataset = {name: _without_twins(name, rows) for name, rows in dataset.items()}
    shuffled = {name: rng.sample(rows, len(rows)) for name, rows in dataset.items()}
    assert told(check(dataset)) == told(check(shuffled))


def _without_twins(name: str, rows: list[Row]) -> list[Row]:
    return list({reference(name, row): row for row in rows}.values())


def told(report: Report) -> list[tuple[Any, ...]]:
    return sorted((one.code, one.record or "", one.column, one.message, one.hint) for one in report)


METRICS = ("tpp", "datacenter", "owned_share_percent")
COMPARE: dict[str, Callable[[float, float], bool]] = {
    "eq": float.__eq__, "ge": float.__ge__, "gt": float.__gt__, "le": float.__le__,
    "lt": float.__lt__,
}  # fmt: skip


def reached(rows: Iterable[Row], metric: str) -> list[bool]:
    """For each value that could make a difference: does it meet all of some thresholds?"""
    rows = list(rows)
    edges = [float(row["value"]) for row in rows]
    values = {0.0, 1.0, *edges, *(edge + 0.25 for edge in edges), *(edge - 0.25 for edge in edges)}
    if metric == "datacenter":
        values = {0.0, 1.0}
    most = 100.0 if metric == "owned_share_percent" else 1e9
    possible = [value for value in (*values, most) if 0 <= value <= most]
    return [
        all(COMPARE[row["comparator"]](value, float(row["value"])) for row in rows)
        for value in possible
        if metric != "datacenter" or value in (0.0, 1.0)
    ]


@settings(max_examples=150)
@given(
    st.sampled_from(METRICS),
    st.dictionaries(
        st.sampled_from(sorted(COMPARE)),
        st.sampled_from((0, 0.5, 1, 2, 50, 99, 100, 101)),
        min_size=1,
        max_size=4,
    ),
)
def test_a_clause_is_empty_just_if_no_value_meets_it(metric: str, limits: dict[str, float]) -> None:
    """A clause is told empty just if no value meets all of it; a threshold idle just if all do."""
    dataset = deepcopy(SENSIBLE)
    rows = [criterion(metric, comparator, value) for comparator, value in limits.items()]
    dataset["measure_criteria"] = rows
    report = check(dataset)
    empty = [one for one in report if one.code == "control/empty-clause"]
    assert bool(empty) == (not any(reached(rows, metric)))
    assert len(empty) <= len(rows)
    idle = {one.record for one in report if one.code == "control/idle-criterion"}
    assert idle == {
        reference("measure_criteria", row) for row in rows if all(reached([row], metric))
    }
