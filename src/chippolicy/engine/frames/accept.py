"""Bulk acceptance: expressions that hold for values which are certainly sound and not odd.

What they refuse need not be faulty: it is judged, value by value, as the `rows` executor does it.
"""

from __future__ import annotations

import polars as pl

from chippolicy.derive.plan import ColumnPlan
from chippolicy.engine.oddities import finders
from chippolicy.rules.letters import BLANKS, SUSPECT, SUSPECT_FIRST

_SEEN = SUSPECT[1:-1]
_FIRST = "".join(f"\\{sign}" for sign in SUSPECT_FIRST)
_CONTROLS = r"\x00-\x1f\x7f"
# Letters that are seen, with single blanks between them; no quotation marks, so that whoever
# counts these knows that there are none where no value was refused.
PLAIN_TEXT = (
    rf"\A(?:[^\"{BLANKS}{_SEEN}{_CONTROLS}{_FIRST}](?: ?[^\"{BLANKS}{_SEEN}{_CONTROLS}])*)?\z"
)
_LEAP_YEAR = r"(?:[1-9][0-9](?:0[48]|[2468][048]|[13579][26])|(?:[2468][048]|[13579][26])00)"
_CALENDAR_DAY = (
    r"\A(?:[1-9][0-9]{3}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    rf"|{_LEAP_YEAR}-02-29)\z"
)
_ANY_LENGTH = 1_000_000
_SHORT = 15


def accepts(column: ColumnPlan | None, value: pl.Expr) -> pl.Expr:
    """Whether a value of a column is certainly sound; blanks are, unless the column is required."""
    if column is None:
        return _plain(value, _ANY_LENGTH)
    sound = _sound(column, value)
    return sound & (value != "") if column.required else sound | (value == "")


def _plain(value: pl.Expr, longest: int) -> pl.Expr:
    # As many bytes as there may be characters: what is longer is counted by its judge.
    return value.str.contains(PLAIN_TEXT) & (value.str.len_bytes() <= longest)


def _sound(column: ColumnPlan, value: pl.Expr) -> pl.Expr:
    if column.members:
        return value.is_in(list(column.members))
    match column.base:
        case "boolean":
            return value.is_in(["true", "false"])
        case "integer" | "number":
            return _number(column, value)
        case "edtf":
            return value.str.contains(_CALENDAR_DAY)
    longest = column.max_length or _ANY_LENGTH
    if finders(column.kind):
        return _plain(value, longest)
    if not column.pattern:
        return pl.lit(False)
    inner = column.pattern.removeprefix("^").removesuffix("$")
    return value.str.contains(rf"\A(?:{inner})\z") & (value.str.len_bytes() <= longest)


def _number(column: ColumnPlan, value: pl.Expr) -> pl.Expr:
    decimals = r"(?:\.[0-9]{1,20})?" if column.base == "number" else ""
    sound = value.str.contains(rf"\A-?(?:0|[1-9][0-9]*){decimals}\z") & (
        value.str.len_bytes() <= _SHORT
    )
    number = value.cast(pl.Float64, strict=False)
    for limit, holds in (
        (column.minimum, number.ge),
        (column.exclusive_minimum, number.gt),
        (column.maximum, number.le),
    ):
        if limit is not None:
            sound &= holds(limit)
    return sound.fill_null(value=False)
