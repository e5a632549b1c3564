"""Example rows that are still there: interprets the `Marked` part of a rule on a table's keys."""

from __future__ import annotations

from collections.abc import Iterator

from chippolicy.derive.plan import TablePlan
from chippolicy.engine.causes import Values
from chippolicy.engine.columns import Detail
from chippolicy.engine.faults import Fault
from chippolicy.engine.survey import Column, Watcher
from chippolicy.rules import Rule
from chippolicy.rules.parts import Marked


class MarkWatcher(Watcher):
    """Finds the rows that are marked."""

    def __init__(self, rule: Rule, part: Marked, plan: TablePlan) -> None:
        ids = [
            name
            for name in plan.key
            if name == "id"
            or plan.by_name[name].ref_table
            or plan.by_name[name].kind == "record-reference"
        ]
        self.part = part
        self.columns = (*ids, part.column)
        self._rule = rule
        self._plan = plan
        self._bad: set[Values] = set()

    def take(self, columns: list[Column]) -> None:
        """Keep the marked rows of a block."""
        *ids, marks = columns
        # Joined, a block without any is passed at once.
        if any(marks) or any(self.part.prefix in "".join(column) for column in ids):
            self._bad.update(filter(self._is_marked, zip(*columns, strict=True)))

    def _is_marked(self, row: Values) -> bool:
        *ids, mark = row
        return bool(mark) or any(one.rpartition("/")[2].startswith(self.part.prefix) for one in ids)

    def faults(self) -> Iterator[Fault]:
        """What was found, to be placed: one cause for all rows."""
        if self._bad:
            detail = Detail(
                self._rule.code, "an example row that `chippolicy init` wrote is still there"
            )
            bad = dict.fromkeys(self._bad, detail)
            field = self._plan.key[0]
            yield Fault(self._plan.name, self.columns, field, bad, whole_table=True)
