"""The survey of a table: what the verdict pass keeps of it, whichever executor reads the rows.

Rows go by in blocks of columns. Kept are: faulty distinct values, keys, distinct references, and
small maps of the columns that rules look up from other tables.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import compress
from operator import itemgetter
from pathlib import Path

from chippolicy.derive.plan import ColumnPlan, TablePlan
from chippolicy.engine.causes import Values
from chippolicy.engine.columns import CodeOf, Detail, bulk_pass, code_for, judge_for, too_long
from chippolicy.engine.header import Header
from chippolicy.engine.oddities import OWN, TextWatch, watch_for

Column = tuple[str, ...]
Asked = tuple[str, "str | None", "Sequence[TableSurvey]"]
"""What `TableSurvey.unmatched` is asked: a column, a table and its layers."""
_REMEMBERED = 50_000


class UnsuitedError(Exception):
    """The file is one for the `rows` executor, which reads with care."""


class ColumnSurvey:
    """The distinct values of a column: the faulty ones, and all where they are references."""

    def __init__(
        self, plan: ColumnPlan | None, name: str, *, keep_all: bool, trusted: bool = False
    ) -> None:
        self.name = name
        self.plan = plan
        self.bad: dict[str, str] = {}
        """Faulty values, each with the rule it breaks."""
        self.silent: set[str] = set()
        """Faulty values that another finding has told already."""
        self.good: set[str] = {""}
        self.blanks = False
        self._keep_all = keep_all
        self._trusted = trusted
        self._repeats: bool | None = None
        """Whether values repeat so often that telling them apart is cheaper than judging all."""
        self._watch_blanks = bool(plan and plan.required)
        self.text: TextWatch | None = (
            None if trusted else watch_for(name, plan.kind if plan else OWN)
        )
        """What is odd about sound values."""

    # Made when first asked for: patterns are compiled, and many a column is never judged.

    @cached_property
    def _code_of(self) -> CodeOf | None:
        return code_for(self.plan) if self.plan and not self._trusted else None

    @cached_property
    def _bulk(self) -> Callable[[Collection[str]], bool] | None:
        return bulk_pass(self.plan) if self.plan and not self._trusted else None

    def forget_sound(self) -> None:
        """Do not keep sound values: whoever reads the rows keeps them in another way."""
        self._keep_all = False

    def faulty_values(self) -> list[str]:
        """The values that take part in no other rule."""
        return [*self.bad, *self.silent]

    def take(self, values: Column) -> None:
        """Judge those values of a block that were not seen before."""
        if self._passes_whole(values):
            if self.text:
                self.text.take(values)
            return
        fresh = set(values)
        if self._watch_blanks and "" in fresh:
            self.blanks = True
        fresh -= self.good
        if not fresh:
            return
        if not self._trusted and (self._bulk is None or not self._bulk(fresh)):
            self._sift(fresh)
        if self.text and fresh:
            self.text.take(fresh)
        if self._keep_all or len(self.good) < _REMEMBERED:
            self.good |= fresh

    def _passes_whole(self, values: Column) -> bool:
        """Whether a block without blanks is sound as it stands, where values seldom repeat."""
        if self._bulk is None or self._keep_all:
            return False
        if self._repeats is None:
            self._repeats = len(set(values)) * 2 < len(values)
        return not self._repeats and "" not in values and self._bulk(values)

    def _sift(self, fresh: set[str]) -> None:
        """Move the faulty ones out of `fresh`."""
        for value in tuple(fresh):
            if value in self.bad or value in self.silent:
                fresh.discard(value)
            elif "\0" in value:
                self.silent.add(value)
                fresh.discard(value)
            elif code := self._code(value):
                self.bad[value] = code
                fresh.discard(value)

    def _code(self, value: str) -> str | None:
        if long := too_long(self.name, value):
            return long.code
        return self._code_of(value) if self._code_of else None

    def detail(self, value: str) -> Detail:
        """What is to be said of a faulty value."""
        detail = too_long(self.name, value) or (judge_for(self.plan)(value) if self.plan else None)
        assert detail is not None
        return detail

    @cached_property
    def by_table(self) -> dict[str, set[str]]:
        """The keys that sound record references name, by table; ask once all rows have gone by."""
        # In order, those of one table stand together; "0" follows the stroke.
        references = sorted(self.good)
        found: dict[str, set[str]] = {}
        at = 0
        while at < len(references):
            table, slash, _ = references[at].partition("/")
            end = bisect_left(references, f"{table}0" if slash else f"{table}\0", at)
            if slash:
                cut = itemgetter(slice(len(table) + 1, None))
                found[table] = set(map(cut, references[at:end]))
            at = max(end, at + 1)
        return found

    @property
    def faulty(self) -> bool:
        """Whether any value takes part in no other rule."""
        return bool(self.bad or self.silent)

    def is_faulty(self, value: str) -> bool:
        """Whether a value takes part in no other rule."""
        return value in self.bad or value in self.silent


class TableSurvey:
    """What is kept of all files of one table.

    A trusted table is one that others are held against: its values are not judged, and of its
    columns only keys, what is looked up and record references are kept.
    """

    large = False
    """Whether the keys are too many to be handled as one set of Python's."""

    def __init__(
        self,
        plan: TablePlan,
        lookups: Iterable[str],
        evaluators: Callable[[], Sequence[Watcher]],
        *,
        trusted: bool = False,
    ) -> None:
        self.plan = plan
        self.rows = 0
        self.keys: set[Values] = set()
        self.single_keys: set[str] = set()
        self.repeated: set[Values] = set()
        self._tolerated: set[str] = set()
        self.keyless = 0
        """How many rows have no key of their own: it is blank, faulty, unreadable or another's."""
        self.incomplete = False
        """Some rows or keys could not be read: what is not found here may yet be there."""
        self.columns: dict[str, ColumnSurvey] = {
            column.name: ColumnSurvey(
                column,
                column.name,
                keep_all=bool(column.ref_table) or column.kind == "record-reference",
                trusted=trusted,
            )
            for column in plan.columns
        }
        self.own: dict[str, ColumnSurvey] = {}
        self.lookups: dict[str, dict[str, str]] = {name: {} for name in lookups}
        self.seen_columns: set[str] = set()
        self.watchers: tuple[Watcher, ...] = tuple(evaluators())
        self._single = len(plan.key) == 1
        self._trusted = trusted

    @property
    def trusted(self) -> bool:
        """Whether others are held against the table: only what is grave is told of it."""
        return self._trusted

    def reader(self, header: Header) -> Callable[[list[Column]], None]:
        """A function that takes blocks of sound rows of a file with this header, by columns."""
        known = header.known
        self.seen_columns |= known.keys()
        takers = [
            (self.columns[name], index)
            for name, index in known.items()
            if not self._trusted or self.plan.by_name[name].kind == "record-reference"
        ]
        for name, index in header.own.items() if not self._trusted else ():
            survey = self.own.setdefault(name, ColumnSurvey(None, name, keep_all=False))
            takers.append((survey, index))
        key = self.plan.key
        key_at = [known[name] for name in key] if known.keys() >= set(key) else []
        if not key_at:
            self.incomplete = True
        lookups = [
            (self.lookups[name], known[name])
            for name in self.lookups
            if name in known and self._single and key_at
        ]
        places = known | header.own
        watchers = [
            (watcher, [places.get(name) for name in watcher.columns]) for watcher in self.watchers
        ]

        def take(columns: list[Column]) -> None:
            count = len(columns[0])
            self.rows += count
            for survey, index in takers:
                survey.take(columns[index])
            if key_at:
                if self._single:
                    self._take_single_keys(columns[key_at[0]])
                else:
                    self._take_keys(list(zip(*(columns[at] for at in key_at), strict=True)))
            for lookup, index in lookups:
                values = columns[index]
                pairs = zip(columns[key_at[0]], values, strict=True)
                lookup.update(pairs if all(values) else compress(pairs, values))
            blank = ("",) * count
            for watcher, at_each in watchers:
                watcher.take([blank if at is None else columns[at] for at in at_each])

        return take

    def _take_single_keys(self, ids: Column) -> None:
        fresh = set(ids)
        survey = self.columns[self.plan.key[0]]
        if (
            len(fresh) == len(ids)
            and not survey.faulty
            and "" not in fresh
            and self.single_keys.isdisjoint(fresh)
        ):
            self.single_keys |= fresh
            return
        for value in ids:
            if value == "" or survey.is_faulty(value):
                self.tolerate(value)
            elif value in self.single_keys:
                self.repeated.add((value,))
                self.keyless += 1
            else:
                self.single_keys.add(value)

    def _take_keys(self, keys: list[Values]) -> None:
        fresh = set(keys)
        parts = [self.columns[name] for name in self.plan.key]
        sound = not any(part.faulty or part.blanks for part in parts)
        if len(fresh) == len(keys) and sound and self.keys.isdisjoint(fresh):
            self.keys |= fresh
            return
        for key in keys:
            if "" in key or any(p.is_faulty(v) for p, v in zip(parts, key, strict=True)):
                self.tolerate("+".join(key))
            elif key in self.keys:
                self.repeated.add(key)
                self.keyless += 1
            else:
                self.keys.add(key)

    def tolerate(self, key: str) -> None:
        """Count a row that is faulty in itself, and remember its key as it may be named."""
        self.keyless += 1
        self._tolerated.update(spellings(key))

    def tolerated(self) -> Iterable[str]:
        """Keys of rows that are faulty in themselves: what names them does not dangle."""
        return self._tolerated

    def lacking(self, keys: set[str]) -> set[str]:
        """Those of some keys, joined with `+`, that no row has."""
        return keys.difference(self.joined_keys())

    def texts(self, column: str) -> set[str]:
        """The distinct sound values of a column that refers to another table, blanks left out."""
        return self.columns[column].good - {""}

    def targets(self, column: str) -> set[str]:
        """The tables that a column's sound record references name."""
        return set(self.columns[column].by_table)

    def keys_named(self, column: str, table: str) -> set[str]:
        """The keys of a table that a column's sound record references name."""
        return self.columns[column].by_table.get(table, set())

    def unmatched(
        self, column: str, table: str | None, layers: Sequence[TableSurvey]
    ) -> AbstractSet[str]:
        """The keys that a column's references name and that none of some layers has.

        `table`: the table that record references must be of; None where the column holds ids.
        """
        keys = self.texts(column) if table is None else self.keys_named(column, table)
        for layer in layers:
            if not keys:
                break
            keys = layer.lacking(keys)
        return keys

    def close(self) -> None:
        """Return when nobody reads the table's files any more, and nobody will."""

    def settle(self, asked: Iterable[Asked]) -> None:
        """Be told what `unmatched` will be asked, where that is better found out at once."""

    def not_named(self, column: str, table: str, keys: set[str]) -> set[str]:
        """Those of some keys of a table that no record reference in a column names."""
        return keys - self.keys_named(column, table)

    def count_without(self, column: str, layers: Sequence[TableSurvey]) -> int:
        """How many keys `keys_without` would give."""
        return len(self.keys_without(column, layers))

    def keys_without(self, column: str, layers: Sequence[TableSurvey]) -> set[Values]:
        """The sound keys that the record references of a column, in some layers, do not name."""
        joined = self.joined_keys()
        for layer in layers:
            if not joined:
                return set()
            joined = layer.not_named(column, self.plan.name, joined)
        if self._single:
            return {(key,) for key in joined}
        return {key for key in self.keys if "+".join(key) in joined}

    def shared_with(self, base: TableSurvey) -> set[Values]:
        """The sound keys that a base table has too."""
        return base.having(self.all_keys())

    def having(self, keys: set[Values]) -> set[Values]:
        """Those of some keys that are there."""
        return keys & self.all_keys()

    def expect(self, firsts: set[str]) -> None:
        """Be told what keys begin with that will be asked for, where finding them takes time."""

    def rows_with(
        self, path: Path, keys: Iterable[Values]
    ) -> Iterator[tuple[int, Sequence[str]]] | None:
        """The rows of a file that have one of some keys, with their lines.

        None is returned where all rows are to be looked at.
        """
        return None

    def all_keys(self) -> set[Values]:
        """Every sound key, as a tuple of its parts."""
        return {(key,) for key in self.single_keys} if self._single else self.keys

    @property
    def key_count(self) -> int:
        """How many sound keys there are."""
        return len(self.single_keys) or len(self.keys)

    def keys_counted_to(self, most: int) -> int:
        """The same, but no further than it takes to tell that there are more than so many."""
        return self.key_count

    def looked_up(self, column: str) -> dict[str, str]:
        """The sound values of a column that other tables look up, by id."""
        values = self.lookups.get(column, {})
        survey = self.columns[column]
        if not survey.faulty:
            return values
        return {key: value for key, value in values.items() if not survey.is_faulty(value)}

    def has_looked_up(self, column: str) -> bool:
        """Whether `looked_up` has anything."""
        return bool(self.looked_up(column))

    def has_only_days(self, column: str) -> bool:
        """Whether all dates of a column are known to be plain days."""
        return False

    def looked_up_of(self, column: str, ids: Iterable[str]) -> dict[str, str]:
        """As `looked_up`, but of some records only."""
        values = self.looked_up(column)
        return {key: values[key] for key in ids if key in values}

    def joined_keys(self) -> set[str]:
        """Every sound key as a record reference writes it, without the table."""
        return self.single_keys if self._single else {"+".join(key) for key in self.keys}


def spellings(key: str) -> tuple[str, ...]:
    """A faulty key as written and as it was meant, if it is not blank."""
    if not key.strip("+"):
        return ()
    stripped = key.strip()
    return key, stripped, stripped.lower().replace("_", "-").replace(" ", "-")


def first_parts(keys: Iterable[str]) -> set[str]:
    """What may be the first parts of keys that are joined with `+`."""
    found: set[str] = set()
    for key in keys:
        parts = key.split("+")
        found.update("+".join(parts[:end]) for end in range(1, len(parts) + 1))
    return found


class Watcher:
    """Something that watches some columns of a table go by, block by block."""

    columns: tuple[str, ...] = ()

    def take(self, columns: list[Column]) -> None:
        """Look at one block of these columns."""
        raise NotImplementedError
