"""Locating by columns: what the rows' `Locator` does row by row, a batch of rows at a time.

Of each cause that is told the first places are kept and its rows are counted; of all others only
that they are there. So a file in which every row is faulty takes no more than one with few faults.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import polars as pl

from chippolicy.derive.plan import TablePlan
from chippolicy.engine.causes import Values
from chippolicy.engine.faults import PLACES, Fault
from chippolicy.engine.frames.asking import Question, ask
from chippolicy.engine.frames.hashes import combined, combined_of, likely
from chippolicy.engine.frames.survey import FrameSurvey
from chippolicy.engine.header import Header
from chippolicy.engine.intake.source import Input
from chippolicy.engine.locate import Locator, Seen
from chippolicy.findings import Place, Severity

_FEW = 8
"""So few values are held against a cell one by one: hashing it would cost as much."""


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
                hits.take(rows, *rows.select(*hits.asked()).row(0))
        if faults:
            within = self._survey.batches_of(faults)
            ask(self._survey.lined(source.path, wanted, within), elsewhere)
        seen: dict[tuple[int, Values | None], Seen] = {}
        for number, search in enumerate(self._searches):
            fault = self._faults[number]
            for cause, entry in search.told.items():
                seen[number, search.values[cause]] = entry
            for code, count in search.beyond().items():
                self.untold[code, fault.severity_by(code)] += count
        return seen

    def _take(
        self, number: int, source: Input, key: Sequence[pl.Expr], frame: pl.DataFrame
    ) -> None:
        fault, search = self._faults[number], self._searches[number]
        rows = search.found(frame, key)
        if fault.repeats_only:
            rows = search.without_first(rows, source)
        if self._lines:
            self.faulty_lines.update(search.grave(rows)["line"])
        if fault.whole_table:
            rows = rows.with_columns(cause=pl.lit(0, pl.UInt32))
        self._tell(number, rows)
        told = search.count(rows)
        for cause, line, value, *cells in search.first_places(told).rows():
            entry = search.told[cause]
            record = self._record(cells, range(len(cells)))
            if not entry.places:
                entry.line, entry.record, entry.value = line, record, value
            if len(entry.places) < PLACES:
                entry.places.append(Place(line, record))

    def _tell(self, number: int, rows: pl.DataFrame) -> None:
        """Begin to tell of causes that some rows have, as long as there is room."""
        if not self._has_room(number):
            return
        fault, search = self._faults[number], self._searches[number]
        new = rows.filter(~pl.col("cause").is_in(list(search.told)))
        new = new.unique("cause", keep="first", maintain_order=True)
        if self._most is not None:
            new = new.head(self._most - self._told[number])
        self._told[number] += new.height
        for cause, *values in new.select("cause", pl.col("^p[0-9]+$")).rows():
            search.told[cause] = Seen(0, None, "")
            search.values[cause] = None if fault.whole_table else tuple(values)
        for source, first in search.first:
            for cause, line in first.filter(pl.col("cause").is_in(new["cause"].implode())).rows():
                self._first[number, search.values[cause] or ()] = source.place(line)


class _Hits(Question):
    """The rows of each batch that may be what is sought."""

    def __init__(self, search: _Search, found: Callable[[pl.DataFrame], None]) -> None:
        self._search, self._found = search, found

    def asked(self) -> Sequence[pl.Expr]:
        mask = self._search.mask
        return (pl.lit(None) if mask is None else pl.arg_where(mask).implode(),)

    def take(self, frame: pl.DataFrame, rows: pl.Series | list[int] | None) -> None:
        if rows is None:
            self._found(frame)
        elif len(rows):
            self._found(frame[rows])


class _Search:
    """What is sought for one fault: causes are known by their hashes, and each has a number."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        hashes = combined_of(fault.bad, len(fault.columns))
        order = hashes.arg_sort()
        self._hashes = hashes.gather(order)
        self._codes: pl.Series | None = None
        """The rule that each cause breaks, where these differ."""
        if len(codes := fault.codes) > 1:
            kinds = pl.Enum(sorted(codes))
            self._codes = pl.Series(fault.each_code(), dtype=kinds).gather(order)
        self.told: dict[int, Seen] = {}
        self.values: dict[int, Values | None] = {}
        """What the rows of a cause that is told have in the fault's columns."""
        self.first: list[tuple[Input, pl.DataFrame]] = []
        """The first rows of causes, which others repeat, of the files that went by."""
        self._began = self._none()
        """Whether the first row of a cause, which others repeat, has gone by in some file."""
        self._met = self._none()
        """Whether a row has gone by of a cause that is not told."""

    def _none(self) -> pl.Series:
        return pl.repeat(value=False, n=len(self._hashes), eager=True)

    def begin(self, known: Mapping[str, int]) -> None:
        """Look for it in a file with some columns."""
        self.told, self.values, self._met = {}, {}, self._none()
        self._parts = [
            pl.col(str(known[name])) if name in known else pl.lit("") for name in self.fault.columns
        ]
        at = known.get(self.fault.field)
        self._value = pl.lit("") if at is None else pl.col(str(at))
        # Whether a row may have one of the causes; None where too many rows may, or each alike.
        self.mask: pl.Expr | None = None
        if not any(name in known for name in self.fault.columns):
            return
        if len(self._parts) == 1 and len(self._hashes) <= _FEW:
            one = self._parts[0]
            self.mask = pl.any_horizontal(one == bad for (bad,) in self.fault.bad)
        else:
            self.mask = likely(self._parts, self._hashes)

    def found(self, frame: pl.DataFrame, key: Sequence[pl.Expr]) -> pl.DataFrame:
        """The rows that are faulty: number of the cause, line, value, key and parts."""
        rows = frame.select(
            combined(self._parts).alias("cause"),
            pl.col("line"),
            self._value.alias("value"),
            *(one.alias(f"k{at}") for at, one in enumerate(key)),
            *(one.alias(f"p{at}") for at, one in enumerate(self._parts)),
        )
        at = self._hashes.search_sorted(rows["cause"]).clip(upper_bound=len(self._hashes) - 1)
        same = self._hashes.gather(at) == rows["cause"]
        return rows.with_columns(at.alias("cause")).filter(same)

    def without_first(self, rows: pl.DataFrame, source: Input) -> pl.DataFrame:
        """The rows that repeat another; of causes not met before the first rows are kept aside."""
        began = self._began.gather(rows["cause"])
        rows = rows.with_columns(first=pl.col("cause").is_first_distinct() & ~began)
        first = rows.filter("first").select("cause", "line")
        self.first.append((source, first))
        self._began.scatter(first["cause"], values=True)
        return rows.filter(~pl.col("first")).drop("first")

    def grave(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows with errors."""
        errors = [
            code for code in self.fault.codes if self.fault.severity_by(code) is Severity.ERROR
        ]
        if self._codes is None:
            return rows if errors else rows.clear()
        return rows.filter(self._codes.gather(rows["cause"]).is_in(errors))

    def count(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Count and give the rows of causes that are told; of others keep that they were met."""
        told = rows["cause"].is_in(list(self.told))
        if not told.all():
            self._met.scatter(rows["cause"].filter(~told), values=True)
            rows = rows.filter(told)
        for cause, count in rows["cause"].value_counts().rows():
            self.told[cause].count += count
        return rows

    def first_places(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The first rows of those causes that are told and have not all their places yet."""
        rows = rows.select("cause", "line", "value", pl.col("^k[0-9]+$"))
        wanting = [one for one in rows["cause"].unique() if len(self.told[one].places) < PLACES]
        if not wanting:
            return rows.clear()
        rows = rows.filter(pl.col("cause").is_in(wanting))
        if rows.height == len(wanting):
            return rows
        return rows.filter(pl.int_range(pl.len()).over("cause") < PLACES)

    def beyond(self) -> Mapping[str, int]:
        """How many causes were met that are not told, by the rules they break."""
        if not self._met.any():
            return {}
        if self._codes is None:
            return dict.fromkeys(self.fault.codes, int(self._met.sum()))
        return dict(self._codes.filter(self._met).value_counts().rows())
