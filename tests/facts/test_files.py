"""The shipped files are canonical: rewriting them from their records changes no byte."""

from __future__ import annotations

import pytest

import chippolicy
from chippolicy._resources import resource
from chippolicy.formats.cells import encode
from chippolicy.formats.csv import written
from chippolicy.records import TABLES


@pytest.mark.parametrize("table", TABLES)
def test_a_file_is_canonical(table: str) -> None:
    """Sorted by key, every column in order, UTF-8 without mark, LF, and stable under a rewrite."""
    content = (resource("datapackage") / "data" / f"{table}.csv").read_bytes()
    kind = TABLES[table]
    columns = tuple(kind.model_fields)
    records = sorted(
        chippolicy.load()[table], key=lambda of: tuple(getattr(of, part) for part in kind.key)
    )
    rewritten = written(
        columns, ([encode(getattr(record, name)) for name in columns] for record in records)
    )
    assert content == rewritten.encode("utf-8")


def test_every_table_is_shipped() -> None:
    """Each table of the registry has its file."""
    data = resource("datapackage") / "data"
    assert {path.stem for path in data.glob("*.csv")} == set(TABLES)
