"""JSON Schema 2020-12: one schema for each table's record, and one for a whole dataset.

They hold to what every validator understands: no keyword of our own, no `format`, references
only to `$defs` and, in the dataset, to the tables' `$id`s. What a field refers to cannot be said
in JSON Schema; it stands in the field's description and in the catalog.
"""

from __future__ import annotations

from typing import Any

from chippolicy.derive._words import (
    column_description,
    kind_description,
    kind_name,
    record_title,
    table_description,
)
from chippolicy.derive.version import schema_id
from chippolicy.records import EXTRA_COLUMN, RECORDS, TABLES, Column, Record, Scalar, Term

DIALECT = "https://json-schema.org/draft/2020-12/schema"

# Python's `re` lets `$` match before a last line break; other engines do not.
_NO_LINE_BREAK = {"not": {"type": "string", "pattern": "\\n"}}


def record_schema(record: type[Record]) -> dict[str, Any]:
    """The schema of one record of a table."""
    columns = record.columns()
    return {
        "$schema": DIALECT,
        "$id": schema_id(record.table),
        "title": record_title(record),
        "description": table_description(record),
        "type": "object",
        "properties": {column.name: _property(column) for column in columns},
        "patternProperties": {
            EXTRA_COLUMN: {
                "description": "A column of the contributor's own, kept as it is.",
                "anyOf": [
                    {"type": "string"},
                    {"type": "number"},
                    {"type": "boolean"},
                    {"type": "null"},
                ],
            }
        },
        "propertyNames": _NO_LINE_BREAK,
        "additionalProperties": False,
        "required": [column.name for column in columns if column.required],
        "examples": [example(record)],
        "$defs": {
            name: _definition(kind)
            for name, kind in sorted(
                {kind_name(column.kind): column.kind for column in columns}.items()
            )
        },
    }


def dataset_schema() -> dict[str, Any]:
    """The schema of a whole dataset: an array of records for each table."""
    return {
        "$schema": DIALECT,
        "$id": schema_id("dataset"),
        "title": "Dataset",
        "description": "Records by table. A table without records may be left out.",
        "type": "object",
        "properties": {
            record.table: {
                "description": table_description(record),
                "type": "array",
                "items": {"$ref": schema_id(record.table)},
            }
            for record in RECORDS
        },
        "additionalProperties": False,
        "examples": [{name: [example(TABLES[name])] for name in ("chips", "chip_throughput")}],
    }


def example(record: type[Record]) -> dict[str, Any]:
    """A whole record made of its fields' examples: it shows the form, not a fact."""
    return {column.name: column.example for column in record.columns()}


def _property(column: Column) -> dict[str, Any]:
    kind: dict[str, Any] = {"$ref": f"#/$defs/{kind_name(column.kind)}"}
    if not column.required:
        kind = {"anyOf": [kind, {"type": "null"}], "default": None}
    return {
        "description": column_description(column),
        **kind,
        "examples": [column.example],
    }


def _definition(kind: Scalar | type[Term]) -> dict[str, Any]:
    if isinstance(kind, Scalar):
        return {"description": kind_description(kind), **kind.json_schema()}
    meanings = "\n".join(f"- `{code}`: {text}" for code, text in kind.definitions().items())
    return {
        "description": f"{kind_description(kind)}\n\n{meanings}",
        "type": "string",
        "enum": list(kind.definitions()),
    }
