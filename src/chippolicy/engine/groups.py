"""Rules on rows that belong together: clauses, bounds of measures, names; figures are apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from chippolicy.engine.causes import Values
from chippolicy.engine.columns import Detail, shown
from chippolicy.engine.faults import Fault
from chippolicy.engine.figures import check_computed, check_outgrown, check_sparse
from chippolicy.engine.gather import Gather, below, gathers, given
from chippolicy.engine.universe import Universe
from chippolicy.formats.cells import decode
from chippolicy.formats.folding import fold
from chippolicy.rules import RULES, Rule
from chippolicy.rules.parts import Aliases, Bounded, Clauses, Computed, Domain, Outgrown, Sparse


def check_groups(universe: Universe) -> Iterator[Fault]:
    """The faults of every rule on rows that belong together."""
    for rule in RULES:
        for part in rule.parts:
            match part:
                case Clauses():
                    yield from _clauses(rule, part, universe)
                case Bounded():
                    yield from _bounded(rule, part, universe)
                case Aliases():
                    yield from _aliases(rule, part, universe)
                case Sparse():
                    yield from check_sparse(rule, part, universe)
                case Outgrown():
                    yield from check_outgrown(rule, part, universe)
                case Computed():
                    yield from check_computed(rule, part, universe)


class _Threshold(NamedTuple):
    row: Values
    comparator: str
    value: float

    def words(self) -> str:
        return f"{self.comparator} {self.row[-1]}"


def _clauses(rule: Rule, part: Clauses, universe: Universe) -> Iterator[Fault]:
    (gather,) = gathers(part)
    own = given(universe, gather)
    if not own:
        return
    domains = dict(part.domains)
    groups: dict[Values, list[_Threshold]] = defaultdict(list)
    touched = {row[:-2] for row in own}
    for row in own | below(universe, gather):
        value = decode("number", row[-1])
        if row[:-2] in touched and all(row) and isinstance(value, float):
            groups[row[:-2]].append(_Threshold(row, row[-2], value))
    bad: dict[Values, Detail] = {}
    for group, thresholds in groups.items():
        *named, metric = group
        domain = domains.get(metric, Domain())
        clause = f"clause {named[1]} of {named[0]}"
        if part.never:
            found = _conflict(sorted(thresholds), domain, own)
            if found is None:
                continue
            row, words = found
            bad[row] = Detail(rule.code, f"{clause} can never hold: {metric} {words}")
            continue
        for one in thresholds:
            if one.row in own and _always(one, domain):
                message = f"{metric} {one.words()} of {clause} always holds{_reach(domain)}"
                bad[one.row] = Detail(rule.code, message)
    if bad:
        yield Fault(part.table, gather.columns, part.value, bad)


def _conflict(
    thresholds: list[_Threshold], domain: Domain, own: set[Values]
) -> tuple[Values, str] | None:
    """A contributed row that cannot hold, alone or with another, and why.

    Spans on a line that meet two by two all meet: pairs are enough.
    """
    for one in thresholds:
        if one.row in own and not _meet((one,), domain):
            return one.row, f"is never {one.words()}{_reach(domain)}"
    for pair in combinations(thresholds, 2):
        if not _meet(pair, domain) and all(_meet((one,), domain) for one in pair):
            rows = [one.row for one in pair if one.row in own]
            if rows:
                return rows[-1], f"is never both {pair[0].words()} and {pair[1].words()}"
    return None


def _reach(domain: Domain) -> str:
    if domain.choices:
        return f": it is {' or '.join(f'{one:g}' for one in domain.choices)}"
    if domain.most != float("inf"):
        return f": it lies between {domain.least:g} and {domain.most:g}"
    return ": it is never below 0"


def _meet(thresholds: tuple[_Threshold, ...], domain: Domain) -> bool:
    """Whether some value of the domain meets all of some thresholds."""
    if domain.choices:
        return any(all(_holds(one, value) for one in thresholds) for value in domain.choices)
    low, above, high, under = domain.least, False, domain.most, False
    for one in thresholds:
        if one.comparator in ("ge", "gt", "eq") and one.value >= low:
            above = one.comparator == "gt" or (above and one.value == low)
            low = one.value
        if one.comparator in ("le", "lt", "eq") and one.value <= high:
            under = one.comparator == "lt" or (under and one.value == high)
            high = one.value
    equal = {one.value for one in thresholds if one.comparator == "eq"}
    if any(not domain.least <= value <= domain.most for value in equal) or len(equal) > 1:
        return False
    return low < high or (low == high and not above and not under)


def _always(one: _Threshold, domain: Domain) -> bool:
    """Whether every value of the domain meets a threshold."""
    if domain.choices:
        return all(_holds(one, value) for value in domain.choices)
    if one.comparator in ("ge", "gt"):
        return _holds(one, domain.least)
    return one.comparator in ("le", "lt") and _holds(one, domain.most) and domain.most < 1e300


def _holds(one: _Threshold, value: float) -> bool:
    match one.comparator:
        case "eq":
            return value == one.value
        case "ge":
            return value >= one.value
        case "gt":
            return value > one.value
        case "le":
            return value <= one.value
    return value < one.value


def _bounded(rule: Rule, part: Bounded, universe: Universe) -> Iterator[Fault]:
    gather, *naming = gathers(part)
    own = given(universe, gather)
    if not own:
        return
    named, astray = set(), 0
    for one in naming:
        if universe.incomplete(one.table):
            return
        ids = {row[0] for row in given(universe, one) | below(universe, one)}
        named |= ids
        astray += _astray(universe, part.table, one)
    bare = {row for row in own if row[0] and row[0] not in named}
    # A row that names no measure may be the one that was meant, and is told itself.
    if len(bare) <= astray:
        return
    yield Fault(
        part.table,
        gather.columns,
        "id",
        {row: Detail(rule.code, f"{row[0]} {part.words}") for row in bare},
    )


def _astray(universe: Universe, table: str, naming: Gather) -> int:
    survey = universe.surveys.get(naming.table)
    if survey is None:
        return 0
    column = survey.columns[naming.columns[0]]
    lost = survey.unmatched(column.name, None, list(universe.layers(table)))
    return survey.keyless + len(lost) + len(column.bad)


def _aliases(rule: Rule, part: Aliases, universe: Universe) -> Iterator[Fault]:
    (gather,) = gathers(part)
    own = given(universe, gather)
    if not own:
        return
    at = gather.columns.index(part.record), gather.columns.index(part.name)
    labels = dict(part.labels)
    meanings: dict[tuple[str, str], set[str]] = defaultdict(set)
    mine: dict[tuple[str, str], list[Values]] = defaultdict(list)
    for rows in (own, below(universe, gather)):
        for row in rows:
            record, name = row[at[0]], row[at[1]]
            table = record.partition("/")[0]
            if record and name:
                meanings[table, fold(name)].add(record)
                if rows is own:
                    mine[table, fold(name)].append(row)
    for table in {table for table, _ in mine} & labels.keys():
        for key, label in universe.lookup(table, labels[table]).items():
            meant = table, fold(label)
            if meant in mine:
                meanings[meant].add(f"{table}/{key}")
    bad: dict[Values, Detail] = {}
    for (table, folded), named in mine.items():
        records = sorted(meanings[table, folded])
        if len(records) > 1:
            last = max(named)
            told = " and ".join(records[:3]) + (", …" if len(records) > 3 else "")
            message = f"name {shown(last[at[1]])} means {len(records)} records of {table}: {told}"
            bad[last] = Detail(rule.code, message)
    if bad:
        yield Fault(part.table, gather.columns, part.name, bad)
