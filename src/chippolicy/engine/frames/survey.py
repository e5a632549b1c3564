"""The survey of a table by Polars: like that of rows, but keys and references kept as hashes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, reduce
from itertools import chain
from operator import and_, or_
from pathlib import Path

import polars as pl

from chippolicy.derive.plan import Plan, TablePlan
from chippolicy.engine.causes import Values
from chippolicy.engine.faults import Fault
from chippolicy.engine.frames.again import Again, with_lines
from chippolicy.engine.frames.asking import Question, ask
from chippolicy.engine.frames.hashes import (
    Batches,
    Gathered,
    Hashes,
    Ordered,
    among,
    batches_with,
    combined,
    combined_in,
    combined_of,
    hashed,
    hashes_of,
    none,
    ordered,
    repeats,
    shortly,
    union,
    within,
    without,
)
from chippolicy.engine.frames.lost import Lost
from chippolicy.engine.frames.reading import Ahead, batches, header_line, names
from chippolicy.engine.frames.sought import Sought
from chippolicy.engine.frames.structure import Bytes, look, must_account
from chippolicy.engine.frames.suspects import (
    BY_KEY,
    Reason,
    Suspects,
    Suspicion,
    by_reference,
    by_value,
)
from chippolicy.engine.frames.taking import (
    File,
    Judge,
    Taken,
    Target,
    key_hash,
    questions_of,
)
from chippolicy.engine.frames.watching import (
    Fed,
    MarkFeeder,
    columns_at,
    feeders_for,
    id_hashes,
)
from chippolicy.engine.header import read_header
from chippolicy.engine.intake.source import Input
from chippolicy.engine.layout import layout_notes, order_notes
from chippolicy.engine.rows import SurveyedFile
from chippolicy.engine.soundness import Soundness
from chippolicy.engine.survey import (
    Asked,
    TableSurvey,
    UnsuitedError,
    Watcher,
    first_parts,
)

_FEW = 1_000
"""So few faulty values are sought as they are; more by their hashes."""
_SORTS = {
    "value": "value",
    "text": "value",
    "key/missing": "value",
    "key/duplicate": "key",
    "ref/dangling": "reference",
    "ref/redirected": "reference",
}
"""Of the rules or families whose faults are looked for among suspects, of which sort these are."""
_SOME = 20_000
"""So few keys are sought in a file as they are; for more all of its keys are hashed."""
Row = tuple[int, Sequence[str]]


class FrameSurvey(TableSurvey):
    """What is kept of all files of one large table."""

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
        self._unmatched: dict[tuple[Target, tuple[int, ...]], set[str]] = {}
        self._lost: dict[Target, set[str]] = {}
        """Sound references that lead to no record of the tables read before."""
        self._suspects = Suspects()
        self._sought = Sought(self._again, plan.key[0])
        self._settled: dict[str, pl.DataFrame] = {}
        self._feeders = feeders_for(self.watchers, self, self._taken)

    # Reading

    def take_file(self, source: Input, plan: Plan) -> SurveyedFile:
        """Pass once over a file. Raises UnsuitedError if it is one for the `rows` executor."""
        told = SurveyedFile(source)
        line = header_line(source.path)
        cells = names(line)
        header, told.findings = read_header(cells, plan, self.plan, source.shown)
        if header is None or len(cells) == 1:
            # In a file of one column a blank line and a blank cell are the same bytes.
            raise UnsuitedError
        told.header = header
        file = File(source.path, header, len(cells))
        before = self.rows
        if self._trusted:
            # Others are held against it: it is read no further than they ask.
            if self._feeders:
                self._read(file)
                self._again.must_be_plain(file, self.rows)
            self._files.append(file)
            self.incomplete |= bool(header.lost & set(self.plan.key))
            return told
        with ThreadPoolExecutor(1) as aside:
            looking = aside.submit(look, source.path, source.algorithm)
            self._read(file)
            seen = looking.result()
        rows = self.rows - before
        must_account(source.path, seen, line, rows, file.width, file.size, quoted=file.quoted)
        told.rows = self.rows - before
        told.soundness = _soundness(seen)
        told.findings += order_notes(source, cells, self.plan, plan)
        told.findings += layout_notes(source, has_returns=seen.returns > 0)
        self._files.append(file)
        if header.lost & set(self.plan.key):
            self.incomplete = True
        return told

    def _read(self, file: File) -> None:
        """Take the rows of a file."""
        header = file.header
        self.seen_columns |= header.known.keys()
        # What stands in columns that are not the table's is not looked at.
        file.broken |= set(range(file.width)) - {*header.known.values(), *header.own.values()}
        file.quoted |= bool(file.broken)
        places = header.known | header.own
        fed = [Fed(one, columns_at(one.watcher, places), self._taken) for one in self._feeders]
        if self._trusted:
            frames = batches(file.path, file.width, self._needed(places))
        else:
            frames = self._ahead.batches(file.path, file.width)
        if (first := next(frames, None)) is None:
            return
        questions: list[Question] = [*fed]
        if not self._trusted:
            judging = questions_of(file, first, self, self._taken)
            questions = [*judging, *fed, Suspicion(self._suspects, file, self._taken)]
        ask(self._again.noting(file, chain((first,), frames)), questions)
        self.rows += self._again.height(file)

    def _needed(self, places: Mapping[str, int]) -> list[int]:
        """The columns of a table that others are held against which anything depends on."""
        wanted = {name for watcher in self.watchers for name in watcher.columns}
        return sorted({places[name] for name in wanted if name in places}) or [0]

    def finish(self) -> None:
        """Settle what only all files together tell."""
        if self._trusted:
            return
        self._judge_lost()
        empty = none() if self._single else none().cast(pl.UInt64)
        hashes = pl.concat([empty, *(part.hashes for part in self._taken.keys)]).sort()
        self._key_count = len(hashes)
        again = repeats(hashes)
        if again is not None:
            repeated = ordered(hashes.filter(again))
            self._suspects.take_down(BY_KEY, batches_with(repeated, self._taken.keys))
            counts = Counter(self._keys_repeated(repeated))
            self.repeated = {key for key, count in counts.items() if count > 1}
            beyond = sum(count - 1 for count in counts.values())
            self.keyless += beyond
            self._key_count -= beyond
            hashes = hashes.filter(~again)
        self._taken.keys.clear()
        if self._single:
            self.key_hash = hashes.rechunk()
        for found in self._taken.references.values():
            found.ordered()
        self._feed_joined()

    def _judge_lost(self) -> None:
        """Find the references that lead to no record of the tables read before, and judge them."""
        unjudged = self._taken.unjudged
        targets = [
            target
            for target in dict.fromkeys((*unjudged, *self._taken.references))
            if self._leads_to(target) in self._taken.before
        ]
        self._lost = {target: set() for target in targets}
        sought = [(target, hashes) for target in targets if len(hashes := self._left(target))]
        if not sought:
            return
        rows_within = self._suspects.batches(by_reference(target) for target, _ in sought)
        judged = {column for (column, table), _ in sought if (column, table) in unjudged}
        for file, one, values in self._values_with(sought, rows_within):
            if one.target in unjudged:
                survey = self.columns[one.target[0]]
                listed = values.to_list()
                Judge(file, survey, one.at, self._taken).judge(listed)
                self._lost[one.target].update(
                    value[one.cut :] for value in listed if not survey.is_faulty(value)
                )
            else:
                self._lost[one.target].update(self._sound_texts(one, values))
        for column in judged:
            self._faulty_hashes.pop(column, None)
        if faulty := {column for column in judged if self.columns[column].faulty}:
            self._set_aside(faulty, judged)

    def _leads_to(self, target: Target) -> str:
        """The table that references are to."""
        column, table = target
        return table or self.plan.by_name[column].ref_table or ""

    def _left(self, target: Target) -> Ordered:
        """The hashes of references that lead to no record of the tables read before."""
        references = self._taken.references
        # Where ids are in one table only, what was found there is not asked for again.
        found = references[target] if target[1] else references.pop(target)
        parts = found.parts
        there = self._taken.before[self._leads_to(target)]
        left = without(found.ordered(), id_hashes(there))
        if len(left):
            left = without(left, hashes_of([""]))
        self._suspects.take_down(by_reference(target), batches_with(left, parts))
        return left

    def _set_aside(self, faulty: set[str], judged: set[str]) -> None:
        """Take rows back that a reference, judged after they were taken, makes faulty."""
        marks = [one for one in self._feeders if isinstance(one, MarkFeeder)]
        watched = {name for one in marks for name in one.watcher.columns}
        gone = []
        for file in self._files:
            known = file.header.known
            if faulty.isdisjoint(known):
                continue
            for frame in self._again.frames(file, {*faulty, *watched, *self.plan.key}):
                amiss = {
                    name: self._is_faulty(frame[str(known[name])], name)
                    for name in faulty & known.keys()
                }
                rows = frame.filter(reduce(or_, amiss.values()))
                for one in marks:
                    one.feed(rows, columns_at(one.watcher, known | file.header.own))
                in_key = [amiss[name] for name in self.plan.key if name in amiss]
                if in_key and known.keys() >= set(self.plan.key):
                    gone.append(self._keys_lost(frame.filter(reduce(or_, in_key)), known, judged))
        if gone:
            lost = pl.concat(gone).implode()
            self._taken.keys = [part.filter(~part.hashes.is_in(lost)) for part in self._taken.keys]

    def _keys_lost(self, rows: pl.DataFrame, known: Mapping[str, int], judged: set[str]) -> Hashes:
        """The hashes of keys that turn out to be faulty; those which were before were told."""
        parts = [pl.col(str(known[name])) for name in self.plan.key]
        keys = rows.select(parts).filter(part != "" for part in parts)
        for name in set(self.plan.key) - judged:
            keys = keys.filter(~self._is_faulty(keys[str(known[name])], name))
        for key in keys.rows():
            self.tolerate("+".join(key))
        return keys.select(key_hash(parts).alias("h"))["h"]

    def _feed_joined(self) -> None:
        for feeder in self._feeders:
            combos = feeder.unsettled()
            if combos is None:
                continue
            for file in self._files:
                at = columns_at(feeder.watcher, file.header.known | file.header.own)
                for frame in self._again.frames(file, feeder.watcher.columns):
                    feeder.feed_some(frame, at, combos)

    # Reading again, where something is wrong

    def _key_frames(
        self, hashes: Hashes | None = None, *, guard: bool = True
    ) -> Iterator[pl.DataFrame]:
        """The sound keys, all or those with some hashes, as columns of their parts."""
        return (rows.select(parts) for _, parts, rows in self._key_rows(hashes, guard=guard))

    def _key_rows(
        self,
        hashes: Hashes | None,
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
            if hashes is not None:
                key = combined(parts) if hashes.dtype == pl.UInt128 else shortly(parts)
                sound = key.is_in(hashes.implode()) & sound
            frames = self._again.frames(
                one, self.plan.key, sound, rows_within, numbered=numbered, guard=guard
            )
            for frame in frames:
                yield one, parts, self._sound_keys(frame, known)

    def _sound_keys(self, rows: pl.DataFrame, known: Mapping[str, int]) -> pl.DataFrame:
        """Those of some rows no part of whose keys is faulty."""
        for name in self.plan.key:
            if self.columns[name].faulty:
                rows = rows.filter(~self._is_faulty(rows[str(known[name])], name))
        return rows

    def _keys_repeated(self, hashes: Hashes) -> Iterator[Values]:
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
        hashes = values.to_frame("h").select(hashed(pl.col("h")))["h"]
        return among(hashes, self._faulty_hashes[column])

    def _keys_with(self, hashes: Hashes) -> Iterator[Values]:
        if len(hashes):
            for frame in self._key_frames(hashes):
                yield from frame.rows()

    @cached_property
    def key_hash(self) -> Ordered:
        """The hashes of the sound keys, all parts as one."""
        found = Gathered()
        for frame in self._key_frames():
            found.add(frame.select(combined([pl.col(n) for n in frame.columns]).alias("h"))["h"])
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
            likely = pl.any_horizontal(one.likely for one in there)
            for frame in self._again.frames(file, columns, likely, rows_within, numbered=True):
                for one in there:
                    rows = frame.filter(one.among(frame))
                    if rows.height:
                        self._suspects.keep(by_reference(one.target), file.path, rows)
                        yield file, one, rows[one.at].unique()

    def _sound_texts(self, one: Lost, values: pl.Series) -> Iterable[str]:
        """What the sound ones of some references name."""
        return values.filter(~self._is_faulty(values, one.target[0])).str.slice(one.cut)

    # What the checks ask

    def lacking(self, keys: set[str]) -> set[str]:
        """Those of some keys, joined with `+`, that no row has."""
        hashed_already = ("key_hash" if self._single else "id_hash") in self.__dict__
        if self._trusted and not hashed_already and len(keys) <= _SOME:
            # What is asked for may be no more than likely, and have a plus where no id has one.
            firsts = keys if self._single else first_parts(keys)
            return keys - {"+".join(key) for key in self._keys_beginning(firsts)}
        return self._left_of(keys, self.id_hash)

    def expect(self, firsts: set[str]) -> None:
        """Be told with what the keys begin that will be asked for: they are looked for aside."""
        if self._trusted and 0 < len(firsts) <= _SOME:
            self._sought.expect(firsts)

    def _keys_beginning(self, firsts: set[str]) -> set[Values]:
        """The sound keys that begin with one of a few first parts, and maybe some others."""
        found: set[Values] = set()
        for file, row in self._sought.rows(firsts):
            known = file.header.known
            if known.keys() >= set(self.plan.key):
                key = tuple(row[known[name]] for name in self.plan.key)
                if all(key):
                    found.add(key)
        return found

    def _left_of(self, texts: set[str], hashes: Ordered) -> set[str]:
        """Those of some texts whose hashes are not among others."""
        listed = pl.Series("v", list(texts), dtype=pl.String)
        return set(listed.filter(~among(hashes_of(listed), hashes)))

    @cached_property
    def _joined(self) -> set[str]:
        return {"+".join(key) for key in self.all_keys()}

    def joined_keys(self) -> set[str]:
        """Every sound key as a record reference writes it, without the table."""
        return self._joined

    def all_keys(self) -> set[Values]:
        """Every sound key, as a tuple of its parts."""
        return {row for frame in self._key_frames() for row in frame.rows()}

    @property
    def key_count(self) -> int:
        """How many sound keys there are."""
        return len(self.key_hash) if self._trusted else self._key_count

    def keys_counted_to(self, most: int) -> int:
        """As `key_count`, but no further than it takes to tell that there are more than so many."""
        if not self._trusted or "key_hash" in self.__dict__:
            return self.key_count
        counted = none()
        # A stray sign can hide keys, not make them: if there are more, the files need no guard.
        for frame in self._key_frames(guard=False):
            counted = ordered(pl.concat([counted, combined_in(frame)]))
            if len(counted) > most:
                return len(counted)
        return self.key_count

    def texts(self, column: str) -> set[str]:
        """The distinct sound values of a column that refers to another table, blanks left out."""
        return set().union(*self._values(column))

    def targets(self, column: str) -> set[str]:
        """The tables that a column's sound record references name."""
        return {table for name, table in self._taken.references if name == column and table}

    def keys_named(self, column: str, table: str) -> set[str]:
        """The keys of a table that a column's sound record references name."""
        return set().union(*self._values(column, f"{table}/"))

    def having(self, keys: set[Values]) -> set[Values]:
        """Those of some keys that are there."""
        if len(keys) > _SOME:
            hashes = ordered(combined_of(keys, len(self.plan.key)))
            return keys & set(self._keys_with(within(hashes, self.key_hash)))
        return keys & self._keys_beginning({key[0] for key in keys})

    def _named(self, column: str, table: str | None) -> Ordered:
        if self._trusted and (column, table) not in self._taken.references:
            found = self._taken.references[column, table]
            for values in self._values(column, f"{table}/" if table else ""):
                found.add(values.to_frame("h").select(hashed(pl.col("h")))["h"])
        found_or_none = self._taken.references.get((column, table))
        return none() if found_or_none is None else found_or_none.ordered()

    def settle(self, asked: Iterable[Asked]) -> None:
        """Find out at once, in one pass, what `unmatched` will be asked."""
        sought: dict[Target, tuple[Ordered, set[str]]] = {}
        for column, table, layers in asked:
            which = ((column, table), tuple(map(id, layers)))
            if which in self._unmatched:
                continue
            if (lost := self._lost.get((column, table))) is not None:
                for layer in layers:
                    if lost and layer not in self._taken.before.values():
                        lost = layer.lacking(lost)
                self._unmatched[which] = lost
                continue
            hashes = self._named(column, table)
            for layer in layers:
                hashes = without(hashes, id_hashes(layer))
            if table is None:
                hashes = hashes.filter(hashes != hashes_of([""])[0])
            self._suspects.take_down(by_reference(which[0]), None if len(hashes) else {})
            self._unmatched[which] = set()
            if len(hashes):
                sought[which[0]] = hashes, self._unmatched[which]
        hashes_sought = [(target, hashes) for target, (hashes, _) in sought.items()]
        for _, one, values in self._values_with(hashes_sought):
            sought[one.target][1].update(self._sound_texts(one, values))

    def unmatched(
        self, column: str, table: str | None, layers: Sequence[TableSurvey]
    ) -> AbstractSet[str]:
        """The keys that a column's references name and that none of some layers has."""
        self.settle([(column, table, layers)])
        return self._unmatched[(column, table), tuple(map(id, layers))]

    def not_named(self, column: str, table: str, keys: set[str]) -> set[str]:
        """Those of some keys of a table that no record reference in a column names."""
        if self._trusted and column == self.plan.key[0] and len(keys) <= _SOME:
            sought = {f"{table}/{key}": key for key in keys}
            rows = self._sought.rows(set(sought))
            named = {row[file.header.known[column]] for file, row in rows}
            return {key for reference, key in sought.items() if reference not in named}
        return self._left_of(keys, self._named(column, table))

    def count_without(self, column: str, layers: Sequence[TableSurvey]) -> int:
        """How many keys `keys_without` would give, without reading them."""
        return len(self._ids_without(column, layers))

    def keys_without(self, column: str, layers: Sequence[TableSurvey]) -> set[Values]:
        """The sound keys that the record references of a column, in some layers, do not name."""
        return self._keys_by_id(self._ids_without(column, layers))

    def _ids_without(self, column: str, layers: Sequence[TableSurvey]) -> Ordered:
        bare = self.id_hash
        for layer in layers:
            if isinstance(layer, FrameSurvey):
                named = layer._named(column, self.plan.name)
            else:
                named = ordered(hashes_of(layer.keys_named(column, self.plan.name)))
            bare = without(bare, named)
        return bare

    def shared_with(self, base: TableSurvey) -> set[Values]:
        """The sound keys that a base table has too."""
        if isinstance(base, FrameSurvey):
            theirs = base.key_hash
        else:
            theirs = ordered(combined_of(base.all_keys(), len(self.plan.key)))
        return set(self._keys_with(within(self.key_hash, theirs)))

    def _keys_by_id(self, ids: Hashes) -> set[Values]:
        if not len(ids):
            return set()
        if self._single:
            return set(self._keys_with(ids))
        wanted = ids.to_frame("i")
        found: set[Values] = set()
        for frame in self._key_frames():
            key = hashed(pl.concat_str(pl.all(), separator="+")).alias("i")
            rows = frame.with_columns(key).join(wanted, on="i", how="semi")
            found.update(rows.drop("i").rows())
        return found

    @property
    def _repeated_ids(self) -> set[str] | None:
        """Ids, sound or faulty, among which are all that stand in several rows; None: unknown."""
        if self._trusted:
            return None
        key = self.columns[self.plan.key[0]]
        blank = {""} if key.blanks or not self.plan.by_name[key.name].required else set()
        return {one[0] for one in self.repeated}.union(key.faulty_values(), blank)

    def looked_up_frame(self, column: str) -> pl.DataFrame:
        """The sound values of a column, `v`, by the hash of the id, `h`."""
        settled = self._settled.get(column)
        if settled is not None:
            return settled
        if self._trusted:
            for file in self._files:
                places = [self.plan.key[0], column]
                if file.header.known.keys() >= set(places):
                    for frame in self._again.frames(file, places):
                        key = pl.col(str(file.header.known[self.plan.key[0]]))
                        keys = frame.select(hashed(key).alias("h"))["h"]
                        self._taken.look_up(frame, file.header, [column], keys)
        found = self._taken.looked_up.pop(column, ())
        if not found:
            return pl.DataFrame(schema={"h": pl.UInt128, "v": pl.String})
        frame = pl.concat(found)
        if (again := self._repeated_ids) is None:
            frame = frame.unique("h", keep="last")
        elif again:
            repeat = pl.col("h").is_in(hashes_of(again).implode())
            last = frame.filter(repeat).unique("h", keep="last")
            frame = pl.concat([frame.filter(~repeat), last])
        survey = self.columns[column]
        if survey.faulty:
            frame = frame.filter(~self._is_faulty(frame["v"], column))
        self._settled[column] = frame = frame.rechunk()
        return frame

    def has_only_days(self, column: str) -> bool:
        """Whether all dates of a column are known to be days: what else there is was doubted."""
        reason = by_value(column)
        return self.plan.by_name[column].base == "edtf" and self._suspects.batches((reason,)) == {}

    def looked_up_of(self, column: str, ids: Iterable[str]) -> dict[str, str]:
        """As `looked_up`, but of some records only."""
        if self._trusted and column not in self._settled:
            wanted = set(ids)
            if len(wanted) <= _SOME:
                return self._asked_of(column, wanted)
            ids = wanted
        frame = pl.DataFrame({"k": list(ids)}, schema={"k": pl.String})
        frame = frame.with_columns(hashed(pl.col("k")).alias("h"))
        return dict(frame.join(self.looked_up_frame(column), on="h").select("k", "v").rows())

    def _asked_of(self, column: str, ids: set[str]) -> dict[str, str]:
        key = self.plan.key[0]
        found: dict[str, str] = {}
        for file, row in self._sought.rows(ids):
            at = file.header.known
            if column in at and (value := row[at[column]]) and row[at[key]] in ids:
                found[row[at[key]]] = value
        return found

    def looked_up(self, column: str) -> dict[str, str]:
        """The sound values of a column that other tables look up, by id."""
        found: dict[str, str] = {}
        for file in self._files:
            known = file.header.known
            key = self.plan.key[0]
            if column not in known or key not in known:
                continue
            for frame in self._again.frames(file, (key, column)):
                pairs = frame.select(str(known[key]), str(known[column]))
                found.update((key, value) for key, value in pairs.rows() if value)
        faulty = self.columns[column]
        return {key: value for key, value in found.items() if not faulty.is_faulty(value)}

    def has_looked_up(self, column: str) -> bool:
        """Whether `looked_up` has anything, as far as that can be told without reading."""
        if self._trusted:
            return any(column in file.header.known for file in self._files)
        return bool(self.looked_up_frame(column).height)

    def suspects(self, fault: Fault, path: Path, columns: Iterable[str]) -> pl.DataFrame | None:
        """The rows of a file, if they are at hand, that a fault may be of, each with its `line`."""
        reasons, file = self._reasons(fault), self._file(path)
        if reasons is None or file.broken:
            return None
        places = file.header.known | file.header.own
        wanted = [str(places[name]) for name in columns if name in places]
        rows = self._suspects.rows(reasons, path, wanted)
        return None if rows is None else with_lines(rows)

    def batches_of(self, faults: Iterable[Fault]) -> Batches:
        """The batches with rows that some faults may be of."""
        return union(
            None if (reasons := self._reasons(fault)) is None else self._suspects.batches(reasons)
            for fault in faults
        )

    def _reasons(self, fault: Fault) -> set[Reason] | None:
        """Why the rows that a fault may be of were suspect; None: they need not have been."""
        sorts = {_SORTS.get(code) or _SORTS.get(code.partition("/")[0]) for code in fault.codes}
        found: set[Reason] = set()
        for sort in sorts:
            if (reasons := self._reasons_of(sort, fault)) is None:
                return None
            found |= reasons
        return found

    def _reasons_of(self, sort: str | None, fault: Fault) -> set[Reason] | None:
        if sort == "key":
            return {BY_KEY}
        if len(fault.columns) != 1 or fault.whole_table:
            return None
        (column,) = fault.columns
        late = self._suspects.references(column)
        if sort == "reference":
            tables = self.targets(column) or (None,)
            wanted = {by_reference((column, table)) for table in tables}
            return late if late >= wanted else None
        optional_key = column in self.plan.key and not self.plan.by_name[column].required
        if sort != "value" or optional_key:
            return None
        # References that were judged late are faulty where they were lost.
        return {by_value(column)} | late

    def _file(self, path: Path) -> File:
        return next(one for one in self._files if one.path == path)

    def lined(
        self, path: Path, columns: Iterable[str] | None = None, within: Batches = None
    ) -> Iterator[pl.DataFrame]:
        """The rows of a file in batches, each with its `line`: some columns or rows, or all."""
        return self._again.lined(self._file(path), columns, within)

    def rows_with(self, path: Path, keys: Iterable[Values]) -> Iterator[Row]:
        """The rows of a file that have one of some keys, with their lines."""
        file = self._file(path)
        if self._trusted:
            # What is held against them is told by its own lines.
            wanted, known = set(keys), file.header.known
            for found, row in self._sought.rows({key[0] for key in wanted}):
                if found is file and tuple(row[known[name]] for name in self.plan.key) in wanted:
                    yield 0, row
            return
        at = [str(file.header.known[name]) for name in self.plan.key]
        sought = combined_of(keys, len(at)).implode()
        mask = combined([pl.col(index) for index in at]).is_in(sought)
        for frame in self.lined(path):
            for *cells, line in frame.filter(mask).rows():
                yield line, cells


def _soundness(told: Bytes) -> Soundness:
    return Soundness(told.size, digest=told.digest)
