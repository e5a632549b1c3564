"""A page of text for people: paragraphs that are wrapped and indented, perhaps in color."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import pairwise
from typing import TYPE_CHECKING

from chippolicy.reports.visible import visible

if TYPE_CHECKING:
    from rich.console import RenderableType

_NARROWEST = 20
_WORD = re.compile(r"\s*\S+\s*")
Part = tuple[str, str]
"""Some text, and the style it is shown in."""


def rendered(content: Iterable[RenderableType], width: int, color: bool) -> str:
    """Rich content as text for a file or terminal, one under the other, without padding."""
    # Imported here and below: text without color does not need it, and it takes long.
    from rich.console import Console

    page = StringIO()
    # Told everything, so that text does not vary with the machine.
    console = Console(
        file=page,
        width=width,
        height=25,
        force_terminal=color,
        color_system="standard" if color else None,
        no_color=not color,
        legacy_windows=False,
        highlight=False,
        _environ={},
    )
    for part in content:
        console.print(part, no_wrap=True, overflow="ignore", crop=False)
    return _unpadded(page.getvalue())


class Page:
    """Lines under one another, no wider than a terminal, whatever characters they are made of."""

    def __init__(self, width: int, color: bool) -> None:
        self.width = max(width, _NARROWEST)
        self.color = color
        self._lines: list[Sequence[Part]] = []

    def text(self) -> str:
        """The page as it is sent to a file or terminal."""
        if not self.color:
            lines = ("".join(text for text, _ in line) for line in self._lines)
            return _unpadded("\n".join((*lines, "")))
        from rich.text import Text

        return rendered((Text.assemble(*line) for line in self._lines), self.width, self.color)

    def line(self, *parts: Part) -> None:
        """Add one line of parts (text, style) as it is: what steers a terminal must be gone."""
        self._lines.append(parts)

    def paragraph(self, *parts: Part, indent: int = 0, hang: int = 0) -> None:
        """Add parts (text, style), wrapped; lines after the first are indented `hang` deeper."""
        seen = [(visible(text), style) for text, style in parts if text]
        words = "".join(text for text, _ in seen)
        room = max(self.width - indent, 10)
        if is_narrow(words) and len(words) <= room and not words.endswith(" "):
            # Most are one line as they stand, and there may be thousands.
            self._lines.append([(" " * indent, ""), *seen])
            return
        first, *rest = _wrapped(words, 0, room)
        lines = [first]
        if rest:
            # The rest has less room: wrapped once more, from where the first line ended.
            end = len(words[: first[1]].rstrip())
            start = len(words) - len(words[end:].lstrip())
            lines += _wrapped(words, start, max(self.width - indent - hang, 10))
        for number, (start, end) in enumerate(lines):
            end = start + len(words[start:end].rstrip())
            space = " " * (indent + (hang if number else 0))
            self._lines.append([(space, ""), *_between(seen, start, end)])

    def blank(self) -> None:
        """Add an empty line."""
        self._lines.append(())


def is_narrow(text: str) -> bool:
    """Whether each character surely takes one column of a terminal, as most do."""
    # Our own sign for what is left out takes one too; asking Rich for it would cost its import.
    plain = text.replace("…", ".")
    return plain.isascii() and plain.isprintable()


def cell_len(text: str) -> int:
    """How many columns of a terminal a text takes: a Japanese character takes two."""
    if is_narrow(text):
        return len(text)
    from rich import cells

    return cells.cell_len(text)


def _unpadded(text: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def _between(parts: Iterable[Part], start: int, end: int) -> Iterator[Part]:
    """What of some parts stands between two offsets in their text."""
    at = 0
    for text, style in parts:
        if piece := text[max(start - at, 0) : max(end - at, 0)]:
            yield piece, style
        at += len(text)


def _wrapped(text: str, start: int, width: int) -> list[tuple[int, int]]:
    """The spans of the lines into which a text from an offset on is broken, one at least."""
    offsets = [start, *_breaks(text, start, width), len(text)]
    return list(pairwise(offsets))


def _breaks(text: str, start: int, width: int) -> Iterator[int]:
    """Where lines begin after the first: between words, and in words too long for a line.

    The same as Rich's, so that text in color is broken as text beside it that Rich lays out.
    """
    if cell_len(text[start:].rstrip()) <= width:
        return
    used, begun = 0, False
    for match in _WORD.finditer(text, start):
        at, word = match.start(), match[0]
        size = cell_len(word.rstrip())
        if size <= width - used:
            used += cell_len(word)
        elif size <= width:
            yield at
            used = cell_len(word)
        else:
            pieces = _chopped(word, width)
            for number, piece in enumerate(pieces):
                if begun or number:
                    yield at
                at += len(piece)
            used = cell_len(pieces[-1])
        begun = True


def _chopped(word: str, width: int) -> list[str]:
    """A word in pieces that fit a line each."""
    if is_narrow(word):
        return [word[at : at + width] for at in range(0, len(word), width)]
    from rich.cells import chop_cells

    return chop_cells(word, width)
