"""How an outcome changes over time: days in a row on which the same held."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from chippolicy.controls.assessment import CANNOT_TELL, Applied, Outcome, Span
from chippolicy.controls.days import ONE_DAY, Stretch, window
from chippolicy.controls.figures import Figures
from chippolicy.controls.reach import HEADQUARTERS, LOCATION, Sale
from chippolicy.controls.rulebook import Rulebook
from chippolicy.controls.verdict import judge, matches

Days = tuple[Stretch, Outcome]


@lru_cache(maxsize=256)
def _turns(book: Rulebook, sale: Sale) -> tuple[date, ...]:
    """The days on which anything that bears on a sale may change."""
    places = {sale.place(LOCATION), sale.place(HEADQUARTERS)}
    found = {
        day for measure in book.measures if measure.item == "chip" for day in measure.period.turns()
    }
    found |= {
        day
        for (_, country), membership in book.members.items()
        if country in places
        for day in membership.turns()
    }
    return tuple(sorted(found))


def outcomes(book: Rulebook, figures: Figures, sale: Sale, asked: Stretch) -> tuple[Days, ...]:
    """The outcome of every day of a stretch: shorter stretches, within which nothing changes."""
    turns = (day for day in _turns(book, sale) if asked.first < day <= asked.last)
    firsts = [asked.first, *turns]
    lasts = [*(day - ONE_DAY for day in firsts[1:]), asked.last]
    return tuple(
        (Stretch(first, last), judge(book, figures, sale, first))
        for first, last in zip(firsts, lasts, strict=True)
    )


def spans(found: Iterable[Days]) -> tuple[Span, ...]:
    """The same, with neighbors joined that tell a reader the same."""
    joined: list[tuple[Stretch, Outcome]] = []
    for stretch, outcome in found:
        if joined and joined[-1][1].gist == outcome.gist:
            joined[-1] = Stretch(joined[-1][0].first, stretch.last), joined[-1][1]
        else:
            joined.append((stretch, outcome))
    return tuple(
        Span(
            stretch,
            outcome.answer,
            outcome.paragraphs,
            outcome.policies,
            outcome.review,
            outcome.missing,
        )
        for stretch, outcome in joined
    )


def together(found: Sequence[Outcome]) -> Outcome:
    """One outcome for days on which several held: the answer if it is one, and all that was said.

    Where the answers differ it cannot be told; the spans say on which day it changes.
    """
    if len(found) == 1:
        return found[0]
    answers = {outcome.answer for outcome in found}
    reviews = {outcome.review for outcome in found}
    first = found[0]
    joined: dict[str, tuple[object, ...]] = {
        name: _once(entry for outcome in found for entry in getattr(outcome, name))
        for name in vars(first)
        if isinstance(getattr(first, name), tuple)
    }
    requirements = {outcome.license_requirement for outcome in found}
    return replace(
        first,
        answer=first.answer if len(answers) == 1 else CANNOT_TELL,
        review=first.review if len(reviews) == 1 else CANNOT_TELL,
        license_requirement=first.license_requirement if len(requirements) == 1 else None,
        **joined,  # type: ignore[arg-type]
    )


def _once(entries: Iterable[object]) -> tuple[object, ...]:
    """Entries without repetition; of a measure that came to apply, that it does."""
    kept: dict[object, object] = {}
    for entry in entries:
        key = entry.measure if isinstance(entry, Applied) else entry
        before = kept.get(key)
        if not (isinstance(before, Applied) and before.applies):
            kept[key] = entry
    return tuple(kept.values())


def life(book: Rulebook, figures: Figures, as_of: date) -> Stretch:
    """From when a chip was announced, or could first be controlled, to the data's last day."""
    measures = [
        window(of.period.start)[0]
        for of in book.measures
        if of.decides and of.period.start and matches(of, figures) is not False
    ]
    all_measures = [
        window(of.period.start)[0] for of in book.measures if of.decides and of.period.start
    ]
    first = min(measures or all_measures or [as_of])
    known = figures.announced or figures.released
    if known:
        begun = window(known)[0]
        first = begun if figures.announced else min(begun, first)
    return Stretch(min(first, as_of), as_of)
