"""What always holds for whole data sets: the valid ones, and those with cells gone wrong."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chippolicy import Finding, Report, validate
from chippolicy.derive.plan import load_plan
from chippolicy.formats.cells import decode, encode
from chippolicy.formats.csv import StructureError, placed_rows, written
from chippolicy.records import TABLES
from chippolicy.rules import RULES, Edges
from chippolicy.testing import (
    Dataset,
    Row,
    csv_folder,
    datasets,
    edtf_texts,
    hostile_texts,
    records,
    slugs,
    values,
)
from chippolicy.testing._orders import disorders
from tests.properties.breaking import FAMILIES, line_of

PLAN = load_plan().tables
FEW = settings(max_examples=max(settings().max_examples // 4, 10))


@contextmanager
def written_out(dataset: Dataset) -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        yield csv_folder(dataset, folder)


def report_on(dataset: Dataset) -> Report:
    with written_out(dataset) as folder:
        return validate(sorted(folder.iterdir()), against="none", select=FAMILIES)


def rows_of(file: Path) -> list[tuple[int, list[str]]]:
    found = []
    for line, row in placed_rows(file):
        assert not isinstance(row, StructureError)
        found.append((line, row))
    return found


@FEW
@given(datasets())
def test_what_the_strategies_make_is_valid(dataset: Dataset) -> None:
    """Any data set the strategies make validates clean: no error, no warning, no note."""
    report = report_on(dataset)
    assert list(report) == []
    assert report.rows == sum(map(len, dataset.values()))


@pytest.mark.parametrize("table", PLAN)
def test_records_are_records(table: str) -> None:
    """Any record the strategies make is one to the Pydantic model, which gives its values back."""

    @settings(max_examples=15)
    @given(records(table))
    def check(record: Row) -> None:
        made = TABLES[table].model_validate(record)
        given_back = made.model_dump(mode="json", exclude_none=True)
        assert given_back == record

    check()


@settings(max_examples=15)
@given(datasets(max_rows=2), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_finding(dataset: Dataset, rng: random.Random) -> None:
    """Rows in another order have the same findings, apart from where the rows now stand."""
    for rows in dataset.values():
        for row in rows:
            spoil(row, rng)
    shuffled = {name: rng.sample(rows, len(rows)) for name, rows in dataset.items()}
    assert unplaced(report_on(dataset)) == unplaced(report_on(shuffled))


def spoil(row: Row, rng: random.Random) -> None:
    """Now and then put something into a cell that does not belong there."""
    name = rng.choice(list(row))
    match rng.randrange(8):
        case 0:
            row[name] = rng.choice(["nvidia", "news", "2024", "=1", "US", "sources/x", "9"])
        case 1:
            row[name] = ""


def unplaced(report: Report) -> Counter[tuple[Any, ...]]:
    """The findings without what depends on which row comes first."""
    return Counter(
        (
            one.code,
            one.severity,
            # A doubled key names the place of the first.
            one.message if one.code != "key/duplicate" else "",
            one.hint,
            Path(one.path or "").name,
            one.column,
            one.table,
            one.field,
            one.value if one.code != "key/duplicate" else "",
            one.count,
            one.record if one.count == 1 and one.code != "key/duplicate" else "",
        )
        for one in report
    )


@FEW
@given(st.sampled_from(sorted(PLAN)), st.data())
def test_no_cell_is_lost(table: str, data: st.DataObject) -> None:
    """Every cell of a file ends in a record, as the value it was written as, or in a finding."""
    cells = hostile_texts() | st.sampled_from(("", "2025", "nvidia", "9"))
    width = len(PLAN[table].names)
    rows = data.draw(st.lists(st.lists(cells, min_size=width - 1, max_size=width + 1), max_size=6))
    for number in range(len(rows)):
        # Some rows are whole, so that not every finding is about the row.
        if data.draw(st.booleans()):
            example = data.draw(records(table))
            rows[number] = [encode(example.get(name)) for name in PLAN[table].names]
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"{table}.csv"
        file.write_bytes(written(PLAN[table].names, rows).encode())
        report = validate(file, against="none", select=["file", "value", "key/missing"])
        placed = rows_of(file)[1:]
    told = {(place.line, one.field) for one in report for place in one.places}
    told |= {(one.line, one.field) for one in report}
    # A finding lists its first places only.
    assert all(one.count == len(one.places) or not one.places for one in report)
    for line, row in placed:
        if (line, None) in told:
            continue
        for column, text in zip(PLAN[table].columns, row, strict=True):
            if (line, column.name) not in told:
                value = decode(column.base, text)
                assert encode(value) == text or float(value) == float(text)


@FEW
@given(datasets(max_rows=2))
def test_csv_to_records_and_back_is_the_identity(dataset: Dataset) -> None:
    """A canonical file read into records and written again is the same, byte for byte."""
    with written_out(dataset) as folder:
        for file in folder.iterdir():
            (_, header), *rows = rows_of(file)
            table = PLAN[file.stem]
            texts = []
            for _, row in rows:
                cells = {
                    name: decode(table.by_name[name].base if name in table.by_name else "", text)
                    for name, text in zip(header, row, strict=True)
                }
                record = TABLES[file.stem].model_validate(cells)
                dumped = record.model_dump(mode="json")
                texts.append([encode(dumped.get(name)) for name in header])
            assert written(header, texts).encode() == file.read_bytes()


@given(st.from_regex("-?(0|[1-9][0-9]{0,17})([.][0-9]{1,14})?", fullmatch=True))
def test_a_number_keeps_its_value(text: str) -> None:
    """A number written with needless zeros, or in any other plain way, keeps its value."""
    value = decode("number", text)
    if isinstance(value, str):
        # Refused, because a double would not give these digits back.
        assert value == text
        assert len(text) > 15
        return
    canonical = encode(value)
    assert decode("number", canonical) == value
    assert encode(decode("number", canonical)) == canonical
    assert strip_zeros(canonical) == strip_zeros(text)


def strip_zeros(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


@given(values(PLAN["measure_criteria"].by_name["value"]))
def test_a_number_survives_its_text(value: float) -> None:
    """A number is read back from its canonical text as the same number."""
    assert decode("number", encode(value)) == value


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
       max_size=4), min_size=2, max_size=2), max_size=4))  # fmt: skip
def test_written_rows_are_read_back(rows: list[list[str]]) -> None:
    """Whatever text a cell holds, line breaks of every kind included, it is read as written."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "any.csv"
        file.write_bytes(written(("a", "b"), rows).encode())
        assert [row for _, row in rows_of(file)] == [["a", "b"], *rows]


