"""Locating by columns: what the rows' `Locator` does row by row, a batch of rows at a time.

Of each cause that is told the first places are kept and its rows are counted; of all others only
that they are there. So a file in which every row is faulty takes no more than one with few faults.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import polars as pl

from chippolicy.derive.plan import TablePlan
from chippolicy.engine.faults import PLACES, Fault, Values
from chippolicy.engine.frames.asking import Question, ask
from chippolicy.engine.frames.hashes import columns_of, combined, combined_in, first_half, shortly
from chippolicy.engine.frames.survey import FrameSurvey
from chippolicy.engine.header import Header
from chippolicy.engine.intake.source import Input
from chippolicy.engine.locate import Locator, Seen
from chippolicy.findings import Place, Severity

_FEW = 8
"""So few values are held against a cell one by one: hashing it would cost as much."""
_MANY = 1 << 20
"""So many numbers of causes are gathered before those met before are left out."""


class FrameLocator(Locator):
    """Places the faults of one large table."""

    def __init__(
        self,
        table: TablePlan,
        faults: Iterable[Fault],
        most: int | None,
        survey: FrameSurvey,
        *,
        lines: bool,
    ) -> None:
        super().__init__(table, faults, most)
        self._survey = survey
        self._lines = lines
        """Whether anybody asks for the lines of faulty rows."""
        self._searches = [_Search(fault) for fault in self._faults]

    def _seen(self, source: Input, header: Header) -> dict[tuple[int, Values | None], Seen]:
        known = header.known | header.own
        for search in self._searches:
            search.begin(known)
        key = [
            pl.col(str(known[name])) if name in known else pl.lit("") for name in self._table.key
        ]
        elsewhere: list[Question] = []
        faults: list[Fault] = []
        wanted = set[str]()
        for number, (search, fault) in enumerate(zip(self._searches, self._faults, strict=True)):
            hits = _Hits(search, partial(self._take, number, source, key))
            columns = {*self._table.key, *fault.columns, fault.field}
            if (rows := self._survey.suspects(fault, source.path, columns)) is None:
                elsewhere.append(hits)
                faults.append(fault)
                wanted |= columns
            else:
                hits.take(rows, rows.select(*hits.asked()).item())
        if faults:
            within = self._survey.batches_of(faults)
            ask(self._survey.lined(source.path, wanted, within), elsewhere)
        seen: dict[tuple[int, Values | None], Seen] = {}
        for number, search in enumerate(self._searches):
            fault = self._faults[number]
            for cause, entry in search.told.items():
                seen[number, None if fault.whole_table else search.causes[cause]] = entry
            for code, count in search.beyond().items():
                self.untold[code, fault.severity_by(code)] += count
        return seen

    def _take(
        self, number: int, source: Input, key: Sequence[pl.Expr], frame: pl.DataFrame
    ) -> None:
        fault, search = self._faults[number], self._searches[number]
        rows = search.found(frame, key)
        if fault.repeats_only:
            rows, first = search.without_first(rows)
            for cause, line in first.rows():
                self._first[number, search.causes[cause]] = source.place(line)
        if self._lines:
            self.faulty_lines.update(search.grave(rows)["line"])
        if fault.whole_table:
            rows = rows.with_columns(cause=pl.lit(0, pl.UInt32))
        if self._has_room(number):
            for cause in rows["cause"].unique(maintain_order=True):
                if not self._has_room(number):
                    break
                if cause not in search.told:
                    self._told[number] += 1
                    search.told[cause] = Seen(0, None, "")
        told = search.count(rows)
        for cause, line, value, *key in search.first_places(told).rows():
            entry = search.told[cause]
            record = self._record(key, range(len(key)))
            if not entry.places:
                entry.line, entry.record, entry.value = line, record, value
            if len(entry.places) < PLACES:
                entry.places.append(Place(line, record))


class _Hits(Question):
    """The rows of each batch that may be what is sought."""

    def __init__(self, search: _Search, found: Callable[[pl.DataFrame], None]) -> None:
        self._search, self._found = search, found

    def asked(self) -> Sequence[pl.Expr]:
        return (pl.int_range(pl.len()).filter(self._search.mask).implode(),)

    def take(self, frame: pl.DataFrame, rows: pl.Series) -> None:
        if len(rows):
            self._found(frame[rows])


class _Search:
    """What is sought for one fault."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.causes: list[Values] = list(fault.bad)
        self._texts = columns_of(self.causes, len(fault.columns))
        hashes = combined_in(self._texts)
        self._numbers = hashes.arg_sort()
        self._hashes = hashes.gather(self._numbers)
        self._short = first_half(self._hashes)
        self.told: dict[int, Seen] = {}
        self._met: list[pl.Series] = []
        self._began: pl.Series = pl.Series("cause", [], dtype=pl.UInt32)
        """Causes of which the first row, which others repeat, has gone by in some file."""

    def begin(self, known: Mapping[str, int]) -> None:
        """Look for it in a file with some columns."""
        self.told, self._met = {}, []
        self._parts = [
            pl.col(str(known[name])) if name in known else pl.lit("") for name in self.fault.columns
        ]
        at = known.get(self.fault.field)
        self._value = pl.lit("") if at is None else pl.col(str(at))
        if len(self._parts) == 1 and len(self.causes) <= _FEW:
            self.mask = pl.any_horizontal(self._parts[0] == one for (one,) in self.causes)
        else:
            # The short hash lets a few rows more by, which `found` leaves out.
            self.mask = shortly(self._parts).is_in(self._short.implode())

    def found(self, frame: pl.DataFrame, key: Sequence[pl.Expr]) -> pl.DataFrame:
        """The rows that are faulty: number of the cause, line, value and key."""
        rows = frame.select(
            pl.col("line"),
            self._value.alias("value"),
            combined(self._parts).alias("h"),
            *(one.alias(f"k{at}") for at, one in enumerate(key)),
            *(one.alias(f"p{at}") for at, one in enumerate(self._parts)),
        )
        at = self._hashes.search_sorted(rows["h"]).clip(upper_bound=len(self.causes) - 1)
        cause = self._numbers.gather(at).rename("cause")
        # The hash is confirmed on the text.
        texts = self._texts.select(pl.all().gather(cause))
        same = pl.all_horizontal(
            pl.col(f"p{at}") == pl.col(f"t{at}") for at in range(len(self._parts))
        )
        found = pl.concat([cause.to_frame(), rows, texts], how="horizontal").filter(same)
        return found.select("cause", "line", "value", pl.col("^k[0-9]+$"))

    def without_first(self, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Rows that repeat another, and apart from them the first rows of causes."""
        first = pl.col("cause").is_first_distinct() & ~pl.col("cause").is_in(self._began.implode())
        rows = rows.with_columns(first=first)
        began = rows.filter("first").select("cause", "line")
        self._began = pl.concat([self._began, began["cause"]])
        return rows.filter(~pl.col("first")).drop("first"), began

    def grave(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows with errors."""
        causes = rows["cause"].unique()
        errors = [
            one for one in causes if self.fault.severity_of(self.causes[one]) is Severity.ERROR
        ]
        return rows.filter(pl.col("cause").is_in(errors))

    def count(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Count and give the rows of causes that are told; of others keep that they were met."""
        told = rows["cause"].is_in(list(self.told))
        if not told.all():
            self._met.append(rows["cause"].filter(~told).unique())
            if sum(map(len, self._met)) > _MANY:
                self._met = [pl.concat(self._met).unique()]
            rows = rows.filter(told)
        for cause, count in rows["cause"].value_counts().rows():
            self.told[cause].count += count
        return rows

    def first_places(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The first rows of those causes that are told and have not all their places yet."""
        wanting = [one for one in rows["cause"].unique() if len(self.told[one].places) < PLACES]
        if not wanting:
            return rows.clear()
        rows = rows.filter(pl.col("cause").is_in(wanting))
        if rows.height == len(wanting):
            return rows
        return rows.filter(pl.int_range(pl.len()).over("cause") < PLACES)

    def beyond(self) -> Mapping[str, int]:
        """How many causes were met that are not told, by the rules they break."""
        if not self._met:
            return {}
        met = pl.concat(self._met).unique()
        if len(codes := self.fault.codes) == 1:
            return dict.fromkeys(codes, len(met))
        return Counter(map(self.fault.code, map(self.causes.__getitem__, met)))
