"""Taking: what a pass over a large file keeps of each batch of its rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from pathlib import Path

import polars as pl

from chippolicy.derive.plan import ColumnPlan
from chippolicy.engine.columns import MAX_CELL_LENGTH
from chippolicy.engine.frames.accept import accepts
from chippolicy.engine.frames.asking import Question
from chippolicy.engine.frames.hashes import (
    Gathered,
    Hashes,
    Part,
    combined,
    every_row,
    few,
    hashed,
    hashes_in,
    shortly,
)
from chippolicy.engine.frames.reading import cell_bytes, has_return
from chippolicy.engine.frames.structure import must_have_no_return
from chippolicy.engine.header import Header
from chippolicy.engine.survey import ColumnSurvey, TableSurvey, UnsuitedError

Target = tuple[str, "str | None"]
"""A column, and the table that its record references are of; None where it holds ids."""
_REFERENCE_TABLES = 40
"""So many different tables are sought in a batch of record references before giving up."""
_SAMPLE = 8_192
"""So many rows tell how often the values of a column repeat."""
_MANY_TIMES = 8
"""In the sample each value stands so often, or more: there are few different ones."""
_SOME_TIMES = 1.1
"""As often as values of which most stand twice or more in a whole batch."""
_REMEMBERED = 50_000
_USUAL = 4
"""So few values of a column are held against each cell; telling apart more costs less."""


@dataclass
class File:
    """A file that is read: what its columns are, and what was seen of its cells."""

    path: Path
    header: Header
    width: int
    broken: set[int] = field(default_factory=set)
    """The columns with line breaks in their cells."""
    quoted: bool = False
    """Whether any cell may hold a quotation mark."""
    size: int = 0
    """How many bytes the cells have."""
    plain: bool = False
    """Of a file others are held against: whether it was found to be read as it is written."""


@dataclass
class Doubted:
    """The different values of a column of a batch that are not certainly sound."""

    values: list[str]
    rows: pl.Series | None = None
    """Which rows have them, once it is known."""

    def rows_of(self, column: pl.Series) -> pl.Series:
        """Which rows have them."""
        if self.rows is None:
            self.rows = column.is_in(self.values).arg_true()
        return self.rows


class Taken:
    """What is kept of all files of a table, as hashes in columns."""

    def __init__(self, lookups: Iterable[str], before: Mapping[str, TableSurvey]) -> None:
        self.before = before
        """The tables that were read before, in which references may be found."""
        self.keys: list[Part] = []
        self.keyless: dict[int, pl.Series | None] = {}
        """By batch, the rows that are faulty in themselves and so without a key; None: any."""
        self.references: defaultdict[Target, Gathered] = defaultdict(Gathered)
        self.unjudged: dict[Target, None] = {}
        """References whose form is judged only of those that lead to no record."""
        self.looked_up: dict[str, list[pl.DataFrame]] = {name: [] for name in lookups}
        self.amiss: dict[str, list[str]] = {}
        """The faulty values of the batch that is being read, by column."""
        self.different: dict[str, pl.Series] = {}
        """Of columns of few values: those of this batch that may not have been met."""
        self.batch = -1
        """The number of the batch that is being taken, of all files."""
        self.doubted: dict[str, Doubted] = {}
        """What of the batch that is being read is not certainly sound, by column."""
        self.usual_table: dict[str, str] = {}
        """The table that the record reference of a column in the last row was of."""

    def faulty_rows(self, name: str, column: pl.Series) -> pl.Series:
        """The rows of a batch in which a column is faulty."""
        faulty = self.amiss[name]
        if not faulty:
            return pl.Series([], dtype=pl.UInt32)
        rows = self.doubted[name].rows_of(column)
        if len(faulty) == len(self.doubted[name].values):
            return rows
        return rows.filter(column.gather(rows).is_in(faulty))

    def vouches(self, column: ColumnPlan, table: str) -> bool:
        """Whether a reference of a column to a record of a table is sound if the record is there.

        It is where the keys, which have been judged, are what the column holds.
        """
        target = self.before.get(table)
        if target is None or len(target.plan.key) != 1:
            return False
        kind = target.plan.by_name[target.plan.key[0]].kind
        return kind == "slug" if column.kind == "record-reference" else kind == column.kind

    def look_up(
        self, frame: pl.DataFrame, header: Header, columns: Iterable[str], keys: Hashes
    ) -> None:
        """Keep the values of some columns of a batch by the hashes of its keys."""
        for name in columns:
            if name in header.known:
                pairs = pl.DataFrame([keys.rename("h"), frame[str(header.known[name])].rename("v")])
                told = pairs["v"] != ""
                self.looked_up[name].append(pairs if told.all() else pairs.filter(told))


def questions_of(
    file: File, frame: pl.DataFrame, table: TableSurvey, taken: Taken
) -> Iterator[Question]:
    """What is asked of every batch of a file, of which the first is given.

    Columns are judged first: faulty values take part in nothing else.
    """
    yield _Size(file, taken)
    some = frame.head(_SAMPLE)
    counts = some.select(pl.all().n_unique())
    often = {name: some.height / counts[name][0] for name in some.columns}
    references: list[Question] = []
    for survey, index in _judged(file.header, table):
        judge, column = Judge(file, survey, index, taken), survey.plan
        few, repeats = often[index] > _MANY_TIMES, often[index] > _SOME_TIMES
        is_reference = bool(column and column.ref_table)
        if column and column.kind == "record-reference":
            references.append(_Records(judge, column, frame))
        elif few:
            yield _Few(judge)
            if is_reference:
                references.append(_FewIds(judge))
        elif column and is_reference and _goes_without(column, table, taken):
            references.append(_UnjudgedIds(judge, repeats=repeats))
        else:
            yield _Doubtful(judge, repeats=repeats)
            if is_reference:
                references.append(_Ids(judge, repeats=repeats))
    yield from references
    yield _Keys(file.header, table, taken)


def _judged(header: Header, table: TableSurvey) -> Iterator[tuple[ColumnSurvey, str]]:
    for name, index in header.known.items():
        yield table.columns[name], str(index)
    for name, index in header.own.items():
        yield table.own.setdefault(name, ColumnSurvey(None, name, keep_all=False)), str(index)


def _goes_without(column: ColumnPlan, table: TableSurvey, taken: Taken) -> bool:
    """Whether references need be judged only where they lead to no record."""
    return taken.vouches(column, column.ref_table or "") and table.plan.key != (column.name,)


class _Size(Question):
    """How many bytes the cells have, and whether those that nobody looks at hold a return."""

    def __init__(self, file: File, taken: Taken) -> None:
        self._file, self._taken = file, taken
        self._lengths = cell_bytes(map(str, range(file.width)))
        self._returns = [has_return(str(index)) for index in file.broken]

    def asked(self) -> Sequence[pl.Expr]:
        return (self._lengths, *self._returns)

    def take(self, frame: pl.DataFrame, size: int, *returns: bool) -> None:
        must_have_no_return(any(returns))
        self._taken.batch += 1
        self._taken.doubted.clear()
        self._file.size += size


class Judge:
    """Judges values of one column of a file, as the `rows` executor does it."""

    def __init__(self, file: File, survey: ColumnSurvey, index: str, taken: Taken) -> None:
        self.file, self.survey, self.index, self.taken = file, survey, index, taken
        self.name = survey.name
        self.value = pl.col(index)

    def accepts(self, value: pl.Expr) -> pl.Expr:
        """Whether a value is certainly sound."""
        return accepts(self.survey.plan, value)

    def passes(self) -> None:
        """Take a batch whose values are sound."""
        self.taken.amiss[self.name] = []

    def judge(self, values: list[str], rows: pl.Series | None = None) -> None:
        """Judge the different values of a batch that are not certainly sound, which `rows` have."""
        if not values:
            self.passes()
            return
        self.taken.doubted[self.name] = Doubted(values, rows)
        survey, joined = self.survey, "".join(values)
        must_have_no_return("\r" in joined)
        if len(joined) > MAX_CELL_LENGTH and max(map(len, values)) > MAX_CELL_LENGTH:
            # Such a cell is not one to have many copies of.
            raise UnsuitedError
        survey.take(tuple(values))
        self.taken.amiss[self.name] = (
            [one for one in values if survey.is_faulty(one)] if survey.faulty else []
        )
        self.file.quoted |= '"' in joined
        if "\n" in joined:
            self.file.broken.add(int(self.index))

    def doubtful(self, value: pl.Expr) -> pl.Expr:
        """The different ones of some values that are not certainly sound."""
        return value.filter(~self.accepts(value)).unique()

    def add(self, values: pl.Series, rows: pl.Series | None, table: str | None = None) -> None:
        """Keep what the references in some rows name."""
        self.keep(hashes_in(values), rows, table)

    def keep(self, hashes: Hashes, rows: pl.Series | None, table: str | None = None) -> None:
        """Keep the hashes of what they name."""
        self.taken.references[self.name, table].add(hashes, self.taken.batch, rows)


class _Few(Question):
    """The different values of a column of which each repeats many times."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._sound: set[str] = set()
        """Values met before that are certainly sound."""

    def asked(self) -> Sequence[pl.Expr]:
        value, one = self._judge.value, pl.element()
        if 0 < len(self._sound) <= _USUAL:
            # Whether a value is another than these costs less than telling all apart.
            value = value.filter(~pl.any_horizontal(value == known for known in self._sound))
        told = pl.struct(one.alias("value"), self._judge.accepts(one).alias("sound"))
        return (value.unique().implode().list.eval(told),)

    def take(self, frame: pl.DataFrame, told: pl.Series) -> None:
        judge, different = self._judge, told.struct.unnest()
        values = different["value"]
        judge.taken.different[judge.name] = values
        sound = set(compress(values, different["sound"]))
        judge.judge([value for value in values if value not in sound])
        self._sound = sound if len(self._sound) > _REMEMBERED else self._sound | sound


