"""The JSON Schema of a validation's report, from the dataclasses that make it."""

from __future__ import annotations

import json
from dataclasses import fields
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from chippolicy.derive.json_schema import DIALECT
from chippolicy.derive.version import schema_id
from chippolicy.findings import Finding, Place, Report, Severity

_SUMMARY = {
    "files": "How many files were read.",
    "tables": "How many different tables they hold.",
    "rows": "How many rows were read in all.",
    "errors": "How many findings are errors, those not listed included.",
    "warnings": "How many findings are warnings, those not listed included.",
    "notes": "How many findings are notes, those not listed included.",
    "waived": "How many findings were left out because a waiver covers them.",
    "seconds": "How long the validation took. Unit: s.",
}

_SEVERITIES = {
    Severity.ERROR: "It must be mended.",
    Severity.WARNING: "It is likely wrong, or cannot be told.",
    Severity.NOTE: "Good to know.",
}


def report_schema() -> dict[str, Any]:
    """The schema of what ``chippolicy validate --format json`` prints."""
    return {
        "$schema": DIALECT,
        "$id": schema_id("report"),
        "title": "Report",
        "description": "What a validation found, and how much was read.",
        "type": "object",
        "properties": {
            "valid": {
                "description": "Whether nothing of severity error was found.",
                "type": "boolean",
            },
            "summary": _summary(),
            "findings": {
                "description": "Every finding, in the order of file, line and column.",
                "type": "array",
                "items": {"$ref": "#/$defs/finding"},
            },
        },
        "required": ["valid", "summary", "findings"],
        "additionalProperties": False,
        "examples": [_example()],
        "$defs": {
            "finding": _object(Finding),
            "place": _object(Place),
            "severity": {
                "description": "How grave a finding is.\n\n"
                + "\n".join(f"- `{member}`: {text}" for member, text in _SEVERITIES.items()),
                "type": "string",
                "enum": [str(member) for member in Severity],
            },
        },
    }


def _summary() -> dict[str, Any]:
    told = Report(findings=()).as_dict()["summary"]
    return {
        "description": "How much was read and found.",
        "type": "object",
        "properties": {
            key: {
                "description": _SUMMARY[key],
                "type": "number" if isinstance(value, float) else "integer",
                "minimum": 0,
            }
            for key, value in told.items()
        },
        "required": list(told),
        "additionalProperties": False,
    }


def _object(of: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(of)
    return {
        "description": " ".join((of.__doc__ or "").split()),
        "type": "object",
        "properties": {
            told.name: {
                "description": told.metadata["description"],
                **_type(hints[told.name]),
            }
            for told in fields(of)
        },
        "required": [told.name for told in fields(of)],
        "additionalProperties": False,
    }


def _type(hint: Any) -> dict[str, Any]:
    if get_origin(hint) is UnionType:
        return {"anyOf": [_type(member) for member in get_args(hint)]}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": _type(get_args(hint)[0])}
    types: dict[Any, dict[str, Any]] = {
        NoneType: {"type": "null"},
        bool: {"type": "boolean"},
        int: {"type": "integer", "minimum": 0},
        str: {"type": "string"},
        Severity: {"$ref": "#/$defs/severity"},
        Place: {"$ref": "#/$defs/place"},
    }
    return types[hint]


def _example() -> Any:
    finding = Finding(
        code="ref/dangling",
        severity=Severity.ERROR,
        message="no record of actors has the id 'nvida'",
        hint="did you mean 'nvidia'?",
        path="chips.csv",
        line=7,
        column="designer_id",
        table="chips",
        record="chips/nvidia-h20",
        field="designer_id",
        value="nvida",
    )
    # Through JSON, as a reader gets it: lists for tuples, text for a severity.
    return json.loads(json.dumps(Report(findings=(finding,)).as_dict()))
