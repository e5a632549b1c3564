"""What may be meant by a date, as windows of days, and how two such things compare.

A span has a window for its start and a window for its end; a reading picks a day
from each. The three forms differ in what lies between start and end:

- MOMENT: one day, start and end at once;
- LASTING: every day from the start to the end (an interval, a range of days);
- EACH: one day in every month or year from the first to the last (a range `{2019..2022}`).

A date is a tuple of alternatives, of which exactly one holds; an alternative is a
tuple of spans, all of which hold.

Answers are sound: after YES the answer is yes in every reading, after NO in none. They
are complete too (CANNOT_TELL only where readings differ): `before` always, `overlaps`
and `within` wherever no all-of takes part. Of digits that are X only the first and last
matching day count, as if every day between them matched.
"""

from collections.abc import Callable, Iterable
from itertools import pairwise

from chippolicy.edtf._calendar import holds_whole_unit
from chippolicy.edtf._terms import Precision, Truth

Window = tuple[int, int]


class Span:
    """A stretch of days whose start and end are each known to a window of days."""

    __slots__ = ("end_from", "end_to", "start_from", "start_to", "unit")

    start_from: int
    start_to: int
    end_from: int
    end_to: int
    unit: Precision | None
    """The unit of an EACH span; `None` for the other forms."""

    def __init__(self, start: Window, end: Window, unit: Precision | None = None) -> None:
        """Take the windows; of a start after its end no reading makes sense, so none is kept."""
        self.start_from = start[0]
        self.start_to = min(start[1], end[1])
        self.end_from = max(end[0], start[0])
        self.end_to = end[1]
        self.unit = unit

    @property
    def certain(self) -> Window:
        """The days that belong to it in every reading; empty if the first is after the last."""
        return self.start_to, self.end_from

    @property
    def possible(self) -> Window:
        """The days that belong to it in some reading."""
        return self.start_from, self.end_to


class Moment(Span):
    """One day, known to a window of days."""

    __slots__ = ()

    def __init__(self, low: int, high: int) -> None:
        """Start and end at once."""
        super().__init__((low, high), (low, high))


Spans = tuple[Span, ...]
Alternatives = tuple[Spans, ...]


def compare(
    question: Callable[[Spans, Spans], Truth], left: Alternatives, right: Alternatives
) -> Truth:
    """Ask a question of every pair of alternatives; where they differ, nobody can tell."""
    return _common(question(a, b) for a in left for b in right)


def before(left: Spans, right: Spans) -> Truth:
    """Tell whether all of the left ends before any of the right begins."""
    if max(span.end_to for span in left) < min(span.start_from for span in right):
        return Truth.YES
    if max(span.end_from for span in left) < min(span.start_to for span in right):
        return Truth.CANNOT_TELL
    return Truth.NO


def overlaps(left: Spans, right: Spans) -> Truth:
    """Tell whether some day belongs to both."""
    if not any(_meet(a.possible, b.possible) for a in left for b in right):
        return Truth.NO
    if (
        any(_surely_meet(a, b) for a in left for b in right)
        or _surely_caught(left, _merged(span.certain for span in right if not span.unit))
        or _surely_caught(right, _merged(span.certain for span in left if not span.unit))
    ):
        return Truth.YES
    return Truth.CANNOT_TELL


def within(left: Spans, right: Spans) -> Truth:
    """Tell whether every day of the left belongs to the right."""
    certain = _merged(span.certain for span in right if not span.unit)
    if len(right) == 1 and isinstance(right[0], Moment):
        return _all_at(left, right[0], certain)
    possible = _merged(span.possible for span in right)
    # A single connected thing is decided exactly; what has gaps, by what its parts cover.
    only = right[0] if len(right) == 1 and right[0].unit is None else None
    answers = []
    for span in left:
        if _covered(span.possible, certain):
            answers.append(Truth.YES)
        elif _may_lie_in(span, only) if only else _may_be_covered(span, possible):
            answers.append(Truth.CANNOT_TELL)
        else:
            return Truth.NO
    return _common(answers)


def _common(answers: Iterable[Truth]) -> Truth:
    """Return the answer all agree on."""
    found: Truth | None = None
    for answer in answers:
        if answer is Truth.CANNOT_TELL or (found is not None and answer is not found):
            return Truth.CANNOT_TELL
        found = answer
    return Truth.CANNOT_TELL if found is None else found


def _meet(one: Window, other: Window) -> bool:
    return max(one[0], other[0]) <= min(one[1], other[1])


def _merged(windows: Iterable[Window]) -> list[Window]:
    """Join windows that touch; empty ones fall out."""
    joined: list[Window] = []
    for low, high in sorted(window for window in windows if window[0] <= window[1]):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = joined[-1][0], max(high, joined[-1][1])
        else:
            joined.append((low, high))
    return joined


def _covered(window: Window, merged: list[Window]) -> bool:
    """Tell whether one of the merged windows holds the whole window."""
    return any(low <= window[0] and window[1] <= high for low, high in merged)


def _surely_meet(a: Span, b: Span) -> bool:
    """Tell whether neither of two connected spans can be over before the other begins."""
    return (
        a.unit is None and b.unit is None and a.end_from >= b.start_to and b.end_from >= a.start_to
    )


def _surely_caught(spans: Spans, certain: list[Window]) -> bool:
    """Tell whether a day of the spans, wherever it lies, falls on days that are certain."""
    return any(
        _covered((span.start_from, span.start_to), certain)
        or _covered((span.end_from, span.end_to), certain)
        or (span.unit is not None and _holds_unit(span, span.unit, certain))
        for span in spans
    )


def _holds_unit(span: Span, unit: Precision, windows: list[Window]) -> bool:
    """Tell whether one of the windows holds a whole unit of an EACH span."""
    return any(
        holds_whole_unit(max(low, span.start_from), min(high, span.end_to), unit)
        for low, high in windows
    )


def _all_at(spans: Spans, moment: Moment, certain: list[Window]) -> Truth:
    """Tell whether all the spans shrink to the one day of a moment."""
    if all(_covered(span.possible, certain) for span in spans):
        return Truth.YES
    low = max(moment.start_from, *(span.end_from for span in spans))
    high = min(moment.end_to, *(span.start_to for span in spans))
    return Truth.CANNOT_TELL if low <= high else Truth.NO


def _may_lie_in(a: Span, b: Span) -> bool:
    """Tell whether some reading of one span lies inside some reading of a lasting one."""
    low, high = max(a.start_from, b.start_from), min(a.end_to, b.end_to)
    return low <= a.start_to and a.end_from <= high and low <= high


def _may_be_covered(span: Span, possible: list[Window]) -> bool:
    """Tell whether nothing shows that part of a span lies outside all that is possible."""
    start, end = (span.start_from, span.start_to), (span.end_from, span.end_to)
    if not any(_meet(start, window) for window in possible):
        return False
    if not any(_meet(end, window) for window in possible):
        return False
    if span.unit is not None:
        gaps = [
            (before_gap[1] + 1, after_gap[0] - 1) for before_gap, after_gap in pairwise(possible)
        ]
        return not _holds_unit(span, span.unit, gaps)
    first, last = span.certain
    return first > last or _covered(span.certain, possible)