@FEW
@given(edtf_texts(), edtf_texts())
def test_dates_in_order_are_not_out_of_order_the_other_way(one: str, other: str) -> None:
    """Of two dates the engine may find one pair of places certainly out of order, never both."""
    there, back = order_of(one, other), order_of(other, one)
    assert not (there == back == "error")
    if one == other:
        assert there == back is None


def order_of(start: str, end: str) -> str | None:
    row = {"id": "a", "kind": "news", "title": "A", "published": start, "accessed": end}
    found = [one.severity.value for one in report_on({"sources": [row]})]
    return found[0] if found else None


@FEW
@given(datasets(max_rows=2), st.data())
def test_date_rules_are_those_of_a_plain_reading(dataset: Dataset, data: st.DataObject) -> None:
    """The engine finds the rows out of order that a plain reading of the rules finds, no others."""
    dated = [
        (row, column.name)
        for name, rows in dataset.items()
        for row in rows
        for column in PLAN[name].columns
        if column.base == "edtf"
    ]
    years = st.sampled_from(DATES)
    for row, column in dated:
        row[column] = data.draw(years)
    plain = {
        (
            one.code,
            one.part.table,
            one.part.field,
            one.certain,
            line_of(dataset, one.part.table, one.row),
        )
        for one in disorders(dataset)
    }
    told = set()
    for one in report_on(dataset):
        certain = one.severity == CATALOG_SEVERITY[one.code]
        lines = [place.line for place in one.places] or [one.line]
        told |= {(one.code, one.table, one.field, certain, line) for line in lines}
    assert told == plain