class _Doubtful(Question):
    """The different values of a column that are not certainly sound: these are judged."""

    def __init__(self, judge: Judge, *, repeats: bool) -> None:
        self._judge, self._repeats = judge, repeats
        if repeats:
            # In a list, so that all parts of the test see the different values in one order.
            different = judge.value.unique().implode()
            one = pl.element()
            self._doubtful = different.list.eval(one.filter(~judge.accepts(one)))
        else:
            self._doubtful = judge.accepts(judge.value).not_().arg_true().implode()

    def asked(self) -> Sequence[pl.Expr]:
        return (self._doubtful,)

    def take(self, frame: pl.DataFrame, doubtful: pl.Series) -> None:
        """`doubtful`: the different values, or else the rows."""
        if self._repeats:
            self._judge.judge(doubtful.to_list())
        elif not len(doubtful):
            self._judge.passes()
        else:
            values = frame[self._judge.index].gather(doubtful).unique()
            self._judge.judge(values.to_list(), doubtful)


class _Keys(Question):
    """The hashes of the keys, and with them the values that other tables look up."""

    def __init__(self, header: Header, table: TableSurvey, taken: Taken) -> None:
        self._header, self._table, self._taken = header, table, taken
        self._names = table.plan.key
        self._there = header.known.keys() >= set(self._names)
        table.incomplete |= not self._there
        self._values = [pl.col(str(header.known[name])) for name in self._names if self._there]
        self._single = len(self._names) == 1
        # Of columns that are judged it is known by now whether there are blanks.
        self._required = all(table.plan.by_name[name].required for name in self._names)

    def asked(self) -> Sequence[pl.Expr]:
        return (self._hashes.implode(),) if self._there else ()

    @property
    def _hashes(self) -> pl.Expr:
        return key_hash(self._values)

    def take(self, frame: pl.DataFrame, hashes: Hashes | None = None) -> None:
        if hashes is None:
            must_have_no_blank_row(frame)
            return
        mine = Part(self._taken.batch, hashes.rename("h"), every_row(frame.height))
        if len(rows := self._lacking(frame)):
            self._table.keyless += len(rows)
            self._taken.keyless[self._taken.batch] = few(rows)
            mine = mine.filter(_all_but(rows, frame.height))
        self._taken.keys.append(mine)
        if self._single:
            self._taken.look_up(frame, self._header, self._taken.looked_up, hashes)

    def _lacking(self, frame: pl.DataFrame) -> pl.Series:
        """The rows without a key of their own, as a part of it is blank or faulty."""
        found = []
        for at, name in enumerate(self._names):
            column = frame[str(self._header.known[name])]
            if self._taken.amiss[name]:
                found.append(self._taken.faulty_rows(name, column))
            if self._table.columns[name].blanks or not self._required:
                blank = (column == "").arg_true()
                if at == 0 and len(blank):
                    must_have_no_blank_row(frame[blank])
                found.append(blank)
        there = [rows for rows in found if len(rows)] or [pl.Series([], dtype=pl.UInt32)]
        return there[0] if len(there) == 1 else pl.concat(there).unique()


