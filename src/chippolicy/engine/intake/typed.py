"""Typed values as cells: the text a CSV file would hold, or why it is not what the column asks for.

The text is then judged as that of a CSV file is. Here is told only what a CSV file cannot show: a
number in quotation marks, a list in a field, a date that a spreadsheet has made.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from chippolicy.derive.plan import NUMBERS, ColumnPlan
from chippolicy.engine.columns import judge_for, shown
from chippolicy.formats.cells import decode, encode, is_writable
from chippolicy.formats.raw import Digits, Nested, Plain, Styled, Unsound, Value

_GREATEST = 40
"""The most digits of a number before it is left as it is written."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_number = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?").fullmatch


class Misfit(NamedTuple):
    """A value that no cell of its column can hold."""

    code: str
    message: str
    hint: str | None
    value: str
    """The value as a person would write it down."""
    kind: str = ""
    """What all misfits of one cause share; blank where each is a cause of its own."""
    rewritten: str | None = None
    """The text of its cell, where only the type is another than the column's."""


class Cells:
    """Turns the values of one column into cells."""

    def __init__(self, name: str, column: ColumnPlan | None, *, typed: bool) -> None:
        self._name = name
        self._column = column
        self._typed = typed
        self._base = column.base if column else None
        self._judge = judge_for(column) if column else None
        self._is_text = not typed or self._base not in (*NUMBERS, "boolean")

    def cell(self, value: Value) -> str | Misfit:
        """The text of a cell, blank for None."""
        if value is None:
            return ""
        if type(value) is str and self._is_text and value.isascii() and value and "\0" not in value:
            # Most values are plain texts in columns of text.
            return value
        match value:
            case Plain():
                # As in JSON, and unlike CSV, a number may have an exponent or zeros at its end.
                is_number = self._base in NUMBERS and _number(value)
                return _plain(Digits(value)) if is_number else str(value)
            case Digits() | bool() | int() | float():
                return self._single(value)
            case str():
                return self._words(value)
            case Nested(what):
                hint = "A record is flat: each of its fields holds one value."
                return self._misfit("value/type", what, hint, what, kind=what)
            case Unsound(text) if text.startswith("="):
                hint = "Open the workbook, let it compute and save it, or write the value itself."
                what = f"the formula {shown(text)}, whose result is not stored"
                return self._misfit("value/type", what, hint, text)
            case Unsound(text):
                hint = "Write the value itself, or leave it blank."
                return self._misfit("value/type", f"{text}, which is no value", hint, text)
            case Styled(inner, style):
                return self._styled(inner, style)
        return _moment(value)

    def _misfit(
        self,
        code: str,
        what: str,
        hint: str | None,
        value: str,
        kind: str = "",
        rewritten: str | None = None,
    ) -> Misfit:
        expected = f"; expected {self._column.expected}" if self._column else ""
        return Misfit(code, f"{self._name} is {what}{expected}", hint, value, kind, rewritten)

    def _words(self, value: str) -> str | Misfit:
        """Text that is meant as text."""
        if "\0" in value:
            return Misfit("file/nul", "a cell holds a NUL byte", None, value, kind="nul")
        if not is_writable(value):
            hint = "Write the character itself, or its whole pair of escapes."
            escaped = ascii(value)[1:-1]
            return self._misfit(
                "value/format", "half a character (a lone surrogate)", hint, escaped
            )
        column = self._column
        if not self._typed or column is None:
            return value
        if value == "":
            if column.required:
                return ""
            hint = f"Write null, or leave {self._name} out, where nothing is known."
            return self._misfit("value/format", "an empty text", hint, '""', "empty", "")
        if self._base in NUMBERS or self._base == "boolean":
            if isinstance(decode(column.base, value), str):
                return value
            hint = f"Write {value}, without quotation marks."
            what = f'the text "{value}"'
            return self._misfit("value/type", what, hint, value, "quoted", value)
        return value

    def _single(self, value: Digits | bool | int | float) -> str | Misfit:
        """A number or truth value."""
        text = _plain(value)
        if self._column is None or not self._typed or self._base in (*NUMBERS, "boolean"):
            return text
        if self._judge and self._judge(text) is not None:
            # It is wrong as text, too, and told as such.
            return text
        what = "a truth value" if isinstance(value, bool) else "a number"
        hint = f'Write "{text}", in quotation marks.'
        return self._misfit("value/type", f"{what}, {text}", hint, text, f"bare {what}", text)

    def _styled(self, value: int | float | date | datetime | time, style: str) -> str | Misfit:
        """A spreadsheet's number or time, told by the format it is shown in."""
        tokens = _tokens(style)
        if isinstance(value, (datetime, date, time)):
            return self._dated(value, tokens)
        if "%" in tokens and self._base in NUMBERS:
            percent = _plain(float(Decimal(repr(value)) * 100))
            what = f"{percent} %, which a spreadsheet holds as {_plain(value)}"
            hint = f"Write {percent} in a cell that is shown as a plain number, or {_plain(value)}."
            return self._misfit("value/type", what, hint, f"{percent}%")
        if "E" in tokens and self._base not in (*NUMBERS, "boolean"):
            text = f"{value:.1E}"
            what = f"the number {_plain(value)}, shown as {text}"
            likely = self._likely(_scientific(value))
            hint = (
                f"A spreadsheet has taken the text for a number: it was most likely {likely}. "
                "Format the cell as text and write it anew."
            )
            return self._misfit("value/type", what, hint, text)
        return self._single(value)

    def _dated(self, value: datetime | date | time, tokens: str) -> str | Misfit:
        text = _moment(value)
        if self._base == "edtf" and not isinstance(value, time):
            coarse = text[:7] if "m" in tokens.lower() else text[:4]
            if "d" in tokens.lower() or not ({*tokens.lower()} & {"m", "y"}):
                if not {*tokens.lower()} & {"d", "m"} or {*tokens.lower()} & {"y", "e"}:
                    return text
                what = f"the day {text}, of which the cell does not show the year"
                hint = "A spreadsheet takes the year of typing: show it, and see if it is right."
                return self._misfit("value/date", what, hint, text)
            what = f"the day {text}, of which the cell shows only {coarse}"
            hint = f"Format the cell as text and write {coarse}, or show the whole day."
            return self._misfit("value/date", what, hint, coarse)
        if self._column is None:
            return text
        likely = self._likely(_before(value))
        hint = (
            f"A spreadsheet has made a date of it: it was most likely {likely}. Format the cell "
            "as text and write it anew."
        )
        return self._misfit("value/type", f"the date {text}", hint, text)

    def _likely(self, candidates: list[str]) -> str:
        """The first of some candidates that the column takes."""
        if self._judge:
            for one in candidates:
                if self._judge(one) is None:
                    return one
        return candidates[0]


