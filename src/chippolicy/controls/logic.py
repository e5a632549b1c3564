"""Three-valued logic: True, False, and None for what cannot be told."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from fractions import Fraction

Truth = bool | None
"""True, False, or None where an unknown figure or date leaves it open."""

WORDS: dict[Truth, str] = {True: "yes", False: "no", None: "unknown"}

COMPARATORS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "eq": operator.eq,
    "ge": operator.ge,
    "gt": operator.gt,
    "le": operator.le,
    "lt": operator.lt,
}
SIGNS = {"eq": "=", "ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


def every(truths: Iterable[Truth]) -> Truth:
    """AND: one False decides, whatever else is unknown."""
    found: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            found = None
    return found


def some(truths: Iterable[Truth]) -> Truth:
    """OR: one True decides, whatever else is unknown."""
    found: Truth = False
    for truth in truths:
        if truth:
            return True
        if truth is None:
            found = None
    return found


def negated(truth: Truth) -> Truth:
    """NOT."""
    return None if truth is None else not truth


def compared(value: Fraction | None, comparator: str, threshold: Fraction) -> Truth:
    """Hold a figure against a threshold; an unknown figure leaves it open."""
    return None if value is None else COMPARATORS[comparator](value, threshold)
