"""Which calendar days a written unit covers, and units added to a day.

Days are counted as `date.toordinal` counts them: 1 is 0001-01-01.
"""

from datetime import date
from functools import lru_cache

from chippolicy.edtf._terms import Precision

FIRST_DAY = date.min.toordinal()
LAST_DAY = date.max.toordinal()
WITHOUT_BEGINNING = FIRST_DAY - 1
"""Stands before every day: the start of what has always been going on."""
WITHOUT_END = LAST_DAY + 1
"""Stands after every day: the end of what never ends."""

_FIRST_MONTH = 12
_LAST_MONTH = 9999 * 12 + 11
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FEBRUARY = 2
_LEAP_DAY = 29
_SEASON_STARTS = {"21": 3, "22": 6, "23": 9, "24": 12}
_UNIT_MONTHS = {
    Precision.MONTH: 1,
    Precision.SEASON: 3,
    Precision.YEAR: 12,
    Precision.DECADE: 120,
    Precision.CENTURY: 1_200,
    Precision.MILLENNIUM: 12_000,
}


def is_leap(year: int) -> bool:
    """Tell whether a year has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    """Return the number of days of a month."""
    if month == _FEBRUARY and is_leap(year):
        return _LEAP_DAY
    return _LENGTHS[month - 1]


def month_end(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, days_in_month(year, month))


def season_bounds(year: int, code: str) -> tuple[date, date]:
    """Return the first and last day of season 21–24 of a year.

    Season 24 begins in December of the year and ends with February of the next;
    that of 9999 ends with the last day there is.
    """
    start = _SEASON_STARTS[code]
    if code != "24":
        return date(year, start, 1), month_end(year, start + 2)
    end = date.max if year == date.max.year else month_end(year + 1, _FEBRUARY)
    return date(year, start, 1), end


def bounds(year: str, month: str | None, day: str | None) -> tuple[date, date] | None:
    """Return the first and last calendar day that digits match, `X` being any digit.

    `None` when no day of the years 0001–9999 matches.
    """
    low, high = _lowest_year(year), int(year.replace("X", "9"))
    if low == 0:
        return None
    if month is None:
        return date(low, 1, 1), date(high, 12, 31)
    months = _months(month)
    if not months:
        return None
    if day is None:
        return date(low, months[0], 1), month_end(high, months[-1])
    days = _numbers(day)
    first = _real_day(low, months, days)
    last = _real_day(high, months[::-1], days[::-1])
    if _FEBRUARY in months and _LEAP_DAY in days:
        # 29 February is the only day that exists in some years and not in others.
        first = first or _leap_day(year[:2], year[2:], 1)
        last = last or _leap_day(year[:2], year[2:], -1)
    return (first, last) if first and last else None


def widened(low: int, high: int, unit: Precision) -> tuple[int, int]:
    """Add one unit on each side of a span of days, kept within the calendar.

    The end of a month stays the end of a month: 28 February plus one month is 31 March.
    """
    if unit is Precision.DAY:
        return max(low - 1, FIRST_DAY), min(high + 1, LAST_DAY)
    if unit is Precision.UNSPECIFIED:
        return FIRST_DAY, LAST_DAY
    months = _UNIT_MONTHS[unit]
    if high < LAST_DAY:
        high = _months_later(high + 1, months) - 1
    return _months_later(low, -months), high


def holds_whole_unit(low: int, high: int, unit: Precision) -> bool:
    """Tell whether a span of days holds a whole month or a whole year."""
    low, high = max(low, FIRST_DAY), min(high, LAST_DAY)
    if low > high:
        return False
    day = date.fromordinal(low)
    start = day.replace(day=1) if unit is Precision.MONTH else day.replace(month=1, day=1)
    begin = start.toordinal()
    if begin < low:
        begin = _months_later(begin, _UNIT_MONTHS[unit])
    return begin <= high and _months_later(begin, _UNIT_MONTHS[unit]) - 1 <= high


def _months_later(day: int, months: int) -> int:
    """Move a day by months; before the calendar is its first day, after it `WITHOUT_END`."""
    start = date.fromordinal(day)
    index = start.year * 12 + start.month - 1 + months
    if index < _FIRST_MONTH:
        return FIRST_DAY
    if index > _LAST_MONTH:
        return WITHOUT_END
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(start.day, days_in_month(year, month))).toordinal()


def _lowest_year(year: str) -> int:
    low = int(year.replace("X", "0"))
    if low == 0 and "X" in year:
        return (1000, 100, 10, 1)[year.rindex("X")]  # 0000 is no year here: the last X is 1
    return low


@lru_cache(maxsize=128)  # two digits or X: there are 121 texts
def _numbers(digits: str) -> tuple[int, ...]:
    """Return, ascending, the numbers that two digits match."""
    tens, ones = (range(10) if digit == "X" else (int(digit),) for digit in digits)
    return tuple(ten * 10 + one for ten in tens for one in ones)


@lru_cache(maxsize=128)
def _months(digits: str) -> tuple[int, ...]:
    return tuple(number for number in _numbers(digits) if 1 <= number <= len(_LENGTHS))


def _real_day(year: int, months: tuple[int, ...], days: tuple[int, ...]) -> date | None:
    """Return the first day of a year that exists, in the order of the lists."""
    for month in months:
        length = days_in_month(year, month)
        for day in days:
            if 1 <= day <= length:
                return date(year, month, day)
    return None


def _leap_day(century: str, rest: str, step: int) -> date | None:
    """Return the first (step 1) or last (step -1) 29 February of years that digits match."""
    rests = [number for number in _numbers(rest) if number % 4 == 0][::step]
    for hundred in _numbers(century)[::step]:
        for number in rests:
            year = hundred * 100 + number
            if year and is_leap(year):
                return date(year, _FEBRUARY, _LEAP_DAY)
    return None
