"""What an assessment tells."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from typing import Any

from chippolicy.controls.days import Stretch
from chippolicy.controls.logic import WORDS, Truth

CONTROLLED, NOT_CONTROLLED, CANNOT_TELL = "controlled", "not-controlled", "cannot-tell"

DISCLAIMER = (
    "This is arithmetic on published thresholds and figures, not legal advice: whether an export "
    "needs a license is for the exporter and the authority to settle."
)


@dataclass(frozen=True)
class Comparison:
    """A chip's figure held against a threshold of a measure."""

    measure: str
    paragraph: str | None
    role: str
    """What the measure would do: requirement, not-enforced, review or exception."""
    clause: int | None
    """The clause it belongs to: all of a clause must hold; None for a chip that is named."""
    metric: str
    """A metric of the criteria, or `chip` where a measure names chips."""
    value: Fraction | str | None
    comparator: str
    threshold: Fraction | str
    holds: Truth

    @property
    def margin(self) -> Fraction | None:
        """By how much the value is above the threshold, or below it (negative)."""
        if isinstance(self.value, Fraction) and isinstance(self.threshold, Fraction):
            return None if self.comparator == "eq" else self.value - self.threshold
        return None


@dataclass(frozen=True)
class Applied:
    """A measure that applies, or may apply."""

    measure: str
    policy: str
    policy_title: str
    policy_citation: str | None
    jurisdiction: str
    effect: str
    direction: str
    paragraph: str | None
    start: str | None
    end: str | None
    applies: Truth
    """True, or None where that cannot be told."""
    named: bool
    """Whether it names the chip, rather than catching it by its figures."""
    basis: tuple[str, ...]
    """What ties the sale to it: location, headquarters."""
    share_percent: Fraction | None
    condition: str | None
    summary: str | None
    lifted_by: str | None = None
    """The measure because of which it is not enforced."""


@dataclass(frozen=True)
class Outcome:
    """What holds on a day, and why."""

    answer: str
    license_requirement: str | None
    """The gravest requirement that applies: prohibit, require-license."""
    paragraphs: tuple[str, ...]
    policies: tuple[str, ...]
    measures: tuple[Applied, ...]
    """Requirements that apply or may apply."""
    review: str | None
    """How a license application is weighed: an effect, cannot-tell, or None where nothing says."""
    review_measures: tuple[Applied, ...]
    conditions: tuple[str, ...]
    """What numbers cannot say."""
    exceptions: tuple[Applied, ...]
    missing: tuple[str, ...]
    """The figures that would decide, by the columns' names."""
    assumptions: tuple[str, ...]
    not_enforced: tuple[Applied, ...]
    beside: tuple[Applied, ...]
    """Tariffs, shares, permits, warnings and other countries' measures: they do not count."""
    trace: tuple[Comparison, ...]

    @property
    def gist(self) -> tuple[Any, ...]:
        """What makes two days' outcomes the same to a reader."""
        return self.answer, self.paragraphs, self.policies, self.review, self.missing


@dataclass(frozen=True)
class Span:
    """Days in a row on which the same held."""

    stretch: Stretch
    answer: str
    paragraphs: tuple[str, ...]
    policies: tuple[str, ...]
    review: str | None
    missing: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The span as plain data."""
        return {
            "first": self.stretch.first.isoformat(),
            "last": self.stretch.last.isoformat(),
            "answer": self.answer,
            "paragraphs": list(self.paragraphs),
            "policies": list(self.policies),
            "review": self.review,
            "missing": list(self.missing),
        }


@dataclass(frozen=True)
class Cited:
    """A source's word on something that the answer rests on."""

    record: str
    field: str
    source: str
    title: str
    publisher: str | None
    url: str | None
    locator: str | None
    relation: str
    confidence: str
    quote: str | None
    note: str | None


