"""The passage of a text that is closest to a quote it does not hold, and how the two differ."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from chippolicy.engine.evidence.quoting import UNSPACED, fold_quote, is_spaced, splits_word
from chippolicy.engine.evidence.source_text import Span, View, on_one_line, unfolded

COMPARED = 400
"""So many characters of a quote, folded, are compared."""
_MOST_PLACES = 16
"""Of a piece that occurs oftener only the first places are kept: it says little."""
_TRIED = 3
_LEAST_ALIKE = 0.35
_TOLD = 4
_LONGEST_TOLD = 80
_PIECES = ((8, 3), (4, 2))
"""The lengths of the pieces of a quote that are looked for, the second where the first finds
nothing: in scripts with blanks between words, and in those without."""
_TOKEN = re.compile(f"[^\\W{UNSPACED}]+|[^ ]")


class Passage(NamedTuple):
    """A passage like a quote."""

    span: Span
    alike: float
    """How much of both is the same, from 0 to 1."""
    differences: tuple[str, ...]
    """What the quote has, adds or lacks, in words."""


class _Token(NamedTuple):
    start: int
    end: int


def closest(view: View, quotes: Iterable[str]) -> dict[str, Passage]:
    """The closest passage to each quote (as it was written), where there is anything like it.

    The text is gone through a few times for all quotes together, and each quote is compared with
    a few windows of it, so that the work is bounded by the size of both.
    """
    found: dict[str, Passage] = {}
    left = [(raw, _compared_part(folded)) for raw in quotes if (folded := fold_quote(raw))]
    for attempt in range(2):
        by_size: dict[int, list[tuple[str, str]]] = {}
        for raw, folded in left:
            unspaced = 2 * sum(map(is_spaced, folded)) < len(folded)
            by_size.setdefault(_PIECES[unspaced][attempt], []).append((raw, folded))
        left = []
        for size, some in by_size.items():
            places = _places(view.text, {piece for _, one in some for piece in _pieces(one, size)})
            for raw, folded in some:
                passage = _best(view, raw, folded, _starts(folded, places, size))
                if passage is not None:
                    found[raw] = passage
                else:
                    left.append((raw, folded))
    return found


def _compared_part(quote: str) -> str:
    end = COMPARED
    while end > 1 and splits_word(quote, end):
        end -= 1
    return quote[:end].rstrip()


def _pieces(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(len(text) - size + 1)]


def _places(text: str, pieces: set[str]) -> dict[str, list[int]]:
    """Where pieces of one length occur first in a text."""
    found: dict[str, list[int]] = {}
    if not pieces:
        return found
    size = len(next(iter(pieces)))
    for at in range(len(text) - size + 1):
        piece = text[at : at + size]
        if piece in pieces:
            places = found.get(piece)
            if places is None:
                found[piece] = [at]
            elif len(places) < _MOST_PLACES:
                places.append(at)
    return found


def _starts(quote: str, places: dict[str, list[int]], size: int) -> list[int]:
    """Where the quote would begin, by the rarest of its pieces; the likeliest first."""
    width = max(len(quote) // 2, 16)
    votes: dict[int, float] = {}
    first: dict[int, int] = {}
    for offset, piece in enumerate(_pieces(quote, size)):
        there = places.get(piece, ())
        for at in there:
            begin = at - offset
            bucket = begin // width
            votes[bucket] = votes.get(bucket, 0) + 1 / len(there)
            first[bucket] = min(first.get(bucket, begin), begin)
    likeliest = sorted(votes, key=lambda bucket: (-votes[bucket], bucket))
    return [first[bucket] for bucket in likeliest[:_TRIED]]


def _best(view: View, raw: str, quote: str, starts: Sequence[int]) -> Passage | None:
    best: tuple[float, int, Span, list[tuple[Span, Span]]] | None = None
    for start in starts:
        compared = _compared(view.text, quote, start)
        if compared is None:
            continue
        alike, span, differing = compared
        if best is None or (alike, -span.start) > best[:2]:
            best = (alike, -span.start, span, differing)
    if best is None or best[0] < _LEAST_ALIKE:
        return None
    alike, _, span, differing = best
    folded = fold_quote(raw)
    told = [_told(view, there, raw, folded, here) for there, here in differing[:_TOLD]]
    if len(differing) > _TOLD:
        told.append(f"differs in {len(differing) - _TOLD} more places")
    if not told:
        # All of it is there, as part of other words or numbers.
        span = _widened(view.text, span)
        far = f"differs after its first {COMPARED} characters"
        told.append(far if len(folded) > COMPARED else "begins or ends inside a word or number")
    return Passage(span, alike, tuple(told))


def _widened(text: str, span: Span) -> Span:
    start, end = span
    while splits_word(text, start):
        start -= 1
    while splits_word(text, end):
        end += 1
    return Span(start, end)


def _compared(
    text: str, quote: str, start: int, *, moved: bool = False
) -> tuple[float, Span, list[tuple[Span, Span]]] | None:
    """A window of a text and a quote: how alike, the passage, and where they differ."""
    slack = len(quote) // 2 + 20
    low, high = max(start - slack, 0), min(start + len(quote) + slack, len(text))
    # Not through a word.
    while low > 0 and is_spaced(text[low - 1]) and is_spaced(text[low]) and start - low < 2 * slack:
        low -= 1
    while high < len(text) and is_spaced(text[high - 1]) and is_spaced(text[high]):
        high += 1
    theirs = _tokens(text, low, high)
    ours = _tokens(quote, 0, len(quote))
    matcher = SequenceMatcher(
        None,
        [text[one.start : one.end] for one in theirs],
        [quote[one.start : one.end] for one in ours],
        autojunk=False,
    )
    blocks = [(a, b, size) for a, b, size in matcher.get_matching_blocks() if size]
    if not blocks:
        return None
    # What matches far from the rest is another place's.
    while len(blocks) > 1 and _is_stray(blocks[0], blocks[1]):
        del blocks[0]
    while len(blocks) > 1 and _is_stray(blocks[-1], blocks[-2]):
        del blocks[-1]
    # As many words before and after as the quote has there.
    a, b, _ = blocks[0]
    begin = a - b
    start = theirs[a].start - ours[b].start
    a, b, _ = blocks[-1]
    end = a + len(ours) - b
    if not moved and ((begin < 0 and low > 0) or (end > len(theirs) and high < len(text))):
        # The window cuts the passage off, which would seem more alike than it is as a whole.
        return _compared(text, quote, start, moved=True)
    begin, end = max(begin, 0), min(end, len(theirs))
    span = Span(theirs[begin].start, theirs[end - 1].end)
    same = sum(theirs[at].end - theirs[at].start for a, _, n in blocks for at in range(a, a + n))
    alike = 2 * same / (span.end - span.start + len(quote))
    return alike, span, _differing(theirs, ours, blocks, begin, end)


def _is_stray(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    """Whether a match is smaller than the gap of the text that parts it from its neighbor."""
    first, then = sorted((one, other))
    gap = then[0] - first[0] - first[2]
    return gap - (then[1] - first[1] - first[2]) > 2 * one[2]


def _differing(
    theirs: list[_Token],
    ours: list[_Token],
    blocks: list[tuple[int, int, int]],
    begin: int,
    end: int,
) -> list[tuple[Span, Span]]:
    """The places in text and quote between what is the same; those close together as one."""
    gaps: list[list[int]] = []
    a, b = begin, 0
    for match_a, match_b, size in [*blocks, (end, len(ours), 0)]:
        if match_a > a or match_b > b:
            # A sign or a syllable between two differences is the same by chance.
            if gaps and a - gaps[-1][1] <= 1 and theirs[a - 1].end - theirs[a - 1].start <= 2:
                gaps[-1][1], gaps[-1][3] = match_a, match_b
            else:
                gaps.append([a, match_a, b, match_b])
        a, b = match_a + size, match_b + size
    return [(_span(theirs, a, to_a), _span(ours, b, to_b)) for a, to_a, b, to_b in gaps]


def _span(tokens: list[_Token], first: int, end: int) -> Span:
    return Span(tokens[first].start, tokens[end - 1].end) if first < end else Span(0, 0)


def _told(view: View, there: Span, raw: str, folded: str, here: Span) -> str:
    theirs = _cut(view.shown(there)) if there.end else ""
    ours = _cut(on_one_line(unfolded(raw, folded, *here))) if here.end else ""
    if not theirs:
        return f"adds {ours!r}"
    return f"has {ours!r} for {theirs!r}" if ours else f"lacks {theirs!r}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TOLD else f"{text[:_LONGEST_TOLD]}…"


def _tokens(text: str, low: int, high: int) -> list[_Token]:
    return [_Token(*match.span()) for match in _TOKEN.finditer(text, low, high)]