def key_hash(parts: Sequence[pl.Expr]) -> pl.Expr:
    """The hash of a key; only keys of one column are what references are held against.

    Others need be unique, which is confirmed on the text.
    """
    return combined(parts) if len(parts) == 1 else shortly(parts)


def _all_but(rows: pl.Series, height: int) -> pl.Series:
    return pl.repeat(value=True, n=height, eager=True).scatter(rows, values=False)


def must_have_no_blank_row(frame: pl.DataFrame) -> None:
    """Raise UnsuitedError where a row is blank: it is no record with a missing id."""
    if frame.select(pl.all_horizontal(pl.all() == "").any()).item():
        raise UnsuitedError


class _Ids(Question):
    """The hashes of a column's references to another table; blanks are left out in the end."""

    def __init__(self, judge: Judge, *, repeats: bool) -> None:
        self._judge, self._repeats = judge, repeats

    def asked(self) -> Sequence[pl.Expr]:
        # Not the hashes of different values: see decision 11.
        hashes = hashed(self._judge.value)
        return ((hashes.unique() if self._repeats else hashes).implode(),)

    def take(self, frame: pl.DataFrame, hashes: Hashes) -> None:
        judge, rows = self._judge, every_row(frame.height)
        if judge.taken.amiss[judge.name]:
            column = frame[judge.index]
            sound = _all_but(judge.taken.faulty_rows(judge.name, column), frame.height)
            if self._repeats:
                hashes = hashes_in(column)
            judge.keep(hashes.filter(sound), rows.filter(sound))
        else:
            judge.keep(hashes, None if self._repeats else rows)


