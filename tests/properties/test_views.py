"""What always holds for a dataset seen as of a day, or as known at one."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chippolicy import Dataset, load, validate
from chippolicy._lives import LIVES, begun_by
from chippolicy.derive.plan import load_plan
from chippolicy.edtf import EdtfDate, Truth, parse
from chippolicy.formats.csv import written
from chippolicy.testing import Dataset as Rows
from chippolicy.testing import csv_folder, datasets, edtf_texts, iso_days

FEW = settings(max_examples=max(settings().max_examples // 4, 10))
PLAN = load_plan().tables
STAYING = ("chips", "events", "statements")
"""What never ends and cannot be dropped for what it refers to."""

Values = dict[str, dict[str, dict[str, str]]]


@contextmanager
def loaded(rows: Rows) -> Iterator[Dataset]:
    with TemporaryDirectory() as folder:
        # A folder without a table is none: the header of one is enough.
        yield load(csv_folder({"topics": [], **rows}, folder))


def told(dataset: Dataset) -> Values:
    """The rows of every table by key."""
    return {
        name: dict(zip(table.keys(), table.rows(), strict=True))
        for name, table in dataset.tables.items()
    }


def codes(dataset: Dataset) -> set[str]:
    """The codes of what is found in a dataset, written out and validated by itself."""
    with TemporaryDirectory() as folder:
        files = []
        for name, table in dataset.tables.items():
            files.append(Path(folder) / f"{name}.csv")
            text = written(table.columns, (row.values() for row in table.rows()))
            files[-1].write_text(text, encoding="utf-8", newline="")
        return {one.code for one in validate(files, against="none")}


@FEW
@given(datasets(), st.lists(edtf_texts(), max_size=2), st.lists(edtf_texts(), max_size=2))
def test_a_view_is_as_valid_as_the_whole(rows: Rows, held: list[str], known: list[str]) -> None:
    """In any view of data whose references resolve every reference resolves, and it has no fault
    that the whole is free of, but that what a known record names may have no citation left."""
    with loaded(rows) as whole:
        view = whole
        for day in held:
            view = view.as_of(day)
        for day in known:
            view = view.known_at(day)
        found = codes(view)
        assert "ref/dangling" not in found
        assert found - ({"evidence/uncited"} if known else set()) <= codes(whole)


@FEW
@given(datasets(), edtf_texts(), st.booleans())
def test_a_view_adds_nothing(rows: Rows, day: str, held: bool) -> None:
    """Every row of a view is a row of the whole, but for optional cells that are blank."""
    with loaded(rows) as whole:
        view = whole.as_of(day) if held else whole.known_at(day)
        before = told(whole)
        for name, records in told(view).items():
            for key, row in records.items():
                for column, text in row.items():
                    if text != before[name][key][column]:
                        assert text == ""
                        assert column not in PLAN[name].key
                        plan = PLAN[name].by_name.get(column)
                        assert plan is None or not plan.required


@FEW
@given(datasets(), st.tuples(st.dates(), st.dates()).map(sorted))
def test_what_was_known_stays_known(rows: Rows, days: list[date]) -> None:
    """What is known at a day is known at every later day, value by value."""
    with loaded(rows) as whole:
        early, late = (told(whole.known_at(day)) for day in days)
        for name, records in early.items():
            assert records.keys() <= late[name].keys()
            for key, row in records.items():
                assert {k: v for k, v in row.items() if v}.items() <= late[name][key].items()


@FEW
@given(datasets(), st.tuples(st.dates(), st.dates()).map(sorted))
def test_what_happened_stays(rows: Rows, days: list[date]) -> None:
    """What had certainly begun by a day and never ends is there, as certain, on every later day."""
    with loaded(rows) as whole:
        early, late = (whole.as_of(day) for day in days)
        for table in STAYING:
            unsure = {*early.doubtful, *early.undated}
            certain = {ref for ref in refs(early, table) if ref not in unsure}
            assert certain <= set(refs(late, table)) - {*late.undated, *late.doubtful}


def refs(dataset: Dataset, table: str) -> list[str]:
    return [f"{table}/{key}" for key in dataset[table].keys()]  # noqa: SIM118 - not a dict


@FEW
@given(datasets(), edtf_texts(), edtf_texts())
def test_views_compose_in_either_order(rows: Rows, held: str, known: str) -> None:
    """It makes no difference which day is given first, nor that one is given twice."""
    with loaded(rows) as whole:
        one = whole.as_of(held).known_at(known)
        for other in (
            whole.known_at(known).as_of(held),
            one.as_of(held),
            one.known_at(known),
        ):
            assert told(other) == told(one)
            assert (other.doubtful, other.undated) == (one.doubtful, one.undated)
            assert (other.unreported, other.undated_sources) == (
                one.unreported,
                one.undated_sources,
            )


@FEW
@given(datasets(), edtf_texts(), edtf_texts(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_view(
    rows: Rows, held: str, known: str, rng: random.Random
) -> None:
    """Rows in another order give the same view."""
    shuffled = {name: rng.sample(of, len(of)) for name, of in rows.items()}
    with loaded(rows) as one, loaded(shuffled) as other:
        assert told(one.as_of(held)) == told(other.as_of(held))
        assert told(one.known_at(known)) == told(other.known_at(known))
        for name in ("doubtful", "undated"):
            seen = (getattr(each.as_of(held), name) for each in (one, other))
            assert len({frozenset(refs) for refs in seen}) == 1
        for name in ("unreported", "undated_sources"):
            seen = (getattr(each.known_at(known), name) for each in (one, other))
            assert len({frozenset(refs) for refs in seen}) == 1


@FEW
@given(datasets(max_rows=4), iso_days())
def test_a_life_in_plain_days_is_what_its_days_say(rows: Rows, day: str) -> None:
    """An actor whose dates are days is there from its start to its end, both included."""
    with loaded(rows) as whole:
        view = whole.as_of(day)
        for row in whole.actors.rows():
            start, end = row.get("start", ""), row.get("end", "")
            if all(parse(text).precision.value == "day" for text in (start, end) if text) and (
                len(start) in (0, 10) and len(end) in (0, 10)
            ):
                there = (not start or start <= day) and (not end or end >= day)
                assert (row["id"] in view.actors) == there
                assert (f"actors/{row['id']}" in view.undated) == (there and not start)


@FEW
@given(datasets(), st.dates())
def test_what_is_known_is_reported(rows: Rows, day: date) -> None:
    """Each source of a view was published by the day; each cited record has a citation that does
    not contradict it, or something in the view refers to it."""
    with loaded(rows) as whole:
        view = whole.known_at(day)
        for source in view.sources:
            assert source.published is not None
            assert source.published.before(parse(day.isoformat())) is Truth.YES or (
                source.published.ends()[1] == day.toordinal()
            )
        for name, table in view.tables.items():
            for record in table if PLAN[name].cited else ():
                cited = any(one.relation != "contradicts" for one in view.citations_of(record))
                assert cited or any(
                    other.table not in ("names", "citations", "redirects")
                    for other in view.referrers(record)
                )


@given(edtf_texts(), edtf_texts())
def test_windows_say_what_before_says(text: str, other: str) -> None:
    """One date lies before another exactly if its last day does; it cannot be told exactly if
    the windows of its end and of the other's beginning meet so."""
    a, b = parse(text), parse(other)
    expected = Truth.NO
    if a.ends()[1] < b.begins()[0]:
        expected = Truth.YES
    elif a.ends()[0] < b.begins()[1]:
        expected = Truth.CANNOT_TELL
    assert a.before(b) is expected


@given(edtf_texts(), st.dates(), st.dates())
def test_what_has_begun_has_begun_later_too(text: str, one: date, other: date) -> None:
    """Once a date has begun, or may have, that is so on every later day."""
    order = [Truth.NO, Truth.CANNOT_TELL, Truth.YES]
    early, late = (
        order.index(begun_by(parse(text), EdtfDate(day.isoformat())))
        for day in sorted((one, other))
    )
    assert early <= late


@pytest.mark.parametrize("table", LIVES)
def test_lives_name_columns_that_are_dates(table: str) -> None:
    """Every date column of a table that is there for a time is named once in its life."""
    life = LIVES[table]
    dates = {column.name for column in PLAN[table].columns if column.base == "edtf"}
    assert {*life.begins, *([life.ends] if life.ends else [])} == dates
    if life.only_planned:
        assert life.only_planned[1] in PLAN[table].by_name[life.only_planned[0]].members


def test_every_table_with_dates_but_sources_has_a_life() -> None:
    """No table with dates is forgotten: sources alone are not there for a time."""
    dated = {
        name for name, table in PLAN.items() if any(one.base == "edtf" for one in table.columns)
    }
    assert dated == {*LIVES, "sources"}
