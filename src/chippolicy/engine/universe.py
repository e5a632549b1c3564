"""The universe references resolve in: contributed tables first, then the base below them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import islice

from chippolicy.derive.plan import Plan, TablePlan
from chippolicy.engine.causes import Values
from chippolicy.engine.lookup import LayeredLookup
from chippolicy.engine.survey import TableSurvey, first_parts
from chippolicy.rules.nearest import one_slip_away

_FEW = 20_000
"""Among so many keys the nearest to a value is looked for one by one."""
Loader = Callable[[str], "TableSurvey | None"]
"""Reads what is needed of a base table; None where the base has no such table."""


class Universe:
    """Contributed tables over base tables, the base read only as far as it is asked for."""

    def __init__(self, plan: Plan, load_base: Loader) -> None:
        self.plan = plan
        self.surveys: dict[str, TableSurvey] = {}
        self.unread: set[str] = set()
        """Tables that were given, but by a name or in a file that could not be read."""
        self._load_base = load_base
        self._bases: dict[str, TableSurvey | None] = {}
        self._lookups: dict[tuple[str, str], Mapping[str, str]] = {}
        self._slips: dict[str, tuple[set[str], set[str]]] = {}
        """By table, values that were asked for, and the keys one slip away from any of them."""

    def base(self, table: str) -> TableSurvey | None:
        """A base table's survey, or None where there is none."""
        if table not in self._bases:
            self._bases[table] = self._load_base(table) if table in self.plan.tables else None
        return self._bases[table]

    def close(self) -> None:
        """Return when nobody reads any base table any more."""
        for base in self._bases.values():
            if base is not None:
                base.close()

    def layers(self, table: str) -> Iterable[TableSurvey]:
        """The surveys of a table, the contributed one first."""
        own = self.surveys.get(table)
        if own is not None:
            yield own
        base = self.base(table)
        if base is not None:
            yield base

    def present(self, table: str) -> bool:
        """Whether a table is there at all, be it unread."""
        return table in self.unread or any(True for _ in self.layers(table))

    def incomplete(self, table: str) -> bool:
        """Whether records of a table may be there that could not be read."""
        return table in self.unread or any(layer.incomplete for layer in self.layers(table))

    def missing(self, table: str, of: TableSurvey, column: str, *, whole: bool) -> AbstractSet[str]:
        """The keys, joined with `+`, that a column's references name and no layer has.

        `whole`: whether the column holds record references, not ids of the table alone.

        As many as there are rows without a key of their own may be the keys those rows should
        have had: the fault is theirs then, and told there. No row should have a retired key.
        """
        layers = list(self.layers(table))
        keys = of.unmatched(column, table if whole else None, layers)
        if not keys:
            return keys
        if tolerated := set().union(*(_among(keys, layer.tolerated()) for layer in layers)):
            keys = keys - tolerated
        retired = keys & self.retired(table).keys()
        keyless = sum(layer.keyless for layer in layers)
        return keys if len(keys) - len(retired) > keyless else retired

    def expect(self) -> None:
        """Let base tables look at once for all keys that the checks will ask them for."""
        asked: defaultdict[str, set[str]] = defaultdict(set)
        for name, survey in self.surveys.items():
            if survey.large:
                continue
            asked[name].update(key[0] for key in survey.all_keys())
            if survey.plan.cited:
                # They may be cited below.
                asked["citations"].update(f"{name}/{key}" for key in survey.joined_keys())
            for column in survey.plan.columns:
                if column.name not in survey.seen_columns:
                    continue
                if column.ref_table:
                    asked[column.ref_table] |= survey.texts(column.name)
                elif column.kind == "record-reference":
                    for table in survey.targets(column.name) & self.plan.tables.keys():
                        asked[table] |= first_parts(survey.keys_named(column.name, table))
        for name, sought in asked.items():
            if sought and (base := self.base(name)) is not None:
                base.expect(sought)

    def shared_keys(self, table: str) -> set[Values]:
        """The keys of a contributed table that the base has too."""
        own, base = self.surveys.get(table), self.base(table)
        return own.shared_with(base) if own is not None and base is not None else set()

    def pool(self, table: str, value: str, others: Iterable[str] = ()) -> set[str]:
        """The keys of a table among which the one nearest to a value is to be looked for.

        `others`: more values that will be asked for, to be looked up together with it.
        """
        layers = list(self.layers(table))
        if sum(layer.keys_counted_to(_FEW) for layer in layers) <= _FEW:
            return set().union(*(layer.joined_keys() for layer in layers))
        # Among so many nobody compares one by one: what is one slip of the pen away is enough.
        asked, there = self._slips.get(table, (set(), set()))
        if value not in asked:
            new = {value, *others} - asked
            slips = set().union(*map(one_slip_away, new))
            asked, there = asked | new, there.union(*(slips - one.lacking(slips) for one in layers))
            self._slips[table] = asked, there
        return there & one_slip_away(value)

    def lookup(self, table: str, column: str) -> Mapping[str, str] | LayeredLookup:
        """The sound values of a column by id; a contributed record hides the base's.

        As one mapping, or where a layer is too large for one, as something to ask for some ids.
        """
        own, base = self.surveys.get(table), self.base(table)
        if (own is not None and own.large) or (base is not None and base.large):
            return LayeredLookup(own, base, column)
        found = self._lookups.get((table, column))
        if found is None:
            found = self._lookups[table, column] = self._joined(table, column)
        return found

    def _joined(self, table: str, column: str) -> Mapping[str, str]:
        own, base = self.surveys.get(table), self.base(table)
        above = own.looked_up(column) if own else {}
        below = base.looked_up(column) if base else {}
        if own is None or not below:
            return below if own is None else above
        if len(below) > len(above):
            # The smaller goes into the larger: the base may be a thousand times the contribution.
            for key in own.single_keys & below.keys():
                del below[key]
            below.update(above)
            return below
        above.update((key, value) for key, value in below.items() if key not in own.single_keys)
        return above

    @cached_property
    def redirects(self) -> Mapping[str, str]:
        """Retired record references, with what took their place."""
        found = self.lookup("redirects", "new")
        return found.whole() if isinstance(found, LayeredLookup) else found

    def retired(self, table: str) -> dict[str, str]:
        """The retired keys of a table, with the references that took their place."""
        prefix = f"{table}/"
        return {
            old.removeprefix(prefix): new
            for old, new in self.redirects.items()
            if old.startswith(prefix)
        }

    def successor(self, reference: str) -> str | None:
        """What took a retired reference's place in the end; itself where the chain has no end."""
        passed = {reference}
        new = self.redirects.get(reference)
        while new is not None and (further := self.redirects.get(new)) is not None:
            if further in passed:
                return reference
            passed.add(new)
            new = further
        return new


def _among(keys: AbstractSet[str], others: Iterable[str]) -> set[str]:
    """The others that are among some keys; of either there may be millions."""
    waiting, found = iter(others), set[str]()
    while some := set(islice(waiting, _FEW)):
        found |= keys & some
    return found


def table_order(plan: Plan, tables: Iterable[str]) -> list[TablePlan]:
    """Tables in reading order: what others look up comes before them."""
    wanted = set(tables)
    return [table for name, table in plan.tables.items() if name in wanted]
