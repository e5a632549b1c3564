"""What somebody may have meant who wrote something else than an EDTF date.

Imported only when a text has been refused. Every suggestion is itself a valid date.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME = (
    "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    "(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?[.]?"
)
_SEPARATOR = "[-/. ]"
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")

_year_first = re.compile(
    f"([0-9]{{4}}){_SEPARATOR}([0-9]{{1,2}})(?:{_SEPARATOR}([0-9]{{1,2}}))?"
).fullmatch
_year_last = re.compile(
    f"([0-9]{{1,2}}){_SEPARATOR}([0-9]{{1,2}}){_SEPARATOR}([0-9]{{4}})"
).fullmatch
_month_year = re.compile("([0-9]{1,2})[-/.]([0-9]{4})").fullmatch
_digits_only = re.compile("([0-9]{4})([0-9]{2})([0-9]{2})").fullmatch
_japanese = re.compile("([0-9]{4})年(?:([0-9]{1,2})月(?:([0-9]{1,2})日)?)?").fullmatch
_named_first = re.compile(
    f"{_MONTH_NAME} ?(?:([0-9]{{1,2}})(?:st|nd|rd|th)?,? )?([0-9]{{4}})"
).fullmatch
_named_middle = re.compile(
    f"([0-9]{{1,2}})(?:st|nd|rd|th)?[- ]{_MONTH_NAME},?[- ]([0-9]{{4}})"
).fullmatch
_with_time = re.compile(
    "([0-9]{4}-[0-9]{2}-[0-9]{2})[t ][0-9]{1,2}(?::[0-9.:]*)?(?:z|[+-].*)?"
).fullmatch
_circa = re.compile(r"(?:circa|about|around|ca?[.]?) ?([0-9].*)").fullmatch
_decade = re.compile("([0-9]{3})0'?s").fullmatch
_quarter = re.compile("(?:([0-9]{4})[- ]?q([1-4])|q([1-4])[- ]([0-9]{4}))").fullmatch
_old_mark = re.compile(r"\?~|~\?")

_FORM = "write YYYY-MM-DD, YYYY-MM or YYYY (docs/dates.md lists the other forms)"


def explain(text: str, is_valid: Callable[[str], bool]) -> tuple[str, str, tuple[str, ...]]:
    """Return the reason, the hint and the suggestions for a text that has no date's form."""
    if not text:
        return "is empty", "give a date, or no value at all where none is known", ()
    suggestions = tuple(dict.fromkeys(guess for guess in _guesses(text) if is_valid(guess)))
    if text != text.strip():
        reason = "has blanks or a line break around the date"
    elif not text.isascii():
        reason = "has characters that are no part of a date"
    elif "T" in text and _with_time(text.lower()):
        reason = "has a time of day"
    else:
        reason = "is not an EDTF date"
    match suggestions:
        case ():
            hint = _FORM
        case (only,):
            hint = f"write YYYY-MM-DD: {only}" if len(only) == 10 else f"write {only}"
        case _:
            first, second = suggestions[:2]
            hint = f"write YYYY-MM-DD: {first} if the month comes first, {second} if the day does"
    return reason, hint, suggestions


def _guesses(text: str) -> Iterator[str]:
    """Offer texts that may be meant; the caller drops those that are no dates."""
    plain = _in_ascii(text)
    yield plain
    plain = plain.lower()
    if match := _with_time(plain):
        yield match[1]
    if match := _year_first(plain) or _japanese(plain) or _digits_only(plain):
        yield _date(*match.groups())
    if match := _year_last(plain):
        first, second, year = match.groups()
        yield _date(year, first, second)
        yield _date(year, second, first)
    if match := _month_year(plain):
        yield _date(match[2], match[1])
    if match := _named_first(plain):
        yield _date(match[3], _month_number(match[1]), match[2])
    if match := _named_middle(plain):
        yield _date(match[3], _month_number(match[2]), match[1])
    if match := _circa(plain):
        yield match[1] + "~"
    if match := _decade(plain):
        yield match[1] + "X"
    if match := _quarter(plain):
        year, number = match[1] or match[4], int(match[2] or match[3])
        yield f"{year}-{number * 3 - 2:02}/{year}-{number * 3:02}"
    # EDTF as it was drafted in 2012, and small slips.
    yield (
        _old_mark.sub("%", plain.replace("unknown", "").replace("open", ".."))
        .replace("u", "X")
        .replace("x", "X")
        .replace(" ", "")
    )


def _in_ascii(text: str) -> str:
    """Replace digits of other scripts, wide letters and long dashes; trim blanks."""
    text = unicodedata.normalize("NFKC", text).translate(_DASHES).strip()
    return "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() else character
        for character in text
    )


def _month_number(name: str) -> str:
    return str(_MONTHS.index(name) + 1)


def _date(year: str, month: str | None = None, day: str | None = None) -> str:
    return "-".join([year, *(part.zfill(2) for part in (month, day) if part)])
