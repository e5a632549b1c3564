"""Frictionless Table Schemas: each table as any Frictionless tool reads it."""

from __future__ import annotations

from typing import Any

from chippolicy.derive._words import cell, column_description, kind_base, members, target_key
from chippolicy.records import Column, Record, Scalar

_TYPES = {"edtf": "string"}  # no Table Schema type takes year, month and day precision alike


def table_schema(record: type[Record]) -> dict[str, Any]:
    """The Table Schema of a table: fields, primary key and foreign keys.

    A foreign key to the table's own key names the resource `""`, the one form that both the
    1.0 and the 2.0 profile take. `foreignKeys` is left out where it would be empty, which both
    profiles refuse.
    """
    columns = record.columns()
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in columns],
        "missingValues": [""],
        "primaryKey": list(record.key),
    }
    foreign = [_foreign_key(column, record.table) for column in columns if column.ref]
    if foreign:
        schema["foreignKeys"] = foreign
    return schema


def _field(column: Column) -> dict[str, Any]:
    base = kind_base(column.kind)
    field: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES.get(base, base),
        "description": column_description(column),
        "example": cell(column.example),
    }
    if base == "boolean":
        field["trueValues"] = ["true"]
        field["falseValues"] = ["false"]
    constraints = _constraints(column)
    if constraints:
        field["constraints"] = constraints
    return field


def _constraints(column: Column) -> dict[str, Any]:
    # No minLength: a blank cell is a missing value, and so never a text of length 0.
    limits: dict[str, Any] = {"required": True if column.required else None}
    if members(column.kind):
        limits["enum"] = list(members(column.kind))
    if isinstance(column.kind, Scalar):
        limits |= {
            # With its anchors: some tools search with it, others anchor it themselves.
            "pattern": column.kind.text_pattern,
            "maxLength": column.kind.text_length,
            "minimum": column.kind.minimum,
            "maximum": column.kind.maximum,
            # A keyword of 2.0; to a reader that goes by 1.0 it says nothing.
            "exclusiveMinimum": column.kind.exclusive_minimum,
        }
    return {name: limit for name, limit in limits.items() if limit is not None}


def _foreign_key(column: Column, table: str) -> dict[str, Any]:
    assert column.ref is not None
    resource = "" if column.ref.table == table else column.ref.table
    return {
        "fields": [column.name],
        "reference": {"resource": resource, "fields": [target_key(column)]},
    }
