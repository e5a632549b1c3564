"""The measures and country groups of a dataset, in the form in which they are applied.

Everything is put in order here, so that nothing depends on the order of rows in the files.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from chippolicy.controls.days import Period

if TYPE_CHECKING:
    from chippolicy.dataset import Dataset

Row = dict[str, str]

# The measures of one government decide: whose exports the question is about.
JURISDICTION = "US"
REQUIREMENTS = frozenset({"require-license", "prohibit"})
REVIEWS = frozenset({"presumption-of-denial", "presumption-of-approval", "case-by-case"})
EXCEPTIONS = frozenset({"license-exception"})
LIFTED = frozenset({"not-enforced", "suspend", "rescind"})
PRESUMPTIONS = frozenset({"presumption-of-control"})
# What a policy has to do to another for its lifting measures to touch the other's measures.
LIFTING_RELATIONS = frozenset({"declines-to-enforce", "suspends", "rescinds"})


@dataclass(frozen=True)
class Criterion:
    """One threshold on one metric."""

    metric: str
    comparator: str
    threshold: Fraction

    def implies(self, other: Criterion) -> bool:
        """Whether the other holds wherever this one does."""
        if self.metric != other.metric:
            return False
        mine, its = self.threshold, other.threshold
        match other.comparator:
            case "ge":
                return self.comparator in ("ge", "gt", "eq") and mine >= its
            case "gt":
                strict = self.comparator == "gt" and mine == its
                return strict or (self.comparator in ("ge", "gt", "eq") and mine > its)
            case "le":
                return self.comparator in ("le", "lt", "eq") and mine <= its
            case "lt":
                strict = self.comparator == "lt" and mine == its
                return strict or (self.comparator in ("le", "lt", "eq") and mine < its)
        return self.comparator == "eq" and mine == its


@dataclass(frozen=True)
class Clause:
    """Criteria that all have to hold."""

    number: int
    criteria: tuple[Criterion, ...]

    def implies(self, other: Clause) -> bool:
        """Whether the other holds wherever this one does."""
        return all(any(mine.implies(its) for mine in self.criteria) for its in other.criteria)


@dataclass(frozen=True)
class Destination:
    """A place that a measure reaches or leaves out."""

    place: str
    """A country, a country group such as `D:5`, or `world`."""
    basis: str
    included: bool


@dataclass(frozen=True)
class Measure:
    """One thing that a policy does, with all that decides whether it applies."""

    id: str
    policy_id: str
    policy_title: str
    policy_citation: str | None
    jurisdiction: str
    effect: str
    item: str
    direction: str
    paragraph: str | None
    period: Period
    share_percent: str | None
    condition: str | None
    summary: str | None
    destinations: tuple[Destination, ...]
    clauses: tuple[Clause, ...]
    chips: frozenset[str]

    @property
    def decides(self) -> bool:
        """Whether it is one of those that can make a chip's export controlled."""
        return self.counts and self.effect in REQUIREMENTS

    @property
    def counts(self) -> bool:
        """Whether it belongs to the control of chip exports at all; others are shown beside."""
        return self.ours and self.item == "chip" and self.direction == "export"

    @property
    def ours(self) -> bool:
        """Whether it is of the government whose exports the question is about."""
        return self.jurisdiction == JURISDICTION

    def covers(self, other: Measure) -> bool:
        """Whether every chip that the other covers is covered here, by the criteria's words."""
        if not self.clauses and not self.chips:
            return True
        return other.chips <= self.chips and all(
            any(its.implies(mine) for mine in self.clauses) for its in other.clauses
        )


@dataclass(frozen=True, eq=False)
class Rulebook:
    """Measures, groups and relations of a dataset, ready to be asked."""

    measures: tuple[Measure, ...]
    """By id."""
    members: Mapping[tuple[str, str], Period]
    """By group and country, for how long one belongs to the other."""
    groups_read: Mapping[str, str]
    """For each group, the latest day its list was read for."""
    lifts: Mapping[str, frozenset[str]]
    """For each policy, the policies that it suspends, rescinds or leaves unenforced."""

    @cached_property
    def thresholds(self) -> Mapping[str, tuple[Fraction, ...]]:
        """Every threshold by metric, in order: between two of them nothing changes."""
        found: dict[str, set[Fraction]] = defaultdict(set)
        for measure in self.measures:
            for clause in measure.clauses:
                for criterion in clause.criteria:
                    found[criterion.metric].add(criterion.threshold)
        return {metric: tuple(sorted(values)) for metric, values in found.items()}

    @cached_property
    def by_id(self) -> Mapping[str, Measure]:
        """The measures by id."""
        return {measure.id: measure for measure in self.measures}


