"""What is kept of a large table's files, and reading these again for what is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property, reduce
from operator import and_, or_

import polars as pl

from chippolicy.derive.plan import TablePlan
from chippolicy.engine.causes import Values
from chippolicy.engine.frames.again import Again
from chippolicy.engine.frames.hashes import (
    Batches,
    Gathered,
    Ordered,
    among,
    combined,
    combined_in,
    hashed,
    hashes_in,
    hashes_of,
    likely,
    ordered,
    shortly,
)
from chippolicy.engine.frames.lost import Lost
from chippolicy.engine.frames.reading import Ahead
from chippolicy.engine.frames.sought import Sought
from chippolicy.engine.frames.suspects import BY_KEY, Suspects, by_reference
from chippolicy.engine.frames.taking import File, Taken, Target
from chippolicy.engine.frames.watching import feeders_for
from chippolicy.engine.survey import TableSurvey, Watcher, spellings

_FEW = 1_000
"""So few faulty values are sought as they are; more by their hashes."""


class Kept(TableSurvey):
    """A large table: hashes of its keys and references, and where its rows are to be had again."""

    large = True

    def __init__(
        self,
        plan: TablePlan,
        lookups: Iterable[str],
        evaluators: Callable[[], Sequence[Watcher]],
        *,
        before: Mapping[str, TableSurvey],
        ahead: Ahead,
        trusted: bool = False,
    ) -> None:
        super().__init__(plan, lookups, evaluators, trusted=trusted)
        for survey in self.columns.values():
            survey.forget_sound()
        self._again = Again(guarded=trusted)
        self._files = self._again.files
        self._ahead = ahead
        self._taken = Taken(self.lookups, before)
        self._key_count = 0
        self._faulty_hashes: dict[str, Ordered] = {}
        self._unmatched: dict[tuple[Target, tuple[int, ...]], AbstractSet[str]] = {}
        self._lost: dict[Target, AbstractSet[str]] = {}
        """Sound references that lead to no record of the tables read before."""
        self._suspects = Suspects()
        self._sought = Sought(self._again, plan.key[0])
        self._settled: dict[str, pl.DataFrame] = {}
        self._feeders = feeders_for(self.watchers, self, self._taken)

    def _key_frames(
        self, hashes: Ordered | None = None, *, guard: bool = True
    ) -> Iterator[pl.DataFrame]:
        """The sound keys, all or those with some hashes, as columns of their parts."""
        return (rows.select(parts) for _, parts, rows in self._key_rows(hashes, guard=guard))

    def _key_rows(
        self,
        hashes: Ordered | None,
        rows_within: Batches = None,
        *,
        numbered: bool = False,
        guard: bool = True,
    ) -> Iterator[tuple[File, list[pl.Expr], pl.DataFrame]]:
        """The rows of each file that have sound keys, with the parts of these."""
        for one in self._files:
            known = one.header.known
            if not known.keys() >= set(self.plan.key):
                continue
            parts = [pl.col(str(known[name])) for name in self.plan.key]
            sound = reduce(and_, (part != "" for part in parts))
            if hashes is not None and (maybe := likely(parts, hashes)) is not None:
                sound = maybe & sound
            frames = self._again.frames(
                one, self.plan.key, sound, rows_within, numbered=numbered, guard=guard
            )
            for frame in frames:
                rows = frame
                if hashes is not None:
                    key = combined(parts) if hashes.dtype == pl.UInt128 else shortly(parts)
                    rows = rows.filter(among(rows.select(key.alias("h"))["h"], hashes))
                yield one, parts, self._sound_keys(rows, known)

    def _sound_keys(self, rows: pl.DataFrame, known: Mapping[str, int]) -> pl.DataFrame:
        """Those of some rows no part of whose keys is faulty."""
        for name in self.plan.key:
            if self.columns[name].faulty:
                rows = rows.filter(~self._is_faulty(rows[str(known[name])], name))
        return rows

    def tolerated(self) -> Iterable[str]:
        """Keys of rows that are faulty in themselves: what names them does not dangle."""
        return (one for key in self._faulty_keys() for one in spellings("+".join(key)))

    def _faulty_keys(self) -> Iterator[Values]:
        """The keys of rows that are faulty in themselves; several are read again."""
        if self._single:
            yield from ((value,) for value in self.columns[self.plan.key[0]].faulty_values())
            return
        if not self._taken.keyless:
            return
        for one in self._files:
            known = one.header.known
            if not known.keys() >= set(self.plan.key):
                continue
            parts = [str(known[name]) for name in self.plan.key]
            for frame in self._again.frames(one, self.plan.key, within=self._taken.keyless):
                amiss = (
                    (frame[part] == "") | self._is_faulty(frame[part], name)
                    for name, part in zip(self.plan.key, parts, strict=True)
                )
                yield from frame.filter(reduce(or_, amiss)).select(parts).rows()

    def _keys_repeated(self, hashes: Ordered) -> Iterator[Values]:
        """The keys of the rows, which are kept as suspects, that may have those of others."""
        rows_within = self._suspects.batches((BY_KEY,))
        for file, parts, rows in self._key_rows(hashes, rows_within, numbered=True):
            self._suspects.keep(BY_KEY, file.path, rows)
            yield from rows.select(parts).rows()

    def _is_faulty(self, values: pl.Series, column: str) -> pl.Series:
        """Which of some values of a column take part in no other rule."""
        survey = self.columns[column]
        if not survey.faulty:
            return pl.repeat(value=False, n=len(values), eager=True)
        if len(faulty := survey.faulty_values()) <= _FEW:
            return values.is_in(faulty)
        if column not in self._faulty_hashes:
            self._faulty_hashes[column] = ordered(hashes_of(faulty))
        return among(hashes_in(values), self._faulty_hashes[column])

    def _keys_with(self, hashes: Ordered) -> Iterator[Values]:
        if len(hashes):
            for frame in self._key_frames(hashes):
                yield from frame.rows()

    @cached_property
    def key_hash(self) -> Ordered:
        """The hashes of the sound keys, all parts as one."""
        found = Gathered()
        for frame in self._key_frames():
            found.add(combined_in(frame))
        return found.ordered()

    @cached_property
    def id_hash(self) -> Ordered:
        """The hashes of the keys as record references write them."""
        if self._single:
            return self.key_hash
        found = Gathered()
        for frame in self._key_frames():
            key = pl.concat_str(pl.all(), separator="+")
            found.add(frame.select(hashed(key).alias("h"))["h"])
        return found.ordered()

    def _values(self, column: str, prefix: str = "") -> Iterator[pl.Series]:
        """The distinct sound values of a column, batch by batch, cut from behind a prefix on."""
        for file in self._files:
            index = file.header.known.get(column)
            if index is None:
                continue
            for frame in self._again.frames(file, (column,)):
                values = frame[str(index)].unique()
                values = values.filter((values != "") & ~self._is_faulty(values, column))
                if prefix:
                    values = values.filter(values.str.starts_with(prefix)).str.slice(len(prefix))
                yield values

    def _values_with(
        self, sought: Sequence[tuple[Target, Ordered]], rows_within: Batches = None
    ) -> Iterator[tuple[File, Lost, pl.Series]]:
        """The different values of columns that have some hashes, batch by batch.

        `rows_within`: the rows that they are in. Those that have them are kept as suspects.
        """
        for file in self._files:
            known = file.header.known
            there = [
                Lost(target, hashes, str(known[target[0]]))
                for target, hashes in sought
                if target[0] in known
            ]
            if not there:
                continue
            columns = {*self.plan.key, *(column for (column, _), _ in sought)}
            maybe = [some for one in there if (some := one.likely) is not None]
            where = pl.any_horizontal(maybe) if len(maybe) == len(there) else None
            for frame in self._again.frames(file, columns, where, rows_within, numbered=True):
                for one in there:
                    rows = frame.filter(one.among(frame))
                    if rows.height:
                        self._suspects.keep(by_reference(one.target), file.path, rows)
                        yield file, one, rows[one.at].unique()

    def _sound_texts(self, one: Lost, values: pl.Series) -> pl.Series:
        """What the sound ones of some references name."""
        return values.filter(~self._is_faulty(values, one.target[0])).str.slice(one.cut)