@dataclass(frozen=True)
class Assessment:
    """Whether a chip was controlled for a destination at a time, and why.

    The three answers are `controlled` (a license is needed, or the export is forbidden),
    `not-controlled` and `cannot-tell`; the last comes with the figures that would decide it, or
    with the days on which the answer changes. Not legal advice.
    """

    chip: str | None
    """The id of the chip's record; None for a chip that exists only as numbers."""
    chip_name: str | None
    figures: tuple[tuple[str, Fraction | None], ...]
    """The chip's metrics as they were compared."""
    to: str
    hq: str | None
    on: str
    outcome: Outcome
    changes: tuple[Span, ...]
    """For a date that is not one day: what held when, if that was not the same throughout."""
    before: Span | None
    after: Span | None
    citations: tuple[Cited, ...]
    as_of: date
    """The day up to which the data tells what happened."""

    @property
    def answer(self) -> str:
        """`controlled`, `not-controlled` or `cannot-tell`."""
        return self.outcome.answer

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The paragraphs under which it is controlled, such as `3A090.a.1`."""
        return self.outcome.paragraphs

    @property
    def policies(self) -> tuple[str, ...]:
        """The ids of the policies by which it is controlled."""
        return self.outcome.policies

    @property
    def review(self) -> str | None:
        """How a license application is weighed, such as `presumption-of-denial`."""
        return self.outcome.review

    @property
    def missing(self) -> tuple[str, ...]:
        """The figures that would decide an answer that cannot be told."""
        return self.outcome.missing

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What was taken for granted, such as a group membership on a day that was not read."""
        return self.outcome.assumptions

    @property
    def conditions(self) -> tuple[str, ...]:
        """What numbers cannot say."""
        return self.outcome.conditions

    @property
    def trace(self) -> tuple[Comparison, ...]:
        """Every comparison that was made."""
        return self.outcome.trace

    def as_dict(self) -> dict[str, Any]:
        """The assessment as plain data, as `--format json` prints it."""
        outcome = self.outcome
        return {
            "answer": outcome.answer,
            "chip": self.chip,
            "chip_name": self.chip_name,
            "figures": {metric: _figure(metric, value) for metric, value in self.figures},
            "to": self.to,
            "hq": self.hq,
            "on": self.on,
            "license_requirement": outcome.license_requirement,
            "paragraphs": list(outcome.paragraphs),
            "policies": list(outcome.policies),
            "measures": [_applied(of) for of in outcome.measures],
            "review": outcome.review,
            "review_measures": [_applied(of) for of in outcome.review_measures],
            "conditions": list(outcome.conditions),
            "exceptions": [_applied(of) for of in outcome.exceptions],
            "missing": list(outcome.missing),
            "assumptions": list(outcome.assumptions),
            "not_enforced": [_applied(of) for of in outcome.not_enforced],
            "beside": [_applied(of) for of in outcome.beside],
            "trace": [_comparison(of) for of in outcome.trace],
            "changes": [span.as_dict() for span in self.changes],
            "before": self.before.as_dict() if self.before else None,
            "after": self.after.as_dict() if self.after else None,
            "citations": [
                {field.name: getattr(cited, field.name) for field in fields(cited)}
                for cited in self.citations
            ],
            "as_of": self.as_of.isoformat(),
            "disclaimer": DISCLAIMER,
        }


def plain(value: Fraction | str | None) -> int | float | str | None:
    """An exact number as JSON has it: whole where it is whole."""
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    return value


def _figure(metric: str, value: Fraction | None) -> int | float | str | bool | None:
    return bool(value) if metric == "datacenter" and value is not None else plain(value)


def _applied(of: Applied) -> dict[str, Any]:
    told = {field.name: getattr(of, field.name) for field in fields(of)}
    told["applies"] = WORDS[of.applies]
    told["basis"] = list(of.basis)
    told["share_percent"] = plain(of.share_percent)
    if of.lifted_by is None:
        del told["lifted_by"]
    return told


def _comparison(of: Comparison) -> dict[str, Any]:
    told = {field.name: getattr(of, field.name) for field in fields(of)}
    told["value"], told["threshold"] = plain(of.value), plain(of.threshold)
    told["margin"] = plain(of.margin)
    told["holds"] = WORDS[of.holds]
    return told