@lru_cache(maxsize=8)
def rulebook(dataset: Dataset) -> Rulebook:
    """The rulebook of a dataset; raises DataError where its files cannot be read."""
    policies = {row["id"]: row for row in dataset.rows("policies")}
    destinations = _grouped(dataset, "measure_destinations")
    criteria = _grouped(dataset, "measure_criteria")
    chips = _grouped(dataset, "measure_chips")
    measures = [
        _measure(
            row,
            policies.get(row["policy_id"], {}),
            destinations[row["id"]],
            criteria[row["id"]],
            chips[row["id"]],
        )
        for row in dataset.rows("policy_measures")
    ]
    members, read = _groups(dataset)
    lifts: dict[str, set[str]] = defaultdict(set)
    for row in dataset.rows("policy_relations"):
        if row["relation"] in LIFTING_RELATIONS:
            lifts[row["policy_id"]].add(row["target_id"])
    return Rulebook(
        measures=tuple(sorted(measures, key=lambda measure: measure.id)),
        members=members,
        groups_read=read,
        lifts={policy: frozenset(targets) for policy, targets in lifts.items()},
    )


def _grouped(dataset: Dataset, table: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in dataset.rows(table):
        found[row["measure_id"]].append(row)
    return found


def _measure(
    row: Row, policy: Row, destinations: list[Row], criteria: list[Row], chips: list[Row]
) -> Measure:
    clauses: dict[int, set[Criterion]] = defaultdict(set)
    for of in criteria:
        clauses[int(of["clause"])].add(
            Criterion(of["metric"], of["comparator"], Fraction(of["value"]))
        )
    return Measure(
        id=row["id"],
        policy_id=row["policy_id"],
        policy_title=policy.get("title", ""),
        policy_citation=policy.get("citation") or None,
        jurisdiction=policy.get("jurisdiction", ""),
        effect=row["effect"],
        item=row["item"],
        direction=row["direction"],
        paragraph=row.get("paragraph") or None,
        period=Period(
            start=row.get("start") or policy.get("effective") or policy.get("announced") or None,
            end=row.get("end") or None,
            until=policy.get("ended") or None,
        ),
        share_percent=row.get("share_percent") or None,
        condition=row.get("condition") or None,
        summary=row.get("summary") or None,
        destinations=tuple(
            sorted(
                (
                    Destination(of["destination"], of["basis"], of["rule"] == "include")
                    for of in destinations
                ),
                key=lambda to: (to.basis, to.place, to.included),
            )
        ),
        clauses=tuple(
            Clause(number, tuple(sorted(found, key=_criterion_order)))
            for number, found in sorted(clauses.items())
        ),
        chips=frozenset(of["chip_id"] for of in chips),
    )


_METRIC_ORDER = (
    "tpp",
    "performance_density",
    "memory_bandwidth_gb_s",
    "interconnect_gb_s",
    "memory_plus_interconnect_gb_s",
)


def _criterion_order(criterion: Criterion) -> tuple[int, str, str, Fraction]:
    metric = criterion.metric
    place = _METRIC_ORDER.index(metric) if metric in _METRIC_ORDER else len(_METRIC_ORDER)
    return place, metric, criterion.comparator, criterion.threshold


def _groups(dataset: Dataset) -> tuple[dict[tuple[str, str], Period], dict[str, str]]:
    published = {row["id"]: row.get("published") or "" for row in dataset.rows("sources")}
    members: dict[tuple[str, str], Period] = {}
    read: dict[str, str] = {}
    for row in dataset.rows("country_groups"):
        group, day = row["country_group"], published.get(row["source_id"], "")
        members[group, row["country"]] = Period(row.get("start") or None, row.get("end") or None)
        read[group] = max(read.get(group, ""), day)
    return members, read
