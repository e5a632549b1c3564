"""The survey of a table by Polars: like that of rows, but keys and references kept as hashes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from itertools import chain
from operator import or_

import polars as pl

from chippolicy.derive.plan import Plan
from chippolicy.engine.frames.answers import Answers
from chippolicy.engine.frames.asking import Question, ask
from chippolicy.engine.frames.hashes import (
    Hashes,
    Ordered,
    among,
    batches_with,
    hashes_of,
    none,
    ordered,
    repeats,
    without,
)
from chippolicy.engine.frames.reading import batches, header_line, names
from chippolicy.engine.frames.structure import Bytes, look, must_account
from chippolicy.engine.frames.suspects import BY_KEY, Suspicion, by_reference
from chippolicy.engine.frames.taking import File, Judge, Target, key_hash, questions_of
from chippolicy.engine.frames.texts import set_of
from chippolicy.engine.frames.watching import Fed, MarkFeeder, columns_at, id_hashes
from chippolicy.engine.header import read_header
from chippolicy.engine.intake.source import Input
from chippolicy.engine.layout import layout_notes, order_notes
from chippolicy.engine.rows import SurveyedFile
from chippolicy.engine.soundness import Soundness
from chippolicy.engine.survey import UnsuitedError


class FrameSurvey(Answers):
    """A large table whose files go by."""

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
        told.rows = rows
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
        frames: Iterator[pl.DataFrame]
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
        sought = [(target, hashes) for target in targets if len(hashes := self._left(target))]
        if not sought:
            self._lost = {target: set() for target in targets}
            return
        found: dict[Target, list[pl.Series]] = {target: [] for target in targets}
        rows_within = self._suspects.batches(by_reference(target) for target, _ in sought)
        judged = {column for (column, table), _ in sought if (column, table) in unjudged}
        for file, one, values in self._values_with(sought, rows_within):
            if one.target in unjudged:
                judge = Judge(file, self.columns[one.target[0]], one.at, self._taken)
                doubtful = values.to_frame().select(judge.doubtful(judge.value)).to_series()
                judge.judge(doubtful.to_list())
                if amiss := self._taken.amiss[judge.name]:
                    values = values.filter(~values.is_in(amiss))
                found[one.target].append(values.str.slice(one.cut))
            else:
                found[one.target].append(self._sound_texts(one, values))
        self._lost = {target: set_of(parts) for target, parts in found.items()}
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
            lost = ordered(pl.concat(gone))
            self._taken.keys = [part.filter(~among(part.hashes, lost)) for part in self._taken.keys]

    def _keys_lost(self, rows: pl.DataFrame, known: Mapping[str, int], judged: set[str]) -> Hashes:
        """The hashes of keys that turn out to be faulty; those which were before were told."""
        parts = [pl.col(str(known[name])) for name in self.plan.key]
        keys = rows.select(parts).filter(part != "" for part in parts)
        for name in set(self.plan.key) - judged:
            keys = keys.filter(~self._is_faulty(keys[str(known[name])], name))
        self.keyless += keys.height
        self._taken.keyless = dict.fromkeys(range(len(self._again.batches)))
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


def _soundness(told: Bytes) -> Soundness:
    return Soundness(told.size, digest=told.digest)
