"""One column's check: which of its distinct values are faulty, and what to say of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date
from typing import NamedTuple

from chippolicy.derive.plan import ColumnPlan
from chippolicy.formats.cells import decode
from chippolicy.rules import nearest
from chippolicy.rules.letters import latin

MAX_CELL_LENGTH = 1_000_000
_SHOWN = 120


class Detail(NamedTuple):
    """What is said of one fault: its rule, the message and, if there is a better one, the hint."""

    code: str
    message: str
    hint: str | None = None


Judge = Callable[[str], Detail | None]
"""Says what is wrong with one non-blank value, or None."""
CodeOf = Callable[[str], str | None]
"""Tells which rule one non-blank value breaks, or None, without putting it into words."""
_Tell = Callable[[str, str], Detail]


def shown(value: str) -> str:
    """A value as a message shows it: in quotes, a long one cut with its length told."""
    if len(value) <= _SHOWN:
        return repr(value)
    return f"{value[:_SHOWN]!r}… ({len(value):,} characters)"


def judge_for(column: ColumnPlan) -> Judge:
    """The check of one column's values."""
    code_of, tell = _check(column)

    def judge(value: str) -> Detail | None:
        code = code_of(value)
        return None if code is None else tell(value, code)

    return judge


def code_for(column: ColumnPlan) -> CodeOf:
    """The same check, for values that need only be counted."""
    return _check(column)[0]


def _check(column: ColumnPlan) -> tuple[CodeOf, _Tell]:
    match column.base:
        case "integer" | "number":
            return _number(column)
        case "boolean":
            return _boolean(column)
        case "edtf":
            return _edtf(column)
        case _ if column.members:
            return _members(column)
    return _pattern(column)


def too_long(column: str, value: str) -> Detail | None:
    """The limit that holds for every cell, a contributor's own columns included."""
    if len(value) <= MAX_CELL_LENGTH:
        return None
    return Detail(
        "file/cell-limit",
        f"{column} holds {len(value):,} characters; no cell may be longer than {MAX_CELL_LENGTH:,}",
    )


def bulk_pass(column: ColumnPlan) -> Callable[[Collection[str]], bool] | None:
    """A test that many sound values pass at once; if they do not, each is to be judged."""
    if column.base == "edtf":
        return _all_plain_days
    if column.base != "string" or not column.pattern or column.members:
        return None
    inner = column.pattern.removeprefix("^").removesuffix("$")
    # Values are joined with line breaks, which a sound value does not hold.
    if re.fullmatch(inner, "a\nb"):
        return None
    fullmatch = re.compile(rf"(?:(?:{inner})\n)*").fullmatch
    limit = column.max_length or MAX_CELL_LENGTH

    def passes(values: Collection[str]) -> bool:
        joined = "\n".join((*values, ""))
        return (
            max(map(len, values), default=0) <= limit
            # A faulty value may hold one, and must not pass as two sound values.
            and joined.count("\n") == len(values)
            and fullmatch(joined) is not None
        )

    return passes


_plain_days = re.compile("(?:[0-9]{4}-[0-9]{2}-[0-9]{2}\n)*").fullmatch


def _all_plain_days(values: Collection[str]) -> bool:
    if not _plain_days("\n".join((*values, ""))):
        return False
    try:
        for _ in map(date.fromisoformat, values):
            pass
    except ValueError:
        return False
    return True


def _said(column: ColumnPlan, value: str, code: str, hint: str | None = None) -> Detail:
    return Detail(code, f"{column.name} is {shown(value)}; expected {column.expected}", hint)


