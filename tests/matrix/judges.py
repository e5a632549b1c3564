"""The judges: the engine, and everything derived from the records that can check a table."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped,unused-ignore]
from pydantic import ValidationError

from chippolicy import schema_registry, validate
from chippolicy.derive.plan import load_plan
from chippolicy.derive.sql import sql
from chippolicy.derive.table_schema import table_schema
from chippolicy.derive.version import schema_id
from chippolicy.formats.cells import decode
from chippolicy.formats.csv import StructureError, placed_rows
from chippolicy.records import TABLES
from tests.node.tools import ajv

PLAN = load_plan().tables
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"


@dataclass(frozen=True)
class Table:
    """A file of a case: its header and its rows, each cell as text and as a value."""

    name: str
    file: Path
    header: tuple[str, ...]
    texts: tuple[tuple[str, ...], ...]

    @property
    def records(self) -> list[dict[str, Any]]:
        columns = PLAN[self.name].by_name if self.name in PLAN else {}
        bases = [columns[name].base if name in columns else "string" for name in self.header]
        return [
            {
                name: decode(base, text)
                for name, base, text in zip(self.header, bases, row, strict=True)
            }
            for row in self.texts
        ]


@dataclass(frozen=True)
class Case:
    """A case of the corpus, read."""

    name: str
    folder: Path
    tables: tuple[Table, ...]

    @property
    def known(self) -> list[Table]:
        return [table for table in self.tables if table.name in PLAN]


def read(name: str, folder: Path) -> Case:
    tables = []
    for file in sorted(folder.glob("*.csv")):
        rows = [row for _, row in placed_rows(file) if not isinstance(row, StructureError)]
        header, *texts = map(tuple, rows)
        tables.append(Table(file.stem, file, header, tuple(texts)))
    return Case(name, folder, tuple(tables))


def engine(case: Case) -> bool:
    """`chippolicy.validate`, against nothing; warnings are no refusal."""
    return validate(case.folder, against="none").valid


def model(case: Case) -> bool:
    """The Pydantic model of each record."""
    for table in case.known:
        for record in table.records:
            try:
                TABLES[table.name].model_validate(record)
            except ValidationError:
                return False
    return True


def json_schema(case: Case) -> bool:
    """python-jsonschema with the shipped schemas."""
    registry = schema_registry()
    return all(
        jsonschema.Draft202012Validator(
            {"$ref": schema_id(table.name)}, registry=registry
        ).is_valid(record)
        for table in case.known
        for record in table.records
    )


def ajv_strict(cases: list[Case]) -> list[bool]:
    """Ajv in strict mode with the shipped schemas: all cases in one run of Node."""
    records = [
        (number, schema_id(table.name), record)
        for number, case in enumerate(cases)
        for table in case.known
        for record in table.records
    ]
    verdicts = ajv((schema, record) for _, schema, record in records)["verdicts"]
    refused = {
        number
        for (number, _, _), verdict in zip(records, verdicts, strict=True)
        if not verdict["valid"]
    }
    return [number not in refused for number in range(len(cases))]


def frictionless(case: Case) -> bool:
    """frictionless with the derived Table Schemas, columns matched by name, foreign keys on.

    It knows no columns of a contributor's own, and refuses them.
    """
    from frictionless import Package

    resources = []
    for table in case.known:
        schema = table_schema(TABLES[table.name])
        filled = {
            name for record in table.records for name, value in record.items() if value is not None
        }
        # A key that no row fills need not have its table there.
        keys = [one for one in schema.pop("foreignKeys", ()) if set(one["fields"]) <= filled]
        if keys:
            schema["foreignKeys"] = keys
        # The cases leave out columns that they need not have.
        schema["fieldsMatch"] = "superset"
        resources.append({"name": table.name, "path": table.file.name, "schema": schema})
    if not resources:
        return True
    descriptor = {"$schema": PROFILE, "name": "case", "resources": resources}
    package = Package.from_descriptor(descriptor, basepath=str(case.folder))
    return bool(package.validate().valid)


def sqlite(case: Case) -> bool:
    """SQLite with the derived DDL; the records are inserted, then references are checked."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.executescript("PRAGMA foreign_keys = ON;")
        database.executescript(sql())
        try:
            database.execute("BEGIN")
            for table in case.known:
                # A contributor's own columns have no place in the DDL.
                at = [i for i, name in enumerate(table.header) if not name.startswith("x_")]
                names = ", ".join(f'"{table.header[i]}"' for i in at)
                for record, row in zip(table.records, table.texts, strict=True):
                    given = [record[table.header[i]] if row[i] else None for i in at]
                    marks = ", ".join("?" * len(at))
                    database.execute(
                        f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', given
                    )
            database.execute("COMMIT")
        except sqlite3.Error:
            return False
    return True


ONE_BY_ONE: dict[str, Callable[[Case], bool]] = {
    "engine": engine,
    "model": model,
    "jsonschema": json_schema,
    "frictionless": frictionless,
    "sqlite": sqlite,
}

_VALUES = frozenset(
    {
        "value/missing",
        "value/type",
        "value/format",
        "value/date",
        "value/limit",
        "value/enumeration",
        "key/missing",
    }
)
_RECORDS = _VALUES | {"table/unknown-column", "table/missing-column"}

EXPRESSES: dict[str, frozenset[str]] = {
    "model": _RECORDS,
    "jsonschema": _RECORDS,
    "ajv": _RECORDS,
    "frictionless": _RECORDS | {"table/doubled-column", "key/duplicate", "ref/dangling"},
    "sqlite": (_RECORDS - {"value/date"})
    | {"table/unknown-column", "key/duplicate", "ref/dangling"},
}
"""The rules that a judge has words for; of the others it says nothing by accepting."""
