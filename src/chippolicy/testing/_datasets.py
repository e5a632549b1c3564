"""Strategies for records and whole valid data sets, and their CSV files."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from chippolicy.derive.plan import ColumnPlan, TablePlan, load_plan
from chippolicy.formats.cells import encode
from chippolicy.formats.csv import written
from chippolicy.testing._edtf import iso_days
from chippolicy.testing._orders import Row, put_in_order
from chippolicy.testing._values import lines, slugs, values

Dataset = dict[str, list[Row]]
"""Rows by table, the tables in reading order; a blank cell is left out of its row."""

_OWN_COLUMNS = ("x_note", "x_2")


def records(table: str) -> st.SearchStrategy[Row]:
    """Records of one table, as a JSON object has them: cells that are blank are left out.

    Every value is one its column takes and the dates of the record are in order; what it refers
    to need not be there. Some records have columns of the contributor's own (``x_note``).
    Raises KeyError for a table that is none.

    >>> from hypothesis import given
    >>> from chippolicy.records import Chip
    >>> from chippolicy.testing import records
    >>> @given(records("chips"))
    ... def test_my_store_keeps_chips(record):
    ...     chip = Chip.model_validate(record)
    ...     assert my_store.load(my_store.save(chip)) == chip
    """
    plan = load_plan().tables[table]
    return _rows(plan, plan.columns).map(lambda row: _alone(plan, row))


@st.composite
def datasets(draw: st.DrawFn, max_rows: int = 3) -> Dataset:
    """Whole data sets that are valid: files, tables, values, keys, references, dates, evidence.

    `chippolicy.validate` finds no fault in them by the rules of these families and of `graph`;
    that their figures and thresholds make sense is not promised. References resolve, dates are
    in order, no chain comes back to its beginning, each record that needs a citation has one.
    `max_rows` is the most rows of a table, `citations` excepted.

    >>> from hypothesis import given
    >>> from chippolicy.testing import csv_folder, datasets
    >>> @given(datasets())
    ... def test_my_loader_takes_what_is_valid(tmp_path_factory, dataset):
    ...     my_loader.load(csv_folder(dataset, tmp_path_factory.mktemp("data")))
    """
    plan = load_plan()
    made: Dataset = {name: [] for name in plan.tables}
    for table in plan.tables.values():
        if table.name not in ("citations", "redirects"):
            for _ in range(draw(st.integers(0, max_rows))):
                _add(draw, made, table)
    _cite(draw, made)
    _retire(draw, made, max_rows)
    required = {
        name: frozenset(column.name for column in table.columns if column.required)
        for name, table in plan.tables.items()
    }
    put_in_order(made, required)
    # A table without rows may be there with its header, or not at all.
    with_headers = draw(st.booleans())
    return {name: rows for name, rows in made.items() if rows or with_headers}


def reference(table: str, row: Row) -> str:
    """A row's record reference: ``chips/nvidia-h20``, ``chip_throughput/nvidia-h20+fp8``."""
    key = load_plan().tables[table].key
    return f"{table}/{'+'.join(encode(row.get(name)) for name in key)}"


def csv_folder(dataset: Mapping[str, Sequence[Row]], path: str | os.PathLike[str]) -> Path:
    """Write each table of a data set to ``<table>.csv`` in a folder, made if need be; return it.

    The files are canonical: the table's columns in their order, then the contributor's own;
    UTF-8, LF line ends, quotation marks only where they are needed.
    """
    folder = Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in dataset.items():
        (folder / f"{name}.csv").write_bytes(csv_text(name, rows).encode("utf-8"))
    return folder


def csv_text(table: str, rows: Sequence[Row]) -> str:
    """Rows of a table as the text of a canonical CSV file."""
    names = load_plan().tables[table].names
    own = sorted({name for row in rows for name in row} - set(names))
    header = (*names, *own)
    return written(header, ([encode(row.get(name)) for name in header] for row in rows))


def _rows(plan: TablePlan, columns: Sequence[ColumnPlan]) -> st.SearchStrategy[Row]:
    required = {one.name: _values(one) for one in columns if one.required}
    optional = {one.name: _values(one) for one in columns if not one.required}
    own = {name: lines() for name in _OWN_COLUMNS[:1]}
    return st.fixed_dictionaries(required, optional=optional | own)


