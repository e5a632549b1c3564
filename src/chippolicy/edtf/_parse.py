"""From text to date. Work grows with the length of the text, and that is bounded."""

import re
from datetime import date

from chippolicy.edtf import _calendar
from chippolicy.edtf._calendar import FIRST_DAY, LAST_DAY, WITHOUT_BEGINNING, WITHOUT_END
from chippolicy.edtf._date import EdtfDate, make
from chippolicy.edtf._errors import EdtfError
from chippolicy.edtf._spans import Moment, Span
from chippolicy.edtf._terms import Kind, Precision, coarsest

MAX_LENGTH = 200
"""Longer texts are refused unread (characters)."""

_plain = re.compile("([0-9]{4})(?:-([0-9]{2})(-[0-9]{2})?)?").fullmatch
_marked = re.compile(
    "([?~%]?)([0-9X]{4})([?~%]?)(?:-([?~%]?)([0-9X]{2})([?~%]?)(?:-([?~%]?)([0-9X]{2})([?~%]?))?)?"
).fullmatch

_SEASONS = ("21", "22", "23", "24")
_YEAR_UNITS = (
    Precision.UNSPECIFIED,
    Precision.MILLENNIUM,
    Precision.CENTURY,
    Precision.DECADE,
)
"""The unit that a year is known to, by the place of its first X."""


