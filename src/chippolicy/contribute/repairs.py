"""Repairs of one value: each undoes a named finding, loses nothing and can mean one thing only."""

from __future__ import annotations

import re
from dataclasses import dataclass

from chippolicy.contribute.known import Known
from chippolicy.derive.plan import ColumnPlan, TablePlan
from chippolicy.engine.columns import Judge, judge_for
from chippolicy.rules.letters import around

BLANKS = "text/blank"
REDIRECTED = "ref/redirected"
DANGLING = "ref/dangling"

_SEPARATOR = "[, '\u00a0\u2009\u202f\u2019]"
_SEPARATORS = re.compile(_SEPARATOR)
_THOUSANDS = re.compile(rf"-?[0-9]{{1,3}}({_SEPARATOR})[0-9]{{3}}(\1[0-9]{{3}})*(\.[0-9]+)?")
_POWER = re.compile(r"-?[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]{1,2}").fullmatch
_DECIMAL_COMMA = re.compile("-?[0-9]+,[0-9]+").fullmatch
_TIME = re.compile("[Tt ]([0-9]{1,2}(:[0-9.:]*)?)([Zz]|[+-].*)?$")


@dataclass(frozen=True)
class Mended:
    """A value that can be repaired: the finding that it undoes, and what is to be written."""

    code: str
    new: str


@dataclass(frozen=True)
class Left:
    """A value that is faulty and left: the finding, and why it is not for us to decide."""

    code: str
    reason: str


class Mender:
    """Repairs the values of one column."""

    def __init__(self, plan: TablePlan, column: ColumnPlan, known: Known) -> None:
        self._plan, self._column, self._known = plan, column, known
        self._judge: Judge = judge_for(column)
        self._optional = not column.required and column.name not in plan.key

    def mend(self, value: str) -> Mended | Left | None:
        """What can be done for a value; None where nothing is to be, as far as can be told here."""
        if not value:
            return None
        fault = self._judge(value)
        code = fault.code if fault else BLANKS
        # Where no rule tells the blanks there is no finding to undo.
        trimmed = value.strip() if fault or around(value) else value
        if not trimmed:
            if self._optional:
                return Mended(code, "")
            return Left(code, "it holds nothing but blanks")
        inner = self._inner(trimmed)
        if isinstance(inner, Mended):
            return Mended(code if value != trimmed else inner.code, inner.new)
        if inner is None and value != trimmed and self._is_sound(trimmed):
            return Mended(code, trimmed)
        return inner

    def _is_sound(self, value: str) -> bool:
        refers = self._known.refers(self._plan, self._column)
        return self._judge(value) is None and (
            not refers or self._known.is_there(self._column, value)
        )

    def _inner(self, value: str) -> Mended | Left | None:
        """What can be done for a value without blanks around it."""
        fault = self._judge(value)
        if self._known.refers(self._plan, self._column):
            return self._reference(value, fault.code if fault else DANGLING)
        if fault is None:
            return None
        match self._column.base:
            case "integer" | "number":
                return self._number(value, fault.code)
            case "boolean":
                return self._boolean(value, fault.code)
            case "edtf":
                return self._date(value, fault.code)
        return None

    def _reference(self, value: str, code: str) -> Mended | Left | None:
        column, known = self._column, self._known
        if known.is_there(column, value):
            return None
        current = known.redirects.cell(self._plan, column, value)
        if current != value and known.is_there(column, current):
            ref = f"{column.ref_table}/{current}" if column.ref_table else current
            table, _, key = ref.partition("/")
            if known.fits(column, table, key):
                return Mended(REDIRECTED, current)
            return Left(REDIRECTED, f"{current} took its place, and does not fit here")
        # A record whose own id is faulty cannot be what is to be written.
        meant = [one for one in known.meant(column, value) if self._judge(one) is None]
        if len(meant) == 1:
            return Mended(code, meant[0])
        if meant:
            return Left(code, f"it is a name of {' and of '.join(meant)}")
        return None

    def _number(self, value: str, code: str) -> Mended | Left | None:
        if _THOUSANDS.fullmatch(value):
            plain = _SEPARATORS.sub("", value)
            if self._judge(plain) is None:
                return Mended(code, plain)
        if _DECIMAL_COMMA(value):
            return Left(code, "the comma may be a decimal point or stand between thousands")
        if _POWER(value):
            return Left(code, "a spreadsheet has rounded it: look the figure up")
        return None

    def _boolean(self, value: str, code: str) -> Mended | Left | None:
        if value.lower() in ("true", "false"):
            return Mended(code, value.lower())
        if value.lower() in ("yes", "no", "y", "n", "1", "0", "t", "f"):
            return Left(code, "it may mean true or false: write which")
        return None

    def _date(self, value: str, code: str) -> Mended | Left | None:
        from chippolicy.edtf import EdtfError, parse

        try:
            parse(value)
        except EdtfError as error:
            meant = error.suggestions
        else:
            return None
        if not meant:
            return None
        if len(meant) > 1:
            return Left(code, f"it may be {' or '.join(meant)}")
        time = _TIME.search(value)
        if time and (time[1].strip("0:.") or time[3] not in (None, "Z", "z")):
            return Left(code, f"it has a time of day, which {meant[0]} would lose")
        return Mended(code, meant[0])
