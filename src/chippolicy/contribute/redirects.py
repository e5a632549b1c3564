"""Redirects: what took the place of a retired id, in references and in composite keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chippolicy.contribute.sheets import Key, Sheet
from chippolicy.derive.plan import ColumnPlan, TablePlan, load_plan


class Redirects:
    """Retired record references with what took their place in the end."""

    def __init__(self, pairs: Mapping[str, str]) -> None:
        self._pairs = pairs
        self._tables = load_plan().tables

    @classmethod
    def of(cls, sheets: Iterable[Sheet | None]) -> Redirects:
        """Those of some sheets of redirects, a later sheet over an earlier one."""
        pairs: dict[str, str] = {}
        for sheet in sheets:
            if sheet is not None and {"old", "new"} <= set(sheet.columns):
                pairs |= {row["old"]: row["new"] for row in sheet.by_key.values() if row["new"]}
        return cls(pairs)

    def __contains__(self, ref: object) -> bool:
        return ref in self._pairs

    def __bool__(self) -> bool:
        return bool(self._pairs)

    def successor(self, ref: str) -> str | None:
        """What took a retired reference's place; None for one in use, or in an endless chain."""
        passed = {ref}
        new = self._pairs.get(ref)
        while new is not None and new in self._pairs:
            if new in passed:
                return None
            passed.add(new)
            new = self._pairs[new]
        return new

    def current(self, ref: str) -> str:
        """The reference to write instead: of a record, or of one whose key names retired ids."""
        new = self.successor(ref)
        if new is not None or ref in self._pairs:
            return new or ref
        table, _, joined = ref.partition("/")
        plan = self._tables.get(table)
        parts = tuple(joined.split("+"))
        if plan is None or len(plan.key) == 1 or len(plan.key) != len(parts):
            return ref
        return f"{table}/{'+'.join(self.key(plan, parts))}"

    def key(self, plan: TablePlan, key: Key) -> Key:
        """A key with the ids in it that are retired replaced."""
        columns = (plan.by_name[name] for name in plan.key)
        return tuple(self.cell(plan, one, text) for one, text in zip(columns, key, strict=True))

    def cell(self, plan: TablePlan, column: ColumnPlan, text: str) -> str:
        """A cell's text with a retired id replaced; any other text as it is."""
        if not text or (plan.name, column.name) == ("redirects", "old"):
            # What is retired is named there on purpose.
            return text
        if column.ref_table:
            table, _, key = self.current(f"{column.ref_table}/{text}").partition("/")
            return key if table == column.ref_table else text
        return self.current(text) if column.kind == "record-reference" else text
