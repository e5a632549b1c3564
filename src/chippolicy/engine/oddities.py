"""Odd text: interprets the `Text` parts of rules on the values of one column."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from operator import itemgetter

from chippolicy.engine.columns import Detail, shown
from chippolicy.rules import RULES
from chippolicy.rules.letters import BLANKS, FINDERS, SUSPECT, SUSPECT_FIRST, Finder
from chippolicy.rules.parts import Text

OWN = "own"
"""Stands for the kind of a contributor's own columns."""

# All blanks, written out: a character class would have to be compiled at every start.
_BLANKS = frozenset("\t\n\r \u00a0\u1680\u202f\u205f\u3000") | set(map(chr, range(0x2000, 0x200B)))
_ODD_FIRST = _BLANKS | set(SUSPECT_FIRST)
_first, _last = itemgetter(0), itemgetter(-1)


@cache
def finders(kind: str) -> tuple[tuple[str, Finder], ...]:
    """The finders for a kind of column, each with the code of its rule."""
    return tuple(
        (rule.code, FINDERS[part.finder])
        for rule in RULES
        for part in rule.parts
        if isinstance(part, Text) and (part.own if kind == OWN else kind in part.kinds)
    )


@cache
def _suspect() -> tuple[re.Pattern[str], re.Pattern[str]]:
    # Compiled when first asked for: plain ASCII needs neither.
    rare = BLANKS.replace("\n", "").replace("\t", "").replace(" ", "")
    return re.compile(SUSPECT), re.compile(f"[{rare}]")


class TextWatch:
    """Gathers the odd ones among a column's values; they stay sound values all the same."""

    def __init__(self, column: str, kind: str) -> None:
        self.odd: dict[str, set[str]] = {}
        """Odd values, by the code of the rule."""
        self._column = column
        self._finders = finders(kind)
        self._own = kind == OWN

    def take(self, values: Collection[str]) -> None:
        """Look at some values, none of them blank; sound ones pass all at once."""
        if self._passes(values):
            return
        for value in values:
            self._look(value)

    def _passes(self, values: Collection[str]) -> bool:
        if not (
            _ODD_FIRST.isdisjoint(map(_first, values)) and _BLANKS.isdisjoint(map(_last, values))
        ):
            return False
        joined = "\n".join(values)
        if "  " in joined:
            return False
        if joined.isascii() and not self._own:
            # ASCII controls are no text in our columns.
            return True
        suspect, blank = _suspect()
        return not suspect.search(joined) and not blank.search(joined)

    def _look(self, value: str) -> None:
        for code, finder in self._finders:
            if finder(value) is not None:
                self.odd.setdefault(code, set()).add(value)

    def detail(self, code: str, value: str) -> Detail:
        """What is to be said of an odd value by one rule."""
        odd = next(odd for name, finder in self._finders if name == code and (odd := finder(value)))
        hint = f"Write {shown(odd.mended)}." if odd.mended else None
        return Detail(code, f"{self._column} {odd.what}: {shown(value)}", hint)


def watch_for(column: str, kind: str) -> TextWatch | None:
    """The watch over a column of a kind, where some rule looks at such text."""
    return TextWatch(column, kind) if finders(kind) else None
