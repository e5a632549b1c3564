"""A rule: what must hold, why, how to mend what breaks it, and the parts it is made of."""

from __future__ import annotations

from typing import NamedTuple

from chippolicy.findings import Severity
from chippolicy.rules.parts import Part

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


class Rule(NamedTuple):
    """One rule: its code, what must hold, why, how to mend a fault, and its parts."""

    code: str
    title: str
    severity: Severity
    reason: str
    hint: str
    parts: tuple[Part, ...] = ()
    doubtful: Severity | None = None
    """The severity where dates are too coarse to tell; None: nothing is said then."""

    @property
    def family(self) -> str:
        """The part of the code before the slash."""
        return self.code.partition("/")[0]