class _Refusal(Exception):
    """The text has the form of a date but cannot be one; with the reason and a hint."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(reason, hint)
        self.reason = reason
        self.hint = hint


class _NoDate(Exception):
    """The text does not have the form of a date."""


class _Part:
    """One date inside a text."""

    __slots__ = ("first", "last", "marks", "plain", "precision", "units")

    def __init__(
        self,
        first: date,
        last: date,
        precision: Precision,
        plain: bool,
        marks: str,
        units: list[Precision],
    ) -> None:
        self.first = first
        self.last = last
        self.precision = precision
        self.plain = plain
        """No marks, no X, no season."""
        self.marks = marks
        self.units = units
        """The unit that each mark puts in doubt."""

    def window(self) -> tuple[int, int]:
        """The days that may be meant: as written, widened by the coarsest unit in doubt."""
        low, high = self.first.toordinal(), self.last.toordinal()
        if self.units:
            return _calendar.widened(low, high, coarsest(self.units))
        return low, high


def parse(text: str) -> EdtfDate:
    """Read an EDTF text; raises `EdtfError` where it is none, `TypeError` where it is no text."""
    try:
        return _read(text)
    except _Refusal as refusal:
        raise EdtfError(text, refusal.reason, refusal.hint) from None
    except _NoDate:
        # Guessing what was meant is slow and seldom needed.
        from chippolicy.edtf._hints import explain

        raise EdtfError(text, *explain(text, is_valid)) from None


def is_valid(text: str) -> bool:
    """Tell whether `parse` accepts a text, without building reasons and hints."""
    try:
        _read(text)
    except (_Refusal, _NoDate):
        return False
    return True


def _read(text: str) -> EdtfDate:
    if type(text) is not str:
        if not isinstance(text, str):
            raise TypeError(f"a date is read from a str, not from {type(text).__name__}")
        text = str.__str__(text)  # members of a StrEnum and the like
    match = _plain(text)
    if match is None:
        return _read_marked(text)
    year, month, day = match.groups()
    try:
        if day is not None:
            first = date.fromisoformat(text)
            return make(text, Kind.DATE, Precision.DAY, first, first)
        number = int(year)
        if month is None:
            return make(text, Kind.DATE, Precision.YEAR, date(number, 1, 1), date(number, 12, 31))
        if month not in _SEASONS:
            first = date(number, int(month), 1)
            last = _calendar.month_end(number, first.month)
            return make(text, Kind.DATE, Precision.MONTH, first, last)
    except ValueError:
        pass  # the slow way names the fault
    return _read_marked(text)


def _read_marked(text: str) -> EdtfDate:
    if len(text) > MAX_LENGTH:
        raise _Refusal(
            f"has {len(text)} characters", f"a date has at most {MAX_LENGTH}; shorten it"
        )
    brackets = text[:1] + text[-1:]
    if brackets == "[]":
        return _read_set(text, Kind.ONE_OF)
    if brackets == "{}":
        return _read_set(text, Kind.ALL_OF)
    if "/" in text:
        return _read_interval(text)
    part = _part(text)
    return make(
        text,
        Kind.DATE,
        part.precision,
        part.first,
        part.last,
        *_doubt([part]),
        alternatives=((Moment(*part.window()),),),
    )


def _read_interval(text: str) -> EdtfDate:
    left, _, right = text.partition("/")
    start = _part(left) if left not in ("", "..") else None
    end = _part(right) if right not in ("", "..") else None
    parts = [part for part in (start, end) if part]
    if not parts:
        raise _Refusal("has no date on either side", "give the start, the end, or both")
    if start and end and end.last < start.first:
        raise _Refusal(f"ends ({right}) before it begins ({left})", "write the earlier date first")
    if start:
        start_window = start.window()
    elif left == "..":
        start_window = WITHOUT_BEGINNING, WITHOUT_BEGINNING
    else:
        start_window = WITHOUT_BEGINNING, LAST_DAY
    if end:
        end_window = end.window()
    elif right == "..":
        end_window = WITHOUT_END, WITHOUT_END
    else:
        end_window = FIRST_DAY, WITHOUT_END
    return make(
        text,
        Kind.INTERVAL,
        coarsest([part.precision for part in parts]),
        start.first if start else None,
        end.last if end else None,
        *_doubt(parts),
        alternatives=((Span(start_window, end_window),),),
    )


def _read_set(text: str, kind: Kind) -> EdtfDate:
    members = text[1:-1].split(",")
    parts: list[_Part] = []
    spans: list[Span] = []
    open_start = members[0].startswith("..")
    open_end = members[-1].endswith("..")
    for place, member in enumerate(members):
        if open_start and place == 0 and open_end and place == len(members) - 1:
            raise _NoDate  # [..2025..] would say nothing
        if open_start and place == 0:
            end = _range_end(member[2:])
            parts.append(end)
            spans.append(_range(kind, None, end))
        elif open_end and place == len(members) - 1:
            start = _range_end(member[:-2])
            parts.append(start)
            spans.append(_range(kind, start, None))
        elif ".." in member:
            left, _, right = member.partition("..")
            start, end = _range_end(left), _range_end(right)
            if start.precision is not end.precision:
                raise _Refusal(
                    f"has a range of a {start.precision.value} and a {end.precision.value}",
                    "write both ends of '..' to the same precision",
                )
            if end.last < start.first:
                raise _Refusal(
                    f"has a range that ends ({right}) before it begins ({left})",
                    "write the earlier date first",
                )
            parts += start, end
            spans.append(_range(kind, start, end))
        else:
            part = _part(member)
            parts.append(part)
            spans.append(Moment(*part.window()))
    return make(
        text,
        kind,
        coarsest([part.precision for part in parts]),
        None if open_start else min(part.first for part in parts),
        None if open_end else max(part.last for part in parts),
        *_doubt(parts),
        alternatives=tuple((s,) for s in spans) if kind is Kind.ONE_OF else (tuple(spans),),
    )


def _range(kind: Kind, start: _Part | None, end: _Part | None) -> Span:
    """Return what `a..b` means: some day from a to b, or every unit from a to b."""
    if kind is Kind.ONE_OF:
        return Moment(
            start.first.toordinal() if start else FIRST_DAY,
            end.last.toordinal() if end else LAST_DAY,
        )
    if start and end and start.first == end.first:
        return Moment(*start.window())
    ends = start or end
    assert ends is not None
    return Span(
        start.window() if start else (WITHOUT_BEGINNING, WITHOUT_BEGINNING),
        end.window() if end else (WITHOUT_END, WITHOUT_END),
        None if ends.precision is Precision.DAY else ends.precision,
    )


def _range_end(text: str) -> _Part:
    part = _part(text)
    if not part.plain:
        raise _Refusal(
            f"has {text!r} beside '..' in a set",
            "write a plain year, month or day there, without marks, X or season",
        )
    return part


def _doubt(parts: list[_Part]) -> tuple[bool, bool]:
    """Return whether any part is approximate, and whether any is uncertain."""
    marks = "".join(part.marks for part in parts)
    return "~" in marks or "%" in marks, "?" in marks or "%" in marks


def _part(text: str) -> _Part:
    match = _marked(text)
    if match is None:
        raise _NoDate
    groups: tuple[str | None, ...] = match.groups()
    year, month, day = match[2], match[5], match[8]
    specified = "X" not in text
    unit = precision = _year_unit(year)
    units = [unit for mark in (match[1], match[3]) if mark]
    if month in _SEASONS and day is None:
        if not specified:
            raise _Refusal(
                f"has a season in a year with unspecified digits ({text})",
                "write the year of the season in full, or leave the season out",
            )
        found = _calendar.season_bounds(int(year), month) if int(year) else None
        unit = precision = Precision.SEASON
        units += [unit for mark in (match[4], match[6]) if mark]
    else:
        found = _calendar.bounds(year, month, day)
        if month is not None:
            unit = Precision.YEAR if "X" in month else Precision.MONTH
            precision = unit if precision is Precision.YEAR else precision
            units += _units(match[4], unit, match[6], precision)
        if day is not None:
            unit = Precision.MONTH if "X" in day else Precision.DAY
            precision = unit if precision is Precision.MONTH else precision
            units += _units(match[7], unit, match[9], precision)
    if found is None:
        raise _Refusal(*_not_in_calendar(text, year, month, day))
    marks = "".join(group for group in groups[::3] if group)
    marks += "".join(group for group in groups[2::3] if group)
    plain = specified and not marks and precision is not Precision.SEASON
    return _Part(*found, precision, plain, marks, units)


def _units(own_mark: str, own: Precision, group_mark: str, group: Precision) -> list[Precision]:
    """Return the units in doubt: a mark before a component is for it alone, one after it
    for everything up to there."""
    return [own] * bool(own_mark) + [group] * bool(group_mark)


def _year_unit(year: str) -> Precision:
    place = year.find("X")
    return Precision.YEAR if place < 0 else _YEAR_UNITS[place]


def _not_in_calendar(text: str, year: str, month: str | None, day: str | None) -> tuple[str, str]:
    """Return the reason and the hint for digits that no day of the calendar has."""
    if year == "0000":
        return "has the year 0000", "years run from 0001 to 9999"
    if "X" in text:
        return f"matches no day of the calendar ({text})", "check the digits around X"
    if month is None or day is None or _calendar.bounds(year, month, None) is None:
        return f"has no month {month}", "months run 01 to 12, seasons 21 to 24 (without a day)"
    length = _calendar.days_in_month(int(year), int(month))
    return f"has a day {day}", f"{year}-{month} has {length} days"
