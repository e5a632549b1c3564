"""The DDL: SQLite takes the shipped facts by it and refuses what it can."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chippolicy._resources import resource
from chippolicy.derive import load_plan, schema_text
from chippolicy.derive.json_schema import example
from chippolicy.derive.sql import sql
from chippolicy.records import RECORDS, TABLES, Column, Record, Scalar

# What GLOB cannot say is in these kinds; all others have the same verdict as the model.
PARTLY = {"edtf", "record-reference"}


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.executescript(sql())
        yield connection


def insert(database: sqlite3.Connection, table: str, row: dict[str, Any]) -> None:
    columns = ", ".join(f'"{name}"' for name in row)
    places = ", ".join("?" for _ in row)
    statement = f'INSERT INTO "{table}" ({columns}) VALUES ({places})'
    database.execute(statement, list(row.values()))


def test_the_shipped_facts_load_and_every_reference_resolves(
    database: sqlite3.Connection,
) -> None:
    flags = {"true": 1, "false": 0}
    loaded = 0
    database.execute("BEGIN")
    for table in load_plan().tables.values():
        file = resource("datapackage") / "data" / f"{table.name}.csv"
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                values = {
                    name: flags[cell] if table.by_name[name].base == "boolean" else cell
                    for name, cell in row.items()
                    if cell
                }
                insert(database, table.name, values)
                loaded += 1
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    database.execute("COMMIT")
    assert loaded > 0


def test_a_reference_is_looked_at_when_the_transaction_ends(
    database: sqlite3.Connection,
) -> None:
    database.execute("BEGIN")
    insert(database, "chips", {"id": "a-chip", "name": "A", "designer_id": "nobody"})
    assert database.execute("PRAGMA foreign_key_check").fetchall() != []
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        database.execute("COMMIT")
    insert(database, "actors", {"id": "nobody", "kind": "company", "name": "Nobody"})
    database.execute("COMMIT")


def test_a_key_is_taken_once(database: sqlite3.Connection) -> None:
    insert(database, "topics", {"id": "a", "title": "A"})
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        insert(database, "topics", {"id": "a", "title": "B"})


def verdicts(record: type[Record], column: Column, value: Any) -> tuple[bool, bool]:
    """Whether SQLite and whether the model take the example with this value in it."""
    row = example(record) | {column.name: value}
    try:
        record.model_validate(row)
        model = True
    except ValidationError:
        model = False
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(sql(record.table))
        try:
            insert(database, record.table, row)
        except sqlite3.IntegrityError:
            return False, model
    return True, model


def of_each_kind() -> dict[str, tuple[type[Record], Column]]:
    """One column for each kind of value that is text, and one enumeration."""
    found: dict[str, tuple[type[Record], Column]] = {}
    for record in RECORDS:
        for column in record.columns():
            if isinstance(column.kind, Scalar):
                found.setdefault(column.kind.name, (record, column))
            else:
                found.setdefault("term", (record, column))
    return found


KINDS = of_each_kind()
TEXTS = sorted(
    name
    for name, (_, column) in KINDS.items()
    if not isinstance(column.kind, Scalar) or column.kind.base in {"string", "edtf"}
)


@pytest.mark.parametrize("kind", TEXTS)
@given(st.data())
def test_sqlite_and_the_model_take_the_same_texts(kind: str, data: st.DataObject) -> None:
    """Where GLOB can say the kind's form; else SQLite takes all that the model takes."""
    record, column = KINDS[kind]
    pattern = getattr(column.kind, "text_pattern", None)
    value = data.draw(
        st.one_of(
            # SQLite ends a text at a NUL in what it compares.
            st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
            st.text(st.sampled_from("az09AZ-/:*+_.\n"), max_size=8),
            st.from_regex(pattern) if pattern else st.sampled_from(["person", "CN", "company"]),
        )
    )
    sqlite, model = verdicts(record, column, value)
    if kind in PARTLY:
        assert sqlite or not model
    else:
        assert sqlite is model


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("chips", "memory_gb", 0),
        ("chips", "memory_gb", -1),
        ("chips", "memory_gb", "lots"),
        ("chips", "datacenter", 2),
        ("chips", "datacenter", "true"),
        ("chips", "announced", "8 August"),
        ("chips", "name", None),
        ("policy_measures", "share_percent", -1),
        ("citations", "n", 0),
        ("citations", "n", 1.5),
        ("citations", "record", "chips"),
        ("topics", "title", "a" * 1001),
    ],
)
def test_sqlite_refuses_a_value_past_its_limits(table: str, column: str, value: Any) -> None:
    (of,) = (of for of in TABLES[table].columns() if of.name == column)
    assert verdicts(TABLES[table], of, value) == (False, False)


def test_one_tables_ddl_is_part_of_the_whole() -> None:
    whole = schema_text(kind="sql")
    for table in TABLES:
        assert schema_text(table, "sql") in whole
    assert whole.count("CREATE TABLE") == whole.count(") STRICT;") == len(TABLES)
