"""The check plan: what the records say of every column, as plain data the engine reads at start.

It is compiled from the Pydantic models once, when the derived files are made, and committed as
`plan.json`, so that checking a file needs no model and no Pydantic import.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

NUMBERS = frozenset({"integer", "number"})
"""The base types whose values are written without quotation marks, as digits."""
PLAN_FILE = Path(__file__).with_name("plan.json")


class ColumnPlan(NamedTuple):
    """How the values of one column are checked."""

    name: str
    kind: str
    """The kind of value: a scalar's name, or `term` for an enumeration."""
    base: str
    """string, integer, number, boolean or edtf."""
    required: bool
    expected: str
    """The kind of value in words, for messages."""
    pattern: str | None = None
    max_length: int | None = None
    minimum: float | None = None
    exclusive_minimum: float | None = None
    maximum: float | None = None
    members: tuple[str, ...] = ()
    ref_table: str | None = None
    ref_kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class TablePlan:
    """How the rows of one table are checked."""

    name: str
    key: tuple[str, ...]
    cited: bool
    label: str | None
    columns: tuple[ColumnPlan, ...]

    @cached_property
    def by_name(self) -> dict[str, ColumnPlan]:
        """The columns by name."""
        return {column.name: column for column in self.columns}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The columns' names in their order."""
        return tuple(self.by_name)


class Plan(NamedTuple):
    """The tables in reading order, and the pattern of a contributor's own columns."""

    extra_column: str
    tables: dict[str, TablePlan]


def compile_plan() -> dict[str, Any]:
    """The plan as plain data, from the records (imports Pydantic)."""
    from chippolicy.records import EXTRA_COLUMN, RECORDS, Scalar

    def column(of: Any) -> dict[str, Any]:
        ref = {"ref_table": of.ref.table, "ref_kinds": of.ref.kinds} if of.ref else {}
        if isinstance(of.kind, Scalar):
            kind = of.kind
            told = ColumnPlan(
                name=of.name,
                kind=kind.name,
                base=kind.base,
                required=of.required,
                expected=kind.expected,
                pattern=kind.pattern,
                max_length=kind.max_length,
                minimum=kind.minimum,
                exclusive_minimum=kind.exclusive_minimum,
                maximum=kind.maximum,
                members=kind.members,
                **ref,
            )
        else:
            members = tuple(kind.value for kind in of.kind)
            told = ColumnPlan(
                name=of.name,
                kind="term",
                base="string",
                required=of.required,
                expected=f"one of {', '.join(members)}",
                members=members,
                **ref,
            )
        defaults = ColumnPlan("", "", "", False, "")
        return {
            key: value
            for key, value in told._asdict().items()
            if value != getattr(defaults, key) or key == "required"
        }

    return {
        "extra_column": EXTRA_COLUMN,
        "tables": [
            {
                "name": record.table,
                "key": record.key,
                "cited": record.cited,
                "label": record.label,
                "columns": [column(of) for of in record.columns()],
            }
            for record in RECORDS
        ],
    }


@cache
def load_plan() -> Plan:
    """The committed plan."""
    raw = json.loads(PLAN_FILE.read_text(encoding="utf-8"))
    return Plan(
        extra_column=raw["extra_column"],
        tables={
            table["name"]: TablePlan(
                name=table["name"],
                key=tuple(table["key"]),
                cited=table["cited"],
                label=table["label"],
                columns=tuple(
                    ColumnPlan(**{k: _frozen(v) for k, v in column.items()})
                    for column in table["columns"]
                ),
            )
            for table in raw["tables"]
        },
    )


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