def _number(column: ColumnPlan) -> tuple[CodeOf, _Tell]:
    low, above, high = column.minimum, column.exclusive_minimum, column.maximum

    def limit(number: float) -> str | None:
        if low is not None and number < low:
            return f"at least {low:g}"
        if above is not None and number <= above:
            return f"more than {above:g}"
        if high is not None and number > high:
            return f"at most {high:,g}"
        return None

    def code_of(value: str) -> str | None:
        number = decode(column.base, value)
        if isinstance(number, str):
            return "value/type"
        return "value/limit" if limit(number) else None

    def tell(value: str, code: str) -> Detail:
        if code == "value/type":
            return _said(column, value, code, _number_hint(column, value))
        expected = limit(decode(column.base, value))
        return Detail(code, f"{column.name} is {shown(value)}; expected {expected}")

    return code_of, tell


def _number_hint(column: ColumnPlan, value: str) -> str | None:
    if re.fullmatch(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", value):
        plain = value.replace(",", "")
        return f"Write {plain}, without thousands separators."
    if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]{1,2}", value):
        return f"Write {float(value):.15g}: a spreadsheet has turned the number into {value}."
    if isinstance(decode(column.base, value.strip()), (int, float)):
        return f"Write {value.strip()}, without blanks around it."
    if column.base == "integer" and re.fullmatch(r"-?[0-9]+\.0+", value):
        return f"Write {value.partition('.')[0]}."
    if re.fullmatch(r"[0-9]+,[0-9]{1,2}", value):
        return f"Write {value.replace(',', '.')}, with a decimal point."
    return None


def _boolean(column: ColumnPlan) -> tuple[CodeOf, _Tell]:
    words = {
        **dict.fromkeys(("true", "1", "yes", "y", "t"), "true"),
        **dict.fromkeys(("false", "0", "no", "n", "f"), "false"),
    }

    def code_of(value: str) -> str | None:
        return None if isinstance(decode("boolean", value), bool) else "value/type"

    def tell(value: str, code: str) -> Detail:
        meant = words.get(value.strip().lower())
        return _said(column, value, code, f"Write {meant}." if meant else None)

    return code_of, tell


def _edtf(column: ColumnPlan) -> tuple[CodeOf, _Tell]:
    from chippolicy.edtf import EdtfError, is_valid, parse

    def code_of(value: str) -> str | None:
        # What was meant is guessed only of what is told.
        return None if is_valid(value) else "value/date"

    def tell(value: str, code: str) -> Detail:
        try:
            parse(value)
        except EdtfError as error:
            return Detail(
                code,
                f"{column.name}: {shown(value)} {error.reason}; expected {column.expected}",
                f"{error.hint[:1].upper()}{error.hint[1:]}.",
            )
        raise AssertionError(value)

    return code_of, tell


def _members(column: ColumnPlan) -> tuple[CodeOf, _Tell]:
    members = frozenset(column.members)

    def code_of(value: str) -> str | None:
        return None if value in members else "value/enumeration"

    def tell(value: str, code: str) -> Detail:
        near = nearest(value, members) if len(value) <= _SHOWN else None
        if value.strip().upper() in members:
            near = value.strip().upper()
        return _said(column, value, code, f"Did you mean {near}?" if near else None)

    return code_of, tell


def _pattern(column: ColumnPlan) -> tuple[CodeOf, _Tell]:
    fullmatch = re.compile(column.pattern or "(?s:.*)").fullmatch
    limit = column.max_length or MAX_CELL_LENGTH

    def code_of(value: str) -> str | None:
        if len(value) > limit:
            return "value/limit"
        return None if fullmatch(value) else "value/format"

    def tell(value: str, code: str) -> Detail:
        if code == "value/limit":
            message = f"{column.name} is {shown(value)}; expected at most {limit:,} characters"
            return Detail(code, message)
        mended = _mended(value)
        hint = f"Write {mended}." if mended and fullmatch(mended) else None
        return _said(column, value, code, hint)

    return code_of, tell


def _mended(value: str) -> str | None:
    """The value without what most often spoils one: blanks, capitals and underscores."""
    if len(value) > _SHOWN:
        return None
    plain = latin(value.strip())
    if re.fullmatch(r"[A-Za-z0-9 _-]+", plain):
        return re.sub(r"[ _-]+", "-", plain.lower()).strip("-")
    return plain if plain != value else None
