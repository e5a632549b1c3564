"""The pattern that schemas carry, and what a pattern cannot say.

Plain enough for ECMA-262 (with and without its `u` flag), Rust's `regex` and Python's `re`.
"""

_MARK = "[?~%]?"
_YEAR = "(?:000[1-9X]|00[1-9X][0-9X]|0[1-9X][0-9X]{2}|[1-9X][0-9X]{3})"
_MONTH = "(?:0[1-9X]|1[0-2X]|X[0-9X])"
_DAY = "(?:0[1-9X]|[12X][0-9X]|3[01X])"
_DATE = (
    f"{_MARK}{_YEAR}{_MARK}(?:-{_MARK}(?:2[1-4]{_MARK}|{_MONTH}{_MARK}(?:-{_MARK}{_DAY}{_MARK})?))?"
)
_MEMBERS = rf"(?:\.\.)?{_DATE}(?:(?:,|\.\.){_DATE})*(?:\.\.)?"

PATTERN = rf"^(?:{_DATE}(?:/(?:{_DATE}|\.\.)?)?|(?:\.\.)?/{_DATE}|\[{_MEMBERS}\]|\{{{_MEMBERS}\}})$"
"""Accepts every text that `parse` accepts, and of the others only `PATTERN_CANNOT_SAY`."""

PATTERN_CANNOT_SAY = (
    "a day that is not in the calendar (2023-02-29), or digits that no calendar day matches "
    "(2025-02-3X)",
    "an interval, or a range in a set, that ends before it begins (2025/2024)",
    "a text longer than maxLength",
    "a last line break, where the engine's $ allows one (Python's re); the JSON Schema's "
    "'not' refuses it",
    "what stands around '..' in a set: a plain year, month or day without marks and X, on both "
    "sides of the same precision; an open '..' only before the first or after the last member",
    "a season of a year with unspecified digits (202X-21)",
)
"""What `PATTERN` accepts and `parse` refuses."""
