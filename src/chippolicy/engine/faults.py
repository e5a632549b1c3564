"""Faults: what the verdict pass knows to be wrong, before it is known in which rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from chippolicy.engine.columns import Detail
from chippolicy.findings import Finding, Severity
from chippolicy.rules import CATALOG

Values = tuple[str, ...]


@dataclass
class Fault:
    """Some combinations of values in some columns of a table that break a rule.

    A row is faulty if its cells in `columns` are one of the combinations in `bad`. Rows with the
    same combination have one cause and become one finding with a count.
    """

    table: str
    columns: tuple[str, ...]
    field: str
    bad: dict[Values, Detail]
    severity: Severity | None = None
    repeats_only: bool = False
    """Only the second and later rows are faulty: the first is what they repeat."""
    whole_table: bool = False
    """All rows have one cause, whatever their values."""


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
