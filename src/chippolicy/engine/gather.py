"""Gathering: the few columns of the few tables whose rows a rule looks at together.

Rules on groups of rows (the thresholds of a clause, the figures of a chip) need whole rows, of
what was contributed and of the base below it. Only the columns they name are kept, and only rows
that could matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from chippolicy.engine.causes import Values
from chippolicy.engine.survey import Column, TableSurvey, Watcher
from chippolicy.engine.universe import Universe
from chippolicy.rules import RULES, Where
from chippolicy.rules.parts import Aliases, Bounded, Clauses, Computed, Outgrown, Part, Sparse


class Gather(NamedTuple):
    """What of a table's rows is gathered: some columns, of rows where `any_of` is not all blank."""

    table: str
    columns: tuple[str, ...]
    any_of: tuple[str, ...] = ()
    where: tuple[Where, ...] = ()


def gathers(part: Part) -> tuple[Gather, ...]:
    """What a part needs to be gathered: its main table first."""
    match part:
        case Clauses():
            columns = (*part.group, part.metric, part.comparator, part.value)
            return (Gather(part.table, columns),)
        case Bounded():
            own = tuple(where.path.column for where in part.where)
            return (
                Gather(part.table, ("id", *own), where=part.where),
                *(Gather(table, (column,)) for table, column in part.named_by),
            )
        case Aliases():
            # The columns of the key, so that a contributed row hides the base's.
            return (Gather(part.table, (part.record, "language", "kind", part.name)),)
        case Sparse():
            return (Gather(part.table, (part.of, part.format, part.bits, part.figure)),)
        case Outgrown():
            columns = ("id", part.market, part.parent)
            return (Gather(part.parts, columns, (part.parent,)), *gathers(part.figures))
        case Computed():
            columns = ("id", part.area, part.tpp, part.density)
            own = (part.tpp, part.density)
            return (Gather(part.table, columns, own), *gathers(part.figures))
    return ()


class GatherWatcher(Watcher):
    """Gathers the different rows of some columns."""

    def __init__(self, gather: Gather) -> None:
        self.gather = gather
        self.columns = gather.columns
        self.rows: set[Values] = set()
        self._asked = [self.columns.index(name) for name in gather.any_of]
        self._where = [(self.columns.index(one.path.column), one) for one in gather.where]

    def take(self, columns: list[Column]) -> None:
        """Keep the rows of a block."""
        if self._asked and not any(any(columns[at]) for at in self._asked):
            return
        rows: Iterable[Values] = zip(*columns, strict=True)
        if self._asked:
            rows = (row for row in rows if any(row[at] for at in self._asked))
        if self._where:
            rows = (
                row
                for row in rows
                if all((row[at] in one.among) != one.negated for at, one in self._where)
            )
        self.rows.update(rows)


def gather_watchers(table: str) -> Iterator[GatherWatcher]:
    """The watchers that gather from a table, for all rules."""
    wanted = {
        gather: None
        for rule in RULES
        for part in rule.parts
        for gather in gathers(part)
        if gather.table == table
    }
    yield from map(GatherWatcher, wanted)


def given(universe: Universe, gather: Gather) -> set[Values]:
    """The contributed rows, those with a faulty value left out."""
    return _sound(universe.surveys.get(gather.table), gather)


def below(universe: Universe, gather: Gather) -> set[Values]:
    """The base's rows that no contributed row has taken the place of."""
    base, own = universe.base(gather.table), universe.surveys.get(gather.table)
    rows = _sound(base, gather)
    if own is None or not rows or not set(own.plan.key) <= set(gather.columns):
        return rows
    at = [gather.columns.index(name) for name in own.plan.key]
    keys = {row: "+".join(row[index] for index in at) for row in rows}
    left = own.lacking(set(keys.values()))
    return {row for row, key in keys.items() if key in left}


def replaced(universe: Universe, gather: Gather) -> set[Values]:
    """The base's rows that a contributed row has taken the place of."""
    return _sound(universe.base(gather.table), gather) - below(universe, gather)


def _sound(survey: TableSurvey | None, gather: Gather) -> set[Values]:
    if survey is None:
        return set()
    (rows,) = (
        watcher.rows
        for watcher in survey.watchers
        if isinstance(watcher, GatherWatcher) and watcher.gather == gather
    )
    columns = survey.columns | survey.own
    faulty = [
        (index, columns[name])
        for index, name in enumerate(gather.columns)
        if name in columns and columns[name].faulty
    ]
    if not faulty:
        return rows
    return {row for row in rows if not any(one.is_faulty(row[index]) for index, one in faulty)}