def _plain(value: Digits | bool | int | float) -> str:
    """A number in plain digits; as it is written where there are too many."""
    if not isinstance(value, Digits):
        return encode(value)
    try:
        number = Decimal(value)
    except InvalidOperation:
        return str(value)
    if not number.is_finite() or abs(number.adjusted()) > _GREATEST:
        return str(value)
    plain = format(number, "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain == "-0" else plain


def _moment(value: datetime | date | time) -> str:
    """A time in ISO 8601; a midnight without a zone is its day."""
    if isinstance(value, datetime) and value.time() == time() and value.tzinfo is None:
        return value.date().isoformat()
    return value.isoformat()


def _tokens(style: str) -> str:
    """The letters and signs of a number format that stand for something."""
    return re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", style)


def _scientific(value: int | float) -> list[str]:
    """What a spreadsheet may have read as a number with an exponent, such as 3E001."""
    digits, _, exponent = f"{value:E}".partition("E")
    mantissa = digits.rstrip("0").rstrip(".")
    power = int(exponent)
    texts = [f"{mantissa}E{power:0{width}d}" for width in (3, 2, 1)] if power >= 0 else []
    return [*texts, *(text.lower() for text in texts), f"{mantissa}E{power}"]


def _before(value: datetime | date | time) -> list[str]:
    """What a spreadsheet may have read as a date, such as MAR1 or 3-4."""
    if isinstance(value, time):
        return [f"{value.hour}:{value.minute:02d}"]
    month = _MONTHS[value.month - 1]
    year = value.year % 100
    return [
        f"{month}-{value.day}",
        f"{month}{value.day}",
        f"{month.upper()}{value.day}",
        f"{month.upper()}{year:02d}" if value.day == 1 else f"{value.day}-{month}",
        f"{value.month}-{value.day}",
    ]