def _values(column: ColumnPlan) -> st.SearchStrategy[Any]:
    if column.base == "edtf":
        # Plain days come more often in life, and keep more of the rules that compare them busy.
        return st.one_of(iso_days(), iso_days(), values(column))
    return values(column)


def _alone(plan: TablePlan, row: Row) -> Row:
    """The row with its own dates in order."""
    required = frozenset(column.name for column in plan.columns if column.required)
    row = dict(row)
    put_in_order({plan.name: [row]}, {plan.name: required})
    return row


def _add(draw: st.DrawFn, made: Dataset, table: TablePlan) -> None:
    """Add a row to a table, if there is what it must refer to and its key is a new one."""
    rows = made[table.name]
    references = [column for column in table.columns if _refers(column)]
    row: Row = {}
    for column in references:
        targets = _targets(made, column)
        if column.required and not targets:
            return
        if targets and (column.required or draw(st.booleans())):
            row[column.name] = draw(st.sampled_from(targets))
    row |= draw(_rows(table, [column for column in table.columns if column not in references]))
    if table.name == "policy_relations" and not _goes_back(made, row):
        # From a later policy to an earlier one only, so that no chain closes.
        return
    if _key(table, row) not in {_key(table, other) for other in rows}:
        # In the plan's order, so that a failing example reads like its file.
        rows.append({name: row[name] for name in (*table.names, *row) if name in row})


def _refers(column: ColumnPlan) -> bool:
    return bool(column.ref_table) or column.kind == "record-reference"


def _targets(made: Dataset, column: ColumnPlan) -> list[str]:
    if column.ref_table is None:
        return _citable(made)
    return [
        row["id"]
        for row in made[column.ref_table]
        if not column.ref_kinds or row["kind"] in column.ref_kinds
    ]


def _citable(made: Dataset) -> list[str]:
    """Every record that a record reference can name."""
    plan = load_plan()
    (column,) = (one for one in plan.tables["citations"].columns if one.name == "record")
    fits = re.compile(column.pattern or "").fullmatch
    found = (reference(name, row) for name, rows in made.items() for row in rows)
    return [one for one in found if fits(one) and len(one) <= (column.max_length or 0)]


def _goes_back(made: Dataset, row: Row) -> bool:
    ids = [policy["id"] for policy in made["policies"]]
    return ids.index(row["target_id"]) < ids.index(row["policy_id"])


def _key(table: TablePlan, row: Row) -> tuple[str, ...]:
    return tuple(encode(row.get(name)) for name in table.key)


def _cite(draw: st.DrawFn, made: Dataset) -> None:
    """Cite each record that needs it, in a source that is made if there is none."""
    plan = load_plan()
    citations = plan.tables["citations"]
    needing = [
        (name, row) for name, table in plan.tables.items() if table.cited for row in made[name]
    ]
    if needing and not made["sources"]:
        made["sources"].append({"id": "report", "kind": "news", "title": "A report"})
    if not made["sources"]:
        return
    rest = [column for column in citations.columns if column.name not in citations.key]
    sources = [row["id"] for row in made["sources"]]
    for name, row in needing:
        fields = ("*", *plan.tables[name].names, *(one for one in row if one.startswith("x_")))
        field, source = draw(st.tuples(st.sampled_from(fields), st.sampled_from(sources)))
        citation = {"record": reference(name, row), "field": field, "source_id": source, "n": 1}
        made["citations"].append(citation | draw(_rows(citations, rest)))


def _retire(draw: st.DrawFn, made: Dataset, max_rows: int) -> None:
    """Redirect ids that were never given out to records that are there."""
    there = _citable(made)
    plan = load_plan()
    names = [name for name, table in plan.tables.items() if table.key == ("id",)]
    old = st.tuples(st.sampled_from(names), slugs()).map("/".join)
    retired = draw(st.sets(old, max_size=max_rows)) if there else set()
    for reference_out_of_use in sorted(retired - set(there)):
        new = draw(st.sampled_from(there))
        made["redirects"].append({"old": reference_out_of_use, "new": new})
