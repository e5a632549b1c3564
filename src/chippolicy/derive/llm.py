"""JSON Schemas that language models can be held to when they write records.

The structured-output modes of OpenAI, Anthropic and Gemini take different parts of JSON Schema;
these schemas stay inside what all three take: objects whose properties are all required and with
`additionalProperties` false, `type`, `enum`, `anyOf`, `items` and `description`. There is no
pattern, no format, no limit, no default and no `$ref`; the form of a value stands in words in its
description. A field that may be blank is required and may be null. Contributors' own `x_` columns
are left out. What a model returns is then checked by `chippolicy validate` as anything else.

The providers' limits on size are in `llm_limits`: every table keeps to all of them, and several
tables at once as far as they do not have too many fields that may be null.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chippolicy.derive._words import (
    column_description,
    kind_base,
    kind_description,
    record_title,
    table_description,
    table_title,
)
from chippolicy.records import RECORDS, TABLES, Column, Record, Scalar


def llm_schema(tables: str | Sequence[str] | None = None) -> dict[str, Any]:
    """The schema of one record of a table, or of an object with a list for each of several.

    None means all tables. Tables stand in reading order, in whatever order they are named.
    """
    if isinstance(tables, str):
        return {"title": record_title(TABLES[tables]), **_record(TABLES[tables])}
    return {
        "title": "Dataset",
        **_closed(
            "Records by table; a table without records is an empty list.",
            {
                record.table: {
                    "type": "array",
                    "description": f"{table_title(record)}.",
                    "items": _record(record),
                }
                for record in RECORDS
                if tables is None or record.table in tables
            },
        ),
    }


def _record(record: type[Record]) -> dict[str, Any]:
    properties = {column.name: _property(column) for column in record.columns()}
    return _closed(table_description(record), properties)


def _closed(description: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _property(column: Column) -> dict[str, Any]:
    base = kind_base(column.kind)
    value: dict[str, Any] = {"type": "string" if base == "edtf" else base}
    words = [column_description(column)]
    if isinstance(column.kind, Scalar):
        # Of the countries only the form is said: the list would break the limit on members.
        words.append(f"Form: {kind_description(column.kind)}")
    else:
        value["enum"] = list(column.kind.definitions())
        words += [f"{code}: {text}" for code, text in column.kind.definitions().items()]
    description = " ".join(words)
    if column.required:
        return {"description": description, **value}
    return {"description": f"{description} Null if unknown.", "anyOf": [value, {"type": "null"}]}
