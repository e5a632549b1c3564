"""What is known under which name and id: in the files at hand and in the package below them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from chippolicy.contribute.redirects import Redirects
from chippolicy.dataset import fold
from chippolicy.derive.plan import ColumnPlan, TablePlan, load_plan

Rows = Mapping[str, list[dict[str, str]]]
"""Rows as text by column, by table."""


class Known:
    """Ids, names and redirects of several layers of tables."""

    def __init__(self, layers: Iterable[Rows]) -> None:
        self._layers = tuple(layers)
        self._tables = load_plan().tables
        # What lies on top counts: it comes last.
        self.redirects = Redirects(
            {
                row["old"]: row["new"]
                for layer in reversed(self._layers)
                for row in layer.get("redirects", ())
                if row.get("old") and row.get("new")
            }
        )

    @cached_property
    def _ids(self) -> dict[str, set[str]]:
        """The keys of each table, parts joined with `+`."""
        return {
            name: {
                "+".join(row.get(part, "") for part in plan.key)
                for layer in self._layers
                for row in layer.get(name, ())
            }
            for name, plan in self._tables.items()
        }

    @cached_property
    def _kinds(self) -> dict[str, str]:
        return {
            row["id"]: row.get("kind", "")
            for layer in reversed(self._layers)
            for row in layer.get("actors", ())
            if "id" in row
        }

    @cached_property
    def _meanings(self) -> dict[str, set[tuple[str, str]]]:
        """For each folded name the tables and ids of what is called so."""
        found: dict[str, set[tuple[str, str]]] = {}
        for layer in self._layers:
            for name, plan in self._tables.items():
                for row in layer.get(name, ()) if plan.key == ("id",) else ():
                    for text in (row.get("id"), row.get(plan.label or "id")):
                        if text:
                            found.setdefault(fold(text), set()).add((name, row.get("id", "")))
            for row in layer.get("names", ()):
                table, _, key = self.redirects.current(row.get("record", "")).partition("/")
                found.setdefault(fold(row.get("name", "")), set()).add((table, key))
        return {
            name: there
            for name, meant in found.items()
            if (there := {(table, key) for table, key in meant if self.has(table, key)})
        }

    def has(self, table: str, key: str) -> bool:
        """Whether a table has a key."""
        return key in self._ids.get(table, ())

    def fits(self, column: ColumnPlan, table: str, key: str) -> bool:
        """Whether a reference column may name a record."""
        if column.ref_table is None:
            return self.has(table, key)
        kind = not column.ref_kinds or self._kinds.get(key) in column.ref_kinds
        return table == column.ref_table and kind and self.has(table, key)

    def refers(self, plan: TablePlan, column: ColumnPlan) -> bool:
        """Whether a column refers to what is there."""
        refers = bool(column.ref_table) or column.kind == "record-reference"
        return refers and (plan.name, column.name) != ("redirects", "old")

    def is_there(self, column: ColumnPlan, text: str) -> bool:
        """Whether the text of a reference column is that of a record."""
        if column.ref_table:
            return self.has(column.ref_table, text)
        table, _, key = text.partition("/")
        return self.has(table, key)

    def meant(self, column: ColumnPlan, text: str) -> tuple[str, ...]:
        """The texts of a reference column that a name may stand for."""
        table = column.ref_table
        if table is None and (prefix := text.partition("/")[0]) in self._tables:
            table, text = prefix, text.partition("/")[2]
        found = {
            (there, key)
            for there, key in self._meanings.get(fold(text), ())
            if table in (None, there) and self.fits(column, there, key)
        }
        return tuple(sorted(key if column.ref_table else f"{there}/{key}" for there, key in found))
