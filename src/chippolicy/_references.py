"""What the columns of a table refer to, and where a reference leads."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from chippolicy._table import Table
from chippolicy.derive.plan import ColumnPlan, TablePlan

# Not a reference: it names what is no longer there.
_RETIRED = ("redirects", "old")


def reference_columns(plan: TablePlan) -> tuple[ColumnPlan, ...]:
    """The columns of a table that refer to records."""
    return tuple(
        column
        for column in plan.columns
        if column.ref_table
        or (column.kind == "record-reference" and (plan.name, column.name) != _RETIRED)
    )


def reference(column: ColumnPlan, text: str) -> str:
    """What a cell of such a column refers to, as a record reference."""
    return f"{column.ref_table}/{text}" if column.ref_table else text


class References:
    """Finds the rows of some tables by record reference; a retired one leads to the new."""

    def __init__(self, tables: Mapping[str, Table[Any]]) -> None:
        self.tables = tables

    def place(self, ref: str) -> tuple[str, int] | None:
        """The table and the number of the row that a reference names as it is, or None."""
        name, _, key = ref.partition("/")
        table = self.tables.get(name)
        number = table.number_of(key) if table is not None else None
        return None if number is None else (name, number)

    def current(self, ref: str) -> str:
        """The reference to use instead of a retired one; any other as it is."""
        seen = set()
        while ref not in seen and self.place(ref) is None and ref in self.redirects:
            seen.add(ref)
            ref = self.redirects[ref]
        return ref

    @cached_property
    def redirects(self) -> Mapping[str, str]:
        """The new reference for each retired one."""
        return {row["old"]: row["new"] for row in self.tables["redirects"].rows()}
