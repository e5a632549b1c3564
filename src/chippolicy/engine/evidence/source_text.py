"""A source's text: its paragraphs, and where a quote stands in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from chippolicy.engine.evidence.quoting import MARK, fold_quote, is_spaced, origins, splits_word

MOST_GAP = 1_000
"""So many characters, folded, may be left out where a quote has an ellipsis."""
_MOST_PLACES = 1_000
"""Of what occurs oftener only the first places are looked at."""
_MOST_LOOKED_AT = 50_000
_ELLIPSIS = re.compile(r"\[\.{3}\]|\(\.{3}\)|\.{3,}|・{3,}|。{3,}")
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")
_HYPHENATED = re.compile(r"([^\W0-9_][-\u2010])(\s*[^\W0-9_])")
_SEGMENT = 500
_KANA_OR_HAN = re.compile("[\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff]")
_LONGEST_LINE_BEFORE = 200
"""A headline or byline is no longer."""
_STOPS = (".", "。", "．")
_ASKS = ("?", "!", "？", "！")


class Block(NamedTuple):
    """A piece of a text between blank lines."""

    line: int
    """The line it begins at."""
    text: str
    name: str
    """What a locator calls it: headline, byline, heading or paragraph 3."""


class Span(NamedTuple):
    """A place in a folded text."""

    start: int
    end: int


class SourceText:
    """A text to find quotes in. Raises nothing, whatever the text."""

    def __init__(self, text: str, *, markdown: bool = False) -> None:
        plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
        self.blocks = _named(plain, markdown)
        self._markdown = markdown

    @cached_property
    def view(self) -> View:
        """The text as it stands."""
        return View(self.blocks)

    @cached_property
    def rejoined(self) -> View | None:
        """The text without its words' hyphens; None if it has none at the end of a line.

        There it cannot be told from the hyphen of a word that was broken.
        """
        if not any(
            "\n" in match[2] for one in self.blocks for match in _HYPHENATED.finditer(one.text)
        ):
            return None
        return View([block._replace(text=_rejoined(block.text)) for block in self.blocks])

    @property
    def paragraphs(self) -> int:
        """How many paragraphs there are; 0 where nothing parts them."""
        if len(self.blocks) < 2:
            return 0
        return sum(block.name.startswith("paragraph") for block in self.blocks)

    def folded(self, quote: str) -> str:
        """A quote as it is looked for: the marks around it do not count."""
        return fold_quote(_unmarked(quote) if self._markdown else quote).strip(MARK + " ")

    def places(self, quote: str) -> Iterator[tuple[View, Span]]:
        """Where a quote stands, gaps allowed where it has an ellipsis; none if nowhere."""
        for view, folded in self._views(quote):
            found = False
            for span in view.places(folded):
                found = True
                yield view, span
            if found:
                return

    def absent(self, quote: str) -> str | None:
        """The part of a quote that is absent; None where each is there, but not in this order."""
        parts = [
            part
            for part in parts_of(self.folded(quote))
            if not any(next(view.whole(one), None) for view, one in self._views(part))
        ]
        return max(parts, key=len) if parts else None

    def _views(self, quote: str) -> Iterator[tuple[View, str]]:
        yield self.view, self.folded(quote)
        if self.rejoined is not None:
            yield self.rejoined, self.folded(_rejoined(quote))


class View:
    """Blocks as one folded text, and the way back from it."""

    def __init__(self, blocks: list[Block]) -> None:
        self._segments: list[Block] = []
        self._starts: list[int] = []
        pieces: list[str] = []
        length, last = 0, ""
        for segment in (segment for block in blocks for segment in _segments(block)):
            folded = fold_quote(segment.text)
            if not folded:
                continue
            if last and is_spaced(last) and is_spaced(folded[0]):
                pieces.append(" ")
                length += 1
            self._segments.append(segment)
            self._starts.append(length)
            pieces.append(folded)
            length, last = length + len(folded), folded[-1]
        self.text = "".join(pieces)

    def whole(self, part: str, start: int = 0, stop: int | None = None) -> Iterator[Span]:
        """Where some words stand as whole words."""
        if not part:
            return
        at = start - 1
        for _ in range(_MOST_LOOKED_AT):
            at = self.text.find(part, at + 1, stop)
            if at < 0:
                return
            end = at + len(part)
            if not splits_word(self.text, at) and not splits_word(self.text, end):
                yield Span(at, end)

    def places(self, quote: str) -> Iterator[Span]:
        """Where a quote stands, gaps allowed where it has an ellipsis."""
        # What looks like an ellipsis may be the text's own.
        found = False
        for span in islice(self.whole(quote), _MOST_PLACES):
            found = True
            yield span
        parts = parts_of(quote)
        if found or not parts or parts == [quote]:
            return
        for first in islice(self.whole(parts[0]), _MOST_PLACES):
            end = first.end
            for part in parts[1:]:
                near = next(self.whole(part, end, end + MOST_GAP + len(part)), None)
                if near is None:
                    break
                end = near.end
            else:
                yield Span(first.start, end)

    def names(self, span: Span) -> list[str]:
        """What the blocks are called that a place lies in."""
        return list(dict.fromkeys(self._segments[number].name for number in self._numbers(span)))

    def lines(self, span: Span) -> tuple[int, int]:
        """The first and last line of a place."""
        return self._line(span.start), self._line(max(span.end - 1, span.start))

    def shown(self, span: Span) -> str:
        """The words of the text itself at a place, on one line."""
        pieces = []
        for number in self._numbers(span):
            raw, start = self._segments[number].text, self._starts[number]
            folded = fold_quote(raw)
            first, end = max(span.start - start, 0), min(span.end - start, len(folded))
            if first < end:
                pieces.append(unfolded(raw, folded, first, end))
        return on_one_line("\n".join(pieces))

    def _numbers(self, span: Span) -> range:
        first = max(bisect_right(self._starts, span.start) - 1, 0)
        return range(first, max(bisect_right(self._starts, span.end - 1), first + 1))

    def _line(self, at: int) -> int:
        number = max(bisect_right(self._starts, at) - 1, 0)
        segment = self._segments[number]
        found = origins(segment.text, fold_quote(segment.text))
        offset = at - self._starts[number]
        end = found[min(offset, len(found) - 1)] if found else 0
        return segment.line + segment.text.count("\n", 0, end)


def unfolded(raw: str, folded: str, start: int, end: int) -> str:
    """What a part of a folded text is in the raw one, as far as that can be told."""
    found = origins(raw, folded)
    if found is None:
        return folded[start:end]
    return raw[found[start] : found[end] if end < len(found) else len(raw)]


def _segments(block: Block) -> Iterator[Block]:
    """A block in pieces of bounded size, cut where folding them one by one is the same."""
    text, at, line = block.text, 0, block.line
    while len(text) - at > _SEGMENT:
        cut = _cut(text, at)
        yield Block(line, text[at:cut], block.name)
        line += text.count("\n", at, cut)
        at = cut
    yield Block(line, text[at:], block.name)


def _cut(text: str, at: int) -> int:
    for cut in range(at + _SEGMENT, at + _SEGMENT // 2, -1):
        before, after = text[cut - 1], text[cut]
        if _KANA_OR_HAN.match(before) and _KANA_OR_HAN.match(after):
            return cut
        # A soft hyphen takes the blanks behind it away, and parts no words.
        parted = before.isspace() and after.isalnum()
        if parted and not text[at:cut].rstrip().endswith("\u00ad"):
            return cut
    return len(text)


def _rejoined(text: str) -> str:
    """A text with a soft hyphen, which does not count, for each hyphen within a word."""
    # Twice: the letter behind a hyphen may be the one before the next.
    for _ in range(2):
        text = _HYPHENATED.sub(lambda match: f"{match[1][0]}\u00ad{match[2]}", text)
    return text


def on_one_line(text: str) -> str:
    """A text with its line breaks and runs of blanks as one blank, or none where none belongs."""
    pieces = text.split()
    joined = pieces[0] if pieces else ""
    for piece in pieces[1:]:
        apart = is_spaced(joined[-1]) or is_spaced(piece[0]) or joined[-1].isascii()
        # A line may end at the hyphen of a word.
        apart = apart and not (joined[-1] == "-" and is_spaced(joined[-2:-1] or " "))
        joined += f" {piece}" if apart else piece
    return joined


def parts_of(quote: str) -> list[str]:
    """The parts of a folded quote between its ellipses."""
    return [part for one in _ELLIPSIS.split(quote) if (part := one.strip(MARK + " "))]


def _named(text: str, markdown: bool) -> list[Block]:
    """The blocks of a text, each by the name that a locator has for it."""
    found: list[Block] = []
    line = 1
    at = 0
    for gap in [*_BLANK_LINES.finditer(text), None]:
        raw = text[at : gap.start() if gap else len(text)]
        if raw.strip():
            found.append(Block(line, raw, ""))
        if gap:
            line += raw.count("\n") + gap[0].count("\n")
            at = gap.end()
    heads = [markdown and block.text.lstrip().startswith("#") for block in found]
    before = _before(found, heads)
    paragraph = 0
    for number, block in enumerate(found):
        if number < before:
            name = "byline" if number else "headline"
        elif heads[number]:
            name = "heading"
        else:
            paragraph += 1
            name = f"paragraph {paragraph}"
        raw = _unmarked(block.text) if markdown else block.text
        found[number] = Block(block.line, raw, name)
    return found


def _before(blocks: list[Block], heads: list[bool]) -> int:
    """How many blocks stand before the first paragraph: headline, byline, date."""
    for number, (block, head) in enumerate(zip(blocks, heads, strict=True)):
        text = block.text.strip()
        short = "\n" not in text and len(text) <= _LONGEST_LINE_BEFORE
        # A headline may ask; what stands below it would be a sentence then.
        stops = (*_STOPS, *_ASKS) if number else _STOPS
        ended = text.rstrip("'\"’”」』)）").endswith(stops)
        if head and number:
            return number
        if not head and (not short or ended):
            return number
    # Nothing but short lines: they are what there is of paragraphs.
    return 0


def _unmarked(text: str) -> str:
    """Markdown without the marks of headings, emphasis, code, quotations and links."""
    text = re.sub(r"(?m)^[^\S\n]*(?:>[^\S\n]?)+", "", text)
    text = re.sub(r"(?m)^[^\S\n]*(?:#{1,6}|[-*+])[^\S\n]+", "", text)
    text = re.sub(r"!?\[([^\]\[]*)\]\([^()\s]*\)", r"\1", text)
    return re.sub(r"\*+|`+|\b_+|_+\b", "", text)
