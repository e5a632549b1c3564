"""What all peers check: the columns, keys and references of a package's tables, from the plan."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from chippolicy.derive.plan import ColumnPlan, TablePlan, load_plan

TABLES = ("sources", "actors", "chips", "policies", "events", "event_actors", "citations")
DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9]{2}|[0-9]{4}"
"""The dates that the generator writes: days, months and years."""
RECORD_TABLES = ("actors", "chips", "events", "policies")


def folder() -> Path:
    """The folder of tables that is named on the command line."""
    return Path(sys.argv[1]) / "data"


def tables() -> dict[str, TablePlan]:
    """The tables of the benchmark."""
    plan = load_plan().tables
    return {name: plan[name] for name in TABLES}


def columns(name: str) -> list[str]:
    """The columns of a table's file."""
    with (folder() / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


def pattern(column: ColumnPlan) -> str | None:
    """The form of a column's values, without anchors; None where members are listed."""
    if column.members:
        return None
    match column.base:
        case "integer":
            return "-?(0|[1-9][0-9]{0,17})"
        case "number":
            return r"-?(0|[1-9][0-9]{0,39})(\.[0-9]{1,20})?"
        case "boolean":
            return "true|false"
        case "edtf":
            return DAY
    return (column.pattern or "^.*$")[1:-1]


def references() -> list[tuple[str, str, str]]:
    """Table, column and the table that is referred to."""
    return [
        (name, column.name, column.ref_table)
        for name, table in tables().items()
        for column in table.columns
        if column.ref_table in TABLES
    ]
