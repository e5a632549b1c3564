"""A page of text for people: paragraphs that are wrapped and indented, perhaps in color."""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO

from rich.console import Console, RenderableType
from rich.text import Text

from chippolicy.reports.visible import visible

_NARROWEST = 20


def rendered(content: Iterable[RenderableType], width: int, color: bool) -> str:
    """Rich content as text for a file or terminal, one under the other, without padding."""
    page = StringIO()
    console = _console(width, color, page)
    for part in content:
        console.print(part, no_wrap=True, overflow="ignore", crop=False)
    return "".join(f"{line.rstrip()}\n" for line in page.getvalue().splitlines())


def _console(width: int, color: bool, file: StringIO | None = None) -> Console:
    # Told everything, and never writing by itself, so that text does not vary with the machine.
    return Console(
        file=file or StringIO(),
        width=width,
        height=25,
        force_terminal=color,
        color_system="standard" if color else None,
        no_color=not color,
        legacy_windows=False,
        highlight=False,
        _environ={},
    )


class Page:
    """Lines under one another, no wider than a terminal, whatever characters they are made of."""

    def __init__(self, width: int, color: bool) -> None:
        self.width = max(width, _NARROWEST)
        self.lines: list[Text] = []
        self.color = color
        self._console = _console(self.width, color)

    def text(self) -> str:
        """The page as it is sent to a file or terminal."""
        return rendered(self.lines, self.width, self.color)

    def line(self, *parts: tuple[str, str]) -> None:
        """Add one line of parts (text, style) as it is: what steers a terminal must be gone."""
        self.lines.append(Text.assemble(*parts))

    def paragraph(self, *parts: tuple[str, str], indent: int = 0, hang: int = 0) -> None:
        """Add parts (text, style), wrapped; lines after the first are indented `hang` deeper."""
        words = Text.assemble(*((visible(text), style) for text, style in parts))
        first, *rest = words.wrap(self._console, max(self.width - indent, 10)) or [Text()]
        lines = [first]
        if rest:
            # The rest has less room: wrapped once more, from where the first line ended.
            left = words[len(first.plain.rstrip()) :]
            left = left[len(left.plain) - len(left.plain.lstrip()) :]
            lines += left.wrap(self._console, max(self.width - indent - hang, 10))
        for number, line in enumerate(lines):
            line.rstrip()
            self.lines.append(Text(" " * (indent + (hang if number else 0))).append_text(line))

    def blank(self) -> None:
        """Add an empty line."""
        self.lines.append(Text())
