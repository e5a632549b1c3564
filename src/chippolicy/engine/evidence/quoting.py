"""Quoting: texts folded so that a quote is found however either was wrapped or set."""

from __future__ import annotations

import re
import unicodedata

MARK = "'"
"""What every quotation mark and apostrophe is folded to."""

_MARKS = "\"'`´‘’‚‛“”„‟«»‹›′″‴‵‶‷〝〞〟「」『』﹁﹂﹃﹄＂＇｀｢｣"
_DASHES = "‐‑‒–—―−⁃﹘﹣－⸺⸻"
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u180e"
_SIGNS = str.maketrans(
    {**dict.fromkeys(_MARKS, MARK), **dict.fromkeys(_DASHES, "-"), **dict.fromkeys(_INVISIBLE)}
)
_SOFT_HYPHEN = re.compile("\u00ad\\s*")
_MARK_RUN = re.compile(f"{MARK}{MARK}+")
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3000-\u312f\u3190-\u9fff\uf900-\ufaff"
    "\U0001f200-\U0001f2ff\U00020000-\U0003ffff"
)
"""Characters of scripts that put no spaces between words, as a range of a pattern."""
_LOOSE = re.compile(f" ?((?:[^\\w ]|[{UNSPACED}])+) ?")
_SPACED_LETTER = re.compile(f"[^\\W{UNSPACED}]")
_JOINED = "\uff9e\uff9f"
"""Half-width voicing marks, which combine with the letter before them though Unicode says not."""


def fold_quote(text: str) -> str:
    """A text as quotes are compared.

    Compatibility forms (full width, ligatures) are made one; every quotation mark, and every
    dash, is the same; a blank counts only between two letters or digits of a script that puts
    blanks between words. Letter case is kept.
    """
    text = _SOFT_HYPHEN.sub("", text).translate(_SIGNS)
    text = unicodedata.normalize("NFKC", text).translate(_SIGNS)
    text = _MARK_RUN.sub(MARK, text)
    return _LOOSE.sub(r"\1", " ".join(text.split()))


def splits_word(text: str, at: int) -> bool:
    """Whether a cut in a folded text goes through a word or a number."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if is_spaced(before) and is_spaced(after):
        return True
    # 4,800 and 3.5 are one number each.
    return (after.isdecimal() and before in ".," and at > 1 and text[at - 2].isdecimal()) or (
        before.isdecimal() and after in ".," and at + 1 < len(text) and text[at + 1].isdecimal()
    )


def is_spaced(character: str) -> bool:
    """Whether a character is a letter or digit of a script with blanks between words."""
    return _SPACED_LETTER.match(character) is not None


def origins(raw: str, folded: str) -> list[int] | None:
    """Where each character of a folded text comes from in the raw one.

    None where that cannot be told: characters that are made one with those before them.
    """
    units = _units(raw)
    found: list[int] = []
    at = 0
    for character in folded:
        while at < len(units) and units[at][0] != character:
            at += 1
        if at == len(units):
            return None
        found.append(units[at][1])
        at += 1
    return found


def _units(raw: str) -> list[tuple[str, int]]:
    """The characters that a text folds to, each with its origin, before any are left out."""
    units: list[tuple[str, int]] = []
    start = 0
    for end in range(1, len(raw) + 1):
        if end < len(raw) and (unicodedata.combining(raw[end]) or raw[end] in _JOINED):
            continue
        cluster = unicodedata.normalize("NFKC", raw[start:end].translate(_SIGNS)).translate(_SIGNS)
        units += ((" " if one.isspace() else one, start) for one in cluster)
        start = end
    return units
