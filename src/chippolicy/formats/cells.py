"""Cells: the text of one CSV cell as a value, and a value as its one canonical text.

Nothing is coerced: text that is not written as its column's kind of value stays text, and the
check that follows refuses it as such.
"""

from __future__ import annotations

import re
from typing import Any

_surrogate = re.compile("[\ud800-\udfff]").search
INTEGER_PATTERN = r"-?(0|[1-9][0-9]{0,17})"
NUMBER_PATTERN = r"-?(0|[1-9][0-9]{0,39})(\.[0-9]{1,20})?"

_integer = re.compile(INTEGER_PATTERN).fullmatch
_number = re.compile(NUMBER_PATTERN).fullmatch
_BOOLEANS = {"true": True, "false": False}


def decode(base: str, text: str) -> Any:
    """The value a cell holds in a column of a base type; the text itself where it is not one.

    A blank cell is None.
    """
    if text == "":
        return None
    match base:
        case "integer":
            return int(text) if _integer(text) else text
        case "number":
            return _decode_number(text)
        case "boolean":
            return _BOOLEANS.get(text, text)
    return text


def _decode_number(text: str) -> float | str:
    if not _number(text):
        return text
    value = float(text)
    if len(text) <= 15:
        return value
    # Imported here: it costs milliseconds, and few numbers are so long.
    from decimal import Decimal

    # More digits than a double carries would come back changed: such text is no number here.
    return value if Decimal(text) == Decimal(repr(value)) else text


def encode(value: Any) -> str:
    """The canonical text of a value: plain digits, `true`/`false`, blank for None."""
    if value is None:
        return ""
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, float):
        from decimal import Decimal

        plain = format(Decimal(repr(value)), "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return str(value)


def is_writable(text: str) -> bool:
    """Whether a text can be written down as UTF-8: JSON's escapes can make half a character."""
    return text.isascii() or not _surrogate(text)
