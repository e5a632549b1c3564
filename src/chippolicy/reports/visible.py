"""Making every character seen: what a file holds must never steer the terminal that shows it."""

from __future__ import annotations

import re

IDEOGRAPHIC_SPACE = "\u3000"
# What JSON leaves as it is although a terminal obeys it or a reader cannot see it: C1 controls,
# direction marks and overrides, zero-width characters, line separators, lone surrogates.
_JSON_HIDDEN = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff]"
)


def visible(text: str) -> str:
    """The text with everything unprintable made visible: controls as ␛, others as \\u202e."""
    if text.isprintable():
        return text
    return "".join(map(visible_character, text))


def visible_character(character: str) -> str:
    """One character as it is shown: itself, a control picture, or its escape."""
    if character.isprintable() or character == IDEOGRAPHIC_SPACE:
        return character
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def json_safe(text: str) -> str:
    """JSON text with hidden characters as escapes: the same values, nothing for a terminal."""
    return _JSON_HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
