"""Rules that run: was this chip controlled, for that destination, on that day, and why?

`assess` answers for a date, `history` for a chip's whole life. Both read the measures of a dataset
and know no threshold of their own.
"""

from chippolicy.controls.assessment import (
    CANNOT_TELL,
    CONTROLLED,
    DISCLAIMER,
    NOT_CONTROLLED,
    Applied,
    Assessment,
    Cited,
    Comparison,
    Outcome,
    Span,
)
from chippolicy.controls.days import Stretch
from chippolicy.controls.figures import UnknownChipError
from chippolicy.controls.question import assess, history

__all__ = [
    "CANNOT_TELL",
    "CONTROLLED",
    "DISCLAIMER",
    "NOT_CONTROLLED",
    "Applied",
    "Assessment",
    "Cited",
    "Comparison",
    "Outcome",
    "Span",
    "Stretch",
    "UnknownChipError",
    "assess",
    "history",
]
