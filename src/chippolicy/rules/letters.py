"""What is odd about a text: characters that are not seen, deceive, or make a spreadsheet run it.

Each finder takes a text and says what is odd about it and how it reads once mended, or None.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

BLANKS = "\t\n\r \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
"""Every blank, as the inside of a character class."""
_DIRECTIONS = "\u202a-\u202e\u2066-\u2069"
_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffb"
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2060-\u2064\u3164\ufeff"
)
# Letters of other scripts that look like a Latin letter in most typefaces. Those that science
# puts into Latin words (α, β, μ, π, ν …) are left out.
_CYRILLIC = "АВЕЅІЈКМНОРСТУХаеѕіјорсухһԁԛԝ", "ABESIJKMHOPCTYXaesijopcyxhdqw"
_GREEK = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEZHIKMNOPTYXo"
_TO_LATIN = dict(zip(_CYRILLIC[0] + _GREEK[0], _CYRILLIC[1] + _GREEK[1], strict=True))
_TO_CYRILLIC = dict(zip(_CYRILLIC[1], _CYRILLIC[0], strict=True))
_FOREIGN = "\u0370-\u03ff\u0400-\u052f"

SUSPECT = f"[{_CONTROLS}{_DIRECTIONS}{_INVISIBLE}{_FOREIGN}]"
"""A pattern that every text with an odd character inside matches, and some sound ones too."""
SUSPECT_FIRST = "=+-@"
"""With a blank, the first characters of every text that is odd for its beginning."""


class Odd(NamedTuple):
    """What is odd about a text, for a message, and the hint that mends it (None: the rule's)."""

    what: str
    mended: str | None


Finder = Callable[[str], Odd | None]

_NAMES = {
    "\u00ad": "a soft hyphen", "\u200b": "a zero-width space", "\u200c": "a zero-width non-joiner",
    "\u200d": "a zero-width joiner", "\u200e": "a left-to-right mark",
    "\u200f": "a right-to-left mark", "\u2060": "a word joiner", "\ufeff": "a byte order mark",
    "\u202a": "a left-to-right embedding", "\u202b": "a right-to-left embedding",
    "\u202c": "an end of embedding", "\u202d": "a left-to-right override",
    "\u202e": "a right-to-left override", "\u2066": "a left-to-right isolate",
    "\u2067": "a right-to-left isolate", "\u2068": "a first-strong isolate",
    "\u2069": "an end of isolate", "\u2028": "a line separator", "\u2029": "a paragraph separator",
}  # fmt: skip

# Left to `re` to compile when first asked for: sound text asks for none of them.
_CONTROL = f"[{_CONTROLS}]"
_DIRECTION = f"[{_DIRECTIONS}]"
_UNSEEN = f"[{_INVISIBLE}]"
_RIGHT_TO_LEFT = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"
_JOINERS = "\u200c\u200d"
_ODD_JOINER = "[\x00-\u02ff][\u200c\u200d]|[\u200c\u200d][\x00-\u02ff]"
_WORD = f"[A-Za-z{_FOREIGN}]+"
_AROUND = f"^[{BLANKS}]+|[{BLANKS}]+$"
_RUN = f"[{BLANKS}]{{2,}}"
_FIGURE = "[+-]?[0-9][0-9.,]*%?"


def _named(character: str, kind: str) -> str:
    return f"{_NAMES.get(character, kind)} (U+{ord(character):04X})"


def control(text: str) -> Odd | None:
    """Control characters other than line breaks and tabs."""
    found = re.search(_CONTROL, text)
    if found is None:
        return None
    mended = re.sub(_CONTROL, lambda one: " " if one[0] in "\u2028\u2029" else "", text)
    return Odd(f"holds {_named(found[0], 'a control character')}", mended)


def direction(text: str) -> Odd | None:
    """Characters that turn the direction a text is shown in."""
    found = re.search(_DIRECTION, text)
    if found is None:
        return None
    return Odd(f"holds {_named(found[0], '')}", re.sub(_DIRECTION, "", text))


def invisible(text: str) -> Odd | None:
    """Characters that are not seen; joiners and marks pass where a script needs them."""
    kept = set()
    if re.search(_RIGHT_TO_LEFT, text):
        kept |= set("\u061c\u200e\u200f")
    # What a joiner joins is told once nothing unseen stands in between.
    shown = re.sub(_UNSEEN, lambda one: one[0] if one[0] in _JOINERS else "", text)
    if not re.search(_ODD_JOINER, shown):
        kept |= set(_JOINERS)
    odd = [one for one in re.findall(_UNSEEN, text) if one not in kept]
    if not odd:
        return None
    mended = "".join(one for one in text if one not in odd)
    return Odd(f"holds {_named(odd[0], 'an invisible character')}", mended)


def look_alike(text: str) -> Odd | None:
    """Words with letters of another script that look like their own."""
    for word in re.findall(_WORD, text):
        if not (re.search("[A-Za-z]", word) and (foreign := re.findall(f"[{_FOREIGN}]", word))):
            continue
        if all(letter in _TO_LATIN for letter in foreign):
            odd = foreign[0]
            mended = latin(word)
            script = "Cyrillic" if odd in _CYRILLIC[0] else "Greek"
        elif all(letter in _TO_CYRILLIC for letter in re.findall("[A-Za-z]", word)):
            odd = re.findall("[A-Za-z]", word)[0]
            mended = "".join(_TO_CYRILLIC.get(letter, letter) for letter in word)
            script = "Latin"
        else:
            # A word of two scripts that does not pass for a word of one.
            continue
        what = f"holds the {script} letter {odd} (U+{ord(odd):04X}) in the word {word!r}"
        return Odd(what, text.replace(word, mended, 1))
    return None


def latin(text: str) -> str:
    """The text with letters that look like Latin ones as Latin ones."""
    return "".join(_TO_LATIN.get(letter, letter) for letter in text)


def around(text: str) -> Odd | None:
    """Blanks at the ends."""
    if formula(text) and text[0] in "\t\r":
        return None
    mended = re.sub(_AROUND, "", text)
    return Odd("has blanks around it", mended) if mended != text else None


def runs(text: str) -> Odd | None:
    """Several blanks in a row."""
    if not re.search(_RUN, re.sub(_AROUND, "", text)):
        return None
    return Odd("has several blanks in a row", re.sub(_RUN, " ", re.sub(_AROUND, "", text)))


def formula(text: str) -> Odd | None:
    """What a spreadsheet would run; a number with its sign is none."""
    plain = text.lstrip("\t\r")
    if len(plain) < 2 or plain[0] not in SUSPECT_FIRST or re.fullmatch(_FIGURE, plain):
        return None
    return Odd(f"begins with {plain[0]}, which a spreadsheet takes for a formula", None)


FINDERS: dict[str, Finder] = {
    "control": control,
    "direction": direction,
    "invisible": invisible,
    "look_alike": look_alike,
    "around": around,
    "runs": runs,
    "formula": formula,
}
"""The finders by the name a rule's part gives."""
