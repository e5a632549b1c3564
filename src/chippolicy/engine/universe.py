"""The universe references resolve in: contributed tables first, then the base below them."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from chippolicy.derive.plan import Plan, TablePlan
from chippolicy.engine.survey import TableSurvey

Loader = Callable[[str], "TableSurvey | None"]
"""Reads what is needed of a base table; None where the base has no such table."""


class Universe:
    """Contributed tables over base tables, the base read only as far as it is asked for."""

    def __init__(self, plan: Plan, load_base: Loader) -> None:
        self.plan = plan
        self.surveys: dict[str, TableSurvey] = {}
        self._load_base = load_base
        self._bases: dict[str, TableSurvey | None] = {}

    def base(self, table: str) -> TableSurvey | None:
        """A base table's survey, or None where there is none."""
        if table not in self._bases:
            self._bases[table] = self._load_base(table) if table in self.plan.tables else None
        return self._bases[table]

    def layers(self, table: str) -> Iterable[TableSurvey]:
        """The surveys of a table, the contributed one first."""
        own = self.surveys.get(table)
        if own is not None:
            yield own
        base = self.base(table)
        if base is not None:
            yield base

    def present(self, table: str) -> bool:
        """Whether a table is there at all."""
        return any(True for _ in self.layers(table))

    def incomplete(self, table: str) -> bool:
        """Whether records of a table may be there that could not be read."""
        return any(layer.incomplete for layer in self.layers(table))

    def missing(self, table: str, keys: set[str]) -> set[str]:
        """Those of some keys, joined with `+`, that no layer has."""
        for layer in self.layers(table):
            if not keys:
                break
            keys = keys - layer.joined_keys() - layer.tolerated
        return keys

    def joined_keys(self, table: str) -> set[str]:
        """Every key of a table, joined with `+`."""
        return set().union(*(layer.joined_keys() for layer in self.layers(table)))

    def lookup(self, table: str, column: str) -> Mapping[str, str]:
        """The non-blank values of a column by id; a contributed record hides the base's."""
        own = self.surveys.get(table)
        base = self.base(table)
        below = base.lookups.get(column, {}) if base else {}
        if own is None:
            return below
        above = own.lookups.get(column, {})
        hidden = own.single_keys & below.keys() - above.keys()
        if hidden:
            below = {key: value for key, value in below.items() if key not in hidden}
        return ChainMap(above, dict(below)) if below else above

    @cached_property
    def redirects(self) -> Mapping[str, str]:
        """Retired record references, with what took their place."""
        return self.lookup("redirects", "new")


def table_order(plan: Plan, tables: Iterable[str]) -> list[TablePlan]:
    """Tables in reading order: what others look up comes before them."""
    wanted = set(tables)
    return [table for name, table in plan.tables.items() if name in wanted]