DATES = (
    "2020", "2021", "2022", "2021-05", "2021-05-03", "2021-05-04", "2021-05-03~", "2021?", "202X",
    "2021-XX-04", "2020/2022", "2021-22", "[2021..2022]", "[2021-05-03..]", "2021-05/..", "2022~",
)  # fmt: skip
CATALOG_SEVERITY = {rule.code: rule.severity for rule in RULES}


GRAPHS = [part for rule in RULES for part in rule.parts if isinstance(part, Edges)]


@pytest.mark.parametrize(
    "part",
    GRAPHS,
    ids=lambda part: "-".join((part.table, part.end, *(w.among[0] for w in part.where))),
)
def test_graphs_that_are_accepted_have_no_cycle(part: Edges) -> None:
    """A reference graph is accepted if and only if it can be sorted so that nothing comes twice."""
    nodes = st.sampled_from("abcdef")

    @settings(max_examples=60)
    @given(st.sets(st.tuples(nodes, nodes), max_size=9))
    def check(links: set[tuple[str, str]]) -> None:
        if part.start is None or part.table == "redirects":
            # A row has one link only.
            links = set({start: (start, end) for start, end in sorted(links)}.values())
        report = report_on({part.table: [linked(part, *link) for link in sorted(links)]})
        cycles = [one for one in report if one.code == "graph/cycle"]
        assert bool(cycles) != sorts(links)
        assert len(cycles) == knots(links)

    check()


def linked(part: Edges, start: str, end: str) -> Row:
    reference = "topics/{}".format if part.table == "redirects" else str
    row: Row = {name: reference(end) for name in (part.end,)}
    row[part.start or "id"] = reference(start)
    return row | {where.path.column: where.among[0] for where in part.where}


def sorts(links: set[tuple[str, str]]) -> bool:
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for start, end in links:
        sorter.add(start, end)
    try:
        sorter.prepare()
    except CycleError:
        return False
    return True


def knots(links: set[tuple[str, str]]) -> int:
    """How many groups of nodes there are that lead back to themselves, counted the slow way."""
    reach = {(start, end) for start, end in links}
    while more := {(a, d) for a, b in reach for c, d in reach if b == c} - reach:
        reach |= more
    groups = {
        frozenset(b for b in "abcdef" if (a, b) in reach and (b, a) in reach) for a in "abcdef"
    }
    return len(groups - {frozenset()})


def test_a_chain_longer_than_the_stack() -> None:
    """A chain of any length is followed, and found when it closes."""
    chain = [
        {"id": f"s{n}", "kind": "news", "title": "S", "derived_from_id": f"s{n + 1}"}
        for n in range(20_000)
    ]
    last: Row = {"id": "s20000", "kind": "news", "title": "S"}
    assert list(report_on({"sources": [*chain, last]})) == []
    closed = report_on({"sources": [*chain, last | {"derived_from_id": "s0"}]})
    assert [one.code for one in closed] == ["graph/cycle"]


@FEW
@given(st.sets(slugs(), min_size=1, max_size=5), st.integers(1, 40))
def test_one_cause_is_one_finding(ids: set[str], times: int) -> None:
    """An id that dangles many times is told once, with how often, and with its first places."""
    group: list[Row] = [
        {"record": "topics/t", "language": "en", "kind": "alias", "name": f"n{n}"}
        for n in range(times)
    ]
    subjects = [row | {"record": f"topics/{id}"} for id in sorted(ids - {"t"}) for row in group]
    report = report_on({"topics": [{"id": "t", "title": "T"}], "names": subjects})
    assert {one.value: one.count for one in report} == {f"topics/{id}": times for id in ids - {"t"}}
    for one in report:
        assert isinstance(one, Finding)
        assert len(one.places) == (min(times, 10) if times > 1 else 0)
        assert times == 1 or one.places[0].line == one.line
