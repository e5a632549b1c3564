"""Dates as sources give them: with their precision and their doubt (EDTF, ISO 8601-2).

`parse` reads a text into an immutable `EdtfDate` or raises `EdtfError`. Dates
compare in three values (`Truth`): yes, no, cannot tell. Levels 0 and 1 are read,
and of level 2 the forms that `docs/dates.md` lists; years run from 0001 to 9999.
"""

from chippolicy.edtf._date import EdtfDate
from chippolicy.edtf._errors import EdtfError
from chippolicy.edtf._parse import MAX_LENGTH, is_valid, parse
from chippolicy.edtf._pattern import PATTERN, PATTERN_CANNOT_SAY
from chippolicy.edtf._terms import Kind, Precision, Truth

__all__ = [
    "MAX_LENGTH",
    "PATTERN",
    "PATTERN_CANNOT_SAY",
    "EdtfDate",
    "EdtfError",
    "Kind",
    "Precision",
    "Truth",
    "is_valid",
    "parse",
]
