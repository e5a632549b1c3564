"""The catalog: every table and column with what JSON Schema cannot say, as plain JSON."""

from __future__ import annotations

from typing import Any

from chippolicy.derive._words import (
    cell,
    kind_base,
    kind_name,
    members,
    record_title,
    table_description,
    table_title,
    target_key,
)
from chippolicy.derive.version import SCHEMA_VERSION, schema_id
from chippolicy.records import EXTRA_COLUMN, RECORDS, Column, Record, Scalar


def catalog() -> dict[str, Any]:
    """The tables in reading order, with keys, kinds, units, references and definitions."""
    return {
        "schemaVersion": SCHEMA_VERSION,
        "extraColumns": EXTRA_COLUMN,
        "tables": [_table(record) for record in RECORDS],
    }


def _table(record: type[Record]) -> dict[str, Any]:
    return {
        "name": record.table,
        "title": table_title(record),
        "record": record_title(record),
        "description": table_description(record),
        "key": list(record.key),
        "label": record.label,
        "cited": record.cited,
        "schema": {"id": schema_id(record.table), "file": f"{record.table}.schema.json"},
        "columns": [_column(column) for column in record.columns()],
    }


def _column(column: Column) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": column.name,
        "description": column.description,
        "kind": kind_name(column.kind),
        "type": kind_base(column.kind),
        "unit": column.unit,
        "required": column.required,
        "refersTo": None,
        "example": cell(column.example),
    }
    if column.ref:
        told["refersTo"] = {
            "table": column.ref.table,
            "column": target_key(column),
            "kinds": list(column.ref.kinds),
        }
    if not isinstance(column.kind, Scalar):
        told["definitions"] = column.kind.definitions()
    elif column.kind.members:
        told["members"] = list(members(column.kind))
    return told
