"""Faults: what the verdict pass knows to be wrong, before it is known in which rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from chippolicy.engine.causes import Causes, Values
from chippolicy.engine.columns import Detail
from chippolicy.findings import Finding, Severity
from chippolicy.rules import CATALOG

PLACES = 10
"""How many of the places of one cause a finding lists."""


class Details(Mapping[Values, Detail]):
    """What is said of each of many causes, put into words only when it is asked for.

    Of a hundred thousand causes a thousand are told, and the others counted by their rules.
    """

    def __init__(self, causes: Causes, tell: Callable[[Values], Detail]) -> None:
        self._causes = causes
        self._tell = tell

    def __getitem__(self, values: Values) -> Detail:
        return self._tell(values)

    def __contains__(self, values: object) -> bool:
        return values in self._causes

    def __iter__(self) -> Iterator[Values]:
        return iter(self._causes)

    def __len__(self) -> int:
        return len(self._causes)

    def code(self, values: Values) -> str:
        """The rule that a combination breaks."""
        return self._causes.code(values)

    def each_code(self) -> Iterator[str]:
        """The rules that the combinations break, in their order."""
        return self._causes.each_code()

    @property
    def codes(self) -> set[str]:
        """The rules that any of the combinations breaks."""
        return self._causes.codes


@dataclass
class Fault:
    """Some combinations of values in some columns of a table that break a rule.

    A row is faulty if its cells in `columns` are one of the combinations in `bad`. Rows with the
    same combination have one cause and become one finding with a count.
    """

    table: str
    columns: tuple[str, ...]
    field: str
    bad: Mapping[Values, Detail]
    severity: Severity | None = None
    repeats_only: bool = False
    """Only the second and later rows are faulty: the first is what they repeat."""
    whole_table: bool = False
    """All rows have one cause, whatever their values."""

    def code(self, values: Values) -> str:
        """The rule that a combination breaks."""
        return self.bad.code(values) if isinstance(self.bad, Details) else self.bad[values].code

    @property
    def codes(self) -> set[str]:
        """The rules that any of the combinations breaks."""
        if isinstance(self.bad, Details):
            return self.bad.codes
        return {detail.code for detail in self.bad.values()}

    def each_code(self) -> Iterator[str]:
        """The rules that the combinations break, in their order."""
        if isinstance(self.bad, Details):
            return self.bad.each_code()
        return (detail.code for detail in self.bad.values())

    def severity_of(self, values: Values) -> Severity:
        """How grave a combination is."""
        return self.severity_by(self.code(values))

    def severity_by(self, code: str) -> Severity:
        """How grave it is to break one of the rules."""
        return self.severity or CATALOG[code].severity


@dataclass
class Verdict:
    """All that is wrong: findings with their place, and faults to be placed."""

    findings: list[Finding] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def finding(code: str, message: str, *, hint: str | None = None, **place: Any) -> Finding:
    """A finding by its rule's severity, with the rule's own hint unless there is a better one."""
    rule = CATALOG[code]
    severity = place.pop("severity", None) or rule.severity
    return Finding(code=code, severity=severity, message=message, hint=hint or rule.hint, **place)