class _FewIds(Question):
    """The same where each repeats many times: the different ones have been told apart."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    def take(self, frame: pl.DataFrame) -> None:
        judge = self._judge
        values = judge.taken.different[judge.name]
        faulty = judge.taken.amiss[judge.name]
        judge.add(values.filter(~values.is_in(faulty)) if faulty else values, None)


class _UnjudgedIds(_Ids):
    """The same where the ids found are known to be sound: only blanks are looked for."""

    def asked(self) -> Sequence[pl.Expr]:
        return (*super().asked(), (self._judge.value == "").any())

    def take(self, frame: pl.DataFrame, hashes: Hashes, blanks: bool = False) -> None:
        judge = self._judge
        judge.passes()
        if blanks:
            judge.judge([""])
        judge.taken.unjudged[judge.name, None] = None
        super().take(frame, hashes)


class _Records(Question):
    """The hashes of the keys that a column's record references name, by their tables."""

    def __init__(self, judge: Judge, column: ColumnPlan, first: pl.DataFrame) -> None:
        self._judge = judge
        self._column = column
        self._learn(first)

    def _learn(self, frame: pl.DataFrame) -> None:
        """References to one table mostly stand together: as a batch ends, so the next begins."""
        for last in frame[self._judge.index].tail(1):
            table, slash, _ = last.partition("/")
            if slash:
                self._judge.taken.usual_table[self._judge.name] = table

    def asked(self) -> Sequence[pl.Expr]:
        table = self._judge.taken.usual_table.get(self._judge.name, "")
        value, prefix = self._judge.value, f"{table}/"
        return (
            pl.lit(table),
            value.str.starts_with(prefix).all(),
            hashed(value.str.slice(len(prefix))).implode(),
        )

    def take(self, frame: pl.DataFrame, table: str, alike: bool, keys: Hashes) -> None:
        judge, rows = self._judge, every_row(frame.height)
        self._learn(frame)
        vouched = judge.taken.vouches(self._column, table)
        if vouched and alike:
            judge.passes()
            self._keep_unjudged(table, keys, rows)
            return
        left = pl.DataFrame([frame[judge.index].alias("v"), rows.alias("r")])
        if vouched:
            mine = left["v"].str.starts_with(f"{table}/")
            self._keep_unjudged(table, keys.filter(mine), rows.filter(mine))
            left = left.filter(~mine)
        self._judge_left(left)

    def _keep_unjudged(self, table: str, keys: Hashes, rows: pl.Series) -> None:
        self._judge.taken.unjudged[self._judge.name, table] = None
        self._judge.keep(keys, rows, table)

    def _judge_left(self, left: pl.DataFrame) -> None:
        """Judge references, `v`, and keep by their tables those in the rows `r` that are sound."""
        judge, value = self._judge, pl.col("v")
        judge.judge(left.select(judge.doubtful(value))["v"].to_list())
        if faulty := judge.taken.amiss[judge.name]:
            left = left.filter(~value.is_in(faulty))
        for _ in range(_REFERENCE_TABLES):
            if left.height and left["v"][0] == "":
                left = left.filter(value != "")
            if not left.height:
                return
            table, slash, _ = left["v"][0].partition("/")
            if slash:
                mine = left["v"].str.starts_with(f"{table}/")
                some = left.filter(mine)
                judge.add(some["v"].str.slice(len(table) + 1), some["r"], table)
                left = left.filter(~mine)
            else:
                left = left.filter(value.str.contains("/", literal=True))
        raise UnsuitedError
