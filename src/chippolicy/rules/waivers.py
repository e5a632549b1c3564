"""Rules on waivers: the file that says which findings are known, and why they are let pass."""

from __future__ import annotations

from chippolicy.rules.rule import ERROR, WARNING, Rule

WAIVERS: tuple[Rule, ...] = (
    Rule(
        "waiver/invalid",
        "a waiver names a rule, a place, a reason and a day",
        ERROR,
        "A waiver that cannot be read waives nothing; one without a reason or an end is a hole "
        "in the checks.",
        "Write code, record or path (with line), reason, and expires as YYYY-MM-DD.",
    ),
    Rule(
        "waiver/expired",
        "a waiver has not expired",
        WARNING,
        "What was let pass for a time is told again once that time is over.",
        "Mend what was waived, or renew the waiver with a later day.",
    ),
    Rule(
        "waiver/unused",
        "a waiver waives something",
        WARNING,
        "A waiver that waives nothing was for something mended since, or its place is mistyped; "
        "left alone it may hide the next fault.",
        "Remove the row, or check its code and place.",
    ),
)
"""The rules of the family `waiver`."""
