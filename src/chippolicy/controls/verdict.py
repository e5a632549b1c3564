"""What holds for a chip, a sale and a day: the measures in force applied to the figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache

from chippolicy.controls.assessment import (
    CANNOT_TELL,
    CONTROLLED,
    NOT_CONTROLLED,
    Applied,
    Comparison,
    Outcome,
)
from chippolicy.controls.figures import Figures
from chippolicy.controls.logic import Truth, compared, every, negated, some
from chippolicy.controls.reach import LOCATION, Reached, Sale, reach
from chippolicy.controls.rulebook import (
    EXCEPTIONS,
    LIFTED,
    PRESUMPTIONS,
    REQUIREMENTS,
    REVIEWS,
    Clause,
    Measure,
    Rulebook,
)


@dataclass(frozen=True)
class Scoped:
    """A measure that is, or may be, in force on a day and in reach of a sale."""

    measure: Measure
    force: Truth
    reached: Reached

    @property
    def holds(self) -> Truth:
        """Whether it is in force and in reach."""
        return every((self.force, self.reached.holds))


@lru_cache(maxsize=4096)
def scope(book: Rulebook, sale: Sale, day: date) -> tuple[Scoped, ...]:
    """The measures on chips that may bear on a sale on a day, whatever the chip."""
    found = []
    for measure in book.measures:
        force = measure.period.holds(day) if measure.item == "chip" else False
        if force is False:
            continue
        reached = _beside_reach(measure, reach(measure, sale, day, book))
        found.append(Scoped(measure, force, reached))
    return tuple(found)


def _beside_reach(measure: Measure, reached: Reached) -> Reached:
    """A duty at home meets goods on their way, wherever they go then."""
    home = [to for to in measure.destinations if to.place == measure.jurisdiction and to.included]
    if measure.direction == "import" and home and measure.ours:
        return Reached(True, (LOCATION,), reached.leans)
    return reached


def matches(measure: Measure, figures: Figures) -> Truth:
    """Whether a measure covers a chip: by naming it or its family, or by any of its clauses.

    A measure that gives neither, only a condition in words, leaves it open.
    """
    if not measure.clauses and not measure.chips:
        return None
    named = not measure.chips.isdisjoint(figures.lineage)
    return some((named, *(_clause(clause, figures) for clause in measure.clauses)))


def _clause(clause: Clause, figures: Figures) -> Truth:
    known = figures.by_metric
    return every(
        compared(known.get(of.metric), of.comparator, of.threshold) for of in clause.criteria
    )


@dataclass(frozen=True)
class _Found:
    """A measure held against a chip."""

    scoped: Scoped
    match: Truth
    lifter: Measure | None = None
    lifted: Truth = False

    @property
    def measure(self) -> Measure:
        return self.scoped.measure

    @property
    def applies(self) -> Truth:
        return every((self.scoped.holds, self.match))

    @property
    def binds(self) -> Truth:
        """Whether it applies and is enforced."""
        return every((self.applies, negated(self.lifted)))


def judge(book: Rulebook, figures: Figures, sale: Sale, day: date) -> Outcome:
    """What holds on a day for a chip and a sale."""
    everything = [_Found(of, matches(of.measure, figures)) for of in scope(book, sale, day)]
    counted = [of for of in everything if of.measure.counts]
    lifting = [of for of in counted if of.measure.effect in LIFTED]
    requirements = [
        _lifted(of, lifting, book) for of in counted if of.measure.effect in REQUIREMENTS
    ]
    binding = [of for of in requirements if of.binds]
    open_ones = [of for of in requirements if of.binds is None]
    answer = CONTROLLED if binding else CANNOT_TELL if open_ones else NOT_CONTROLLED
    of_interest = answer != NOT_CONTROLLED
    reviews = [of for of in counted if of_interest and of.measure.effect in REVIEWS]
    chosen, review = _review(reviews, figures) if binding else ([], None)
    exceptions = [
        of for of in counted if of_interest and of.measure.effect in EXCEPTIONS and of.applies
    ]
    unenforced = [of for of in requirements if of.lifted and of.applies is not False]
    presumptions = [of for of in counted if of.measure.effect in PRESUMPTIONS]
    return Outcome(
        answer=answer,
        license_requirement=_gravest(binding),
        paragraphs=_unique(sorted(of.measure.paragraph or "" for of in binding)),
        policies=_unique(of.measure.policy_id for of in binding),
        measures=tuple(_applied(of, figures) for of in (*binding, *open_ones)),
        review=review,
        review_measures=tuple(_applied(of, figures) for of in chosen),
        conditions=(
            *_conditions((*binding, *open_ones, *chosen)),
            *_review_doubt(reviews, review, figures),
            *_headquarters(requirements, reviews),
            *(() if binding else _caveats(unenforced)),
            *_presumed(presumptions, requirements),
            *_doubts((*requirements, *reviews)),
        ),
        exceptions=tuple(_applied(of, figures) for of in exceptions),
        missing=() if binding else _missing(open_ones, figures),
        assumptions=(*sale.assumptions(), *_leans((*requirements, *reviews))),
        not_enforced=tuple(_applied(of, figures) for of in unenforced),
        beside=tuple(
            _applied(of, figures)
            for of in everything
            if _is_beside(of.measure)
            and (of.applies or (of.applies is None and (of.measure.clauses or of.measure.chips)))
        ),
        trace=tuple(
            comparison
            for role, found in (
                ("requirement", [of for of in requirements if not of.lifted]),
                ("not-enforced", [of for of in requirements if of.lifted]),
                ("review", reviews),
                ("exception", exceptions),
            )
            for of in found
            if of.scoped.holds is not False
            for comparison in _comparisons(of.measure, figures, role)
        ),
    )


def _lifted(found: _Found, lifting: Iterable[_Found], book: Rulebook) -> _Found:
    """The same with what leaves it unenforced, if anything does."""
    of = found.measure
    for other in lifting:
        if of.policy_id not in book.lifts.get(other.measure.policy_id, ()):
            continue
        # What covers the requirement's items by its words does so whatever is not known of a chip.
        covered = True if other.measure.covers(of) else other.match
        lifted = every((other.scoped.holds, covered))
        if lifted is not False:
            found = _Found(found.scoped, found.match, other.measure, lifted)
            if lifted:
                break
    return found


def _gravest(binding: Iterable[_Found]) -> str | None:
    effects = {of.measure.effect for of in binding}
    return next((effect for effect in ("prohibit", "require-license") if effect in effects), None)


def _review(reviews: Sequence[_Found], figures: Figures) -> tuple[list[_Found], str | None]:
    """The review policy: that of the most specific measure that applies."""
    candidates = [of for of in reviews if of.applies is not False]
    ranked = sorted(
        candidates, key=lambda of: _specific(of.measure, candidates, figures), reverse=True
    )
    if not ranked:
        return [], None
    sure = next((n for n, of in enumerate(ranked) if of.applies), None)
    if sure is None:
        return ranked, CANNOT_TELL
    # What may apply and is more specific leaves it open, unless it says the same.
    ahead = ranked[: sure + 1]
    alike = len({of.measure.effect for of in ahead}) == 1
    return ([ranked[sure]], ranked[sure].measure.effect) if alike else (ahead, CANNOT_TELL)


def _specific(
    measure: Measure, among: Iterable[_Found], figures: Figures
) -> tuple[bool, int, str, str]:
    """How special a review policy is: it names the chip, is narrower than others, is newer."""
    named = not measure.chips.isdisjoint(figures.lineage)
    wider = sum(of.measure.covers(measure) and not measure.covers(of.measure) for of in among)
    return named, wider, measure.period.start or "", measure.id


def _review_doubt(
    reviews: Iterable[_Found], review: str | None, figures: Figures
) -> tuple[str, ...]:
    if review != CANNOT_TELL:
        return ()
    missing = _missing([of for of in reviews if of.applies is None], figures)
    if not missing:
        return ()
    return (f"how an application is weighed depends on {_listed(missing)}, not known here",)


def _conditions(found: Iterable[_Found]) -> tuple[str, ...]:
    return _unique(
        f"{of.measure.id}: {of.measure.condition}" for of in found if of.measure.condition
    )


def _caveats(unenforced: Iterable[_Found]) -> tuple[str, ...]:
    """What is said of requirements that are not enforced, where nothing else binds."""
    lifters = (of.lifter for of in unenforced)
    return _unique(f"{of.id}: {of.condition}" for of in lifters if of and of.condition)


def _headquarters(requirements: Sequence[_Found], reviews: Iterable[_Found]) -> tuple[str, ...]:
    """What would hold if the buyer, of whom nothing is said, had its headquarters elsewhere."""
    already = {
        of.measure.paragraph
        for of in requirements
        if of.scoped.holds is not False and of.match is not False and not of.lifted
    }
    found: dict[tuple[tuple[str, ...], bool], list[str]] = {}
    for of in requirements:
        at_home = of.scoped.reached.if_headquartered
        if at_home and of.match is not False and not of.lifted:
            paragraph = of.measure.paragraph
            if paragraph is None or paragraph not in already:
                sure = bool(of.match and of.scoped.force)
                found.setdefault((at_home, sure), []).append(paragraph or of.measure.id)
    weighed = [
        of.measure.effect for of in reviews if of.scoped.reached.if_headquartered and of.match
    ]
    how = f"; applications are then weighed: {weighed[0]}" if weighed else ""
    return tuple(
        f"if the buyer or its ultimate parent has its headquarters in {_listed(places, 'or')}: "
        f"a license {'is' if sure else 'may be'} needed under {_listed(_unique(paragraphs))}{how}"
        for (places, sure), paragraphs in found.items()
    )


def _presumed(presumptions: Iterable[_Found], requirements: Iterable[_Found]) -> tuple[str, ...]:
    """Presumptions that an item is one of a paragraph that would be controlled."""
    reachable = [of for of in requirements if of.scoped.holds is not False and not of.lifted]

    def told(of: _Found) -> bool:
        stem = f"{of.measure.paragraph}."
        under = [other for other in reachable if (other.measure.paragraph or "").startswith(stem)]
        return bool(under) and not any(other.match for other in under)

    return tuple(
        f"{of.measure.id}: {of.measure.condition or of.measure.summary}"
        for of in presumptions
        if of.applies is not False and told(of)
    )


def _doubts(found: Iterable[_Found]) -> tuple[str, ...]:
    """Measures of which the dates leave open whether they were in force."""
    return _unique(
        f"{of.measure.id} may or may not have been in force: it is dated {of.measure.period}"
        for of in found
        if of.scoped.force is None
        and of.match is not False
        and of.scoped.reached.holds is not False
    )


def _leans(found: Iterable[_Found]) -> tuple[str, ...]:
    """The group memberships that were not read for the day, a line for each country."""
    leans = sorted(
        {
            lean
            for of in found
            if of.match is not False and not of.lifted
            for lean in of.scoped.reached.leans
        }
    )
    lines = []
    for country, read in dict.fromkeys((lean.country, lean.read) for lean in leans):
        mine = [lean for lean in leans if (lean.country, lean.read) == (country, read)]
        inside = [lean.group for lean in mine if lean.member]
        outside = [lean.group for lean in mine if not lean.member]
        words = [
            *([f"in {_listed(inside)}"] if inside else []),
            *([f"not in {_listed(outside)}"] if outside else []),
        ]
        lines.append(
            f"{country} is taken to be {' and '.join(words)}, as read for {read or 'no day'}: "
            "membership on the day in question was not read"
        )
    return tuple(lines)


def _missing(found: Iterable[_Found], figures: Figures) -> tuple[str, ...]:
    """The unknown figures because of which it cannot be told whether measures apply."""
    return _unique(
        figure
        for of in found
        if of.match is None
        for clause in of.measure.clauses
        if _clause(clause, figures) is None
        for criterion in clause.criteria
        if figures.by_metric.get(criterion.metric) is None
        for figure in figures.missing_for(criterion.metric)
    )


def _is_beside(measure: Measure) -> bool:
    kinds = REQUIREMENTS | REVIEWS | EXCEPTIONS | LIFTED | PRESUMPTIONS
    return not (measure.counts and measure.effect in kinds)


def _comparisons(measure: Measure, figures: Figures, role: str) -> Iterable[Comparison]:
    if measure.chips and figures.chip_id:
        named = not measure.chips.isdisjoint(figures.lineage)
        yield Comparison(
            measure.id,
            measure.paragraph,
            role,
            None,
            "chip",
            figures.chip_id,
            "in",
            ", ".join(sorted(measure.chips)),
            named,
        )
    for clause in measure.clauses:
        for of in clause.criteria:
            value = figures.by_metric.get(of.metric)
            yield Comparison(
                measure.id,
                measure.paragraph,
                role,
                clause.number,
                of.metric,
                value,
                of.comparator,
                of.threshold,
                compared(value, of.comparator, of.threshold),
            )


def _applied(found: _Found, figures: Figures) -> Applied:
    of = found.measure
    return Applied(
        measure=of.id,
        policy=of.policy_id,
        policy_title=of.policy_title,
        policy_citation=of.policy_citation,
        jurisdiction=of.jurisdiction,
        effect=of.effect,
        direction=of.direction,
        paragraph=of.paragraph,
        start=of.period.start,
        end=of.period.end,
        applies=found.applies,
        named=not of.chips.isdisjoint(figures.lineage),
        basis=found.scoped.reached.bases,
        share_percent=None if of.share_percent is None else Fraction(of.share_percent),
        condition=of.condition,
        summary=of.summary,
        lifted_by=found.lifter.id if found.lifter and found.lifted else None,
    )


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _listed(words: Sequence[str], last: str = "and") -> str:
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), words[-1])))
