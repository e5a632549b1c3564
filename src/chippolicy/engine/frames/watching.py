"""Feeding watchers: of a batch they are given only the different rows that could matter to them.

What could matter is told by an expression that is sure to hold wherever a watcher would find
something; the watcher itself then decides, as it does in the `rows` executor.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import polars as pl

from chippolicy.engine.checks import EdgeWatcher, FieldWatcher
from chippolicy.engine.dates import OrderWatcher
from chippolicy.engine.examples import MarkWatcher
from chippolicy.engine.frames.asking import Question
from chippolicy.engine.frames.hashes import Hashes, Ordered, among, hashed, hashes_of, ordered
from chippolicy.engine.frames.taking import Taken
from chippolicy.engine.gather import GatherWatcher
from chippolicy.engine.lookup import LayeredLookup
from chippolicy.engine.slips import IdDayWatcher, RangeWatcher
from chippolicy.engine.survey import TableSurvey, Watcher
from chippolicy.rules import Path, Where

At = Mapping[str, pl.Expr]
"""Where a watcher's columns are in a file; of those that it does not have, blanks."""
_FEW = 50_000
"""So many ids are sought in every batch; more are kept, and looked up once at the end."""
_DAY = r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\z"


class Feeder:
    """Gives a watcher the different rows of its columns."""

    def __init__(self, watcher: Watcher) -> None:
        self.watcher = watcher

    def conditions(self, at: At) -> list[pl.Expr]:
        """What a row must meet to matter, the cheapest first."""
        return _conditions(self.watcher, at)

    def asked(self, at: At) -> Sequence[pl.Expr]:
        """Whether any row of a batch may matter, if its values are sound."""
        return [condition.any() for condition in self.conditions(at)[:1]]

    def feed(self, frame: pl.DataFrame, at: At) -> None:
        """Give the rows of a batch that could matter."""
        self._give(_left(frame, self.conditions(at), at))

    def unsettled(self) -> pl.DataFrame | None:
        """Once all batches have gone by: what rows are asked for again, if any."""
        return None

    def feed_some(self, frame: pl.DataFrame, at: At, asked: pl.DataFrame) -> None:
        """Give those rows of a batch that were asked for again."""

    def _give(self, rows: pl.DataFrame) -> None:
        if rows.height:
            rows = rows.unique(maintain_order=True)
            self.watcher.take([tuple(rows[name]) for name in self.watcher.columns])


class Fed(Question):
    """Whether a batch has rows that could matter to a watcher; if so it is given them."""

    def __init__(self, feeder: Feeder, at: At, taken: Taken) -> None:
        self._feeder, self._at, self._taken = feeder, at, taken

    def asked(self) -> Sequence[pl.Expr]:
        """Whether any row may matter, as far as one expression tells."""
        return self._feeder.asked(self._at)

    def take(self, frame: pl.DataFrame, matters: bool = True) -> None:
        """Feed the watcher."""
        amiss = self._taken.amiss
        if matters or any(amiss.get(name) for name in self._feeder.watcher.columns):
            self._feeder.feed(frame, self._at)


def columns_at(watcher: Watcher, places: Mapping[str, int]) -> At:
    """Where the columns of a watcher are in a file."""
    return {
        name: pl.col(str(places[name])) if name in places else pl.lit("")
        for name in watcher.columns
    }


def _left(frame: pl.DataFrame, conditions: Sequence[pl.Expr], at: At) -> pl.DataFrame:
    """The rows that meet all conditions: of each those are asked that met the ones before."""
    roots = {root for expr in at.values() for root in expr.meta.root_names()}
    rows = frame.select(roots) if roots else frame
    for condition in conditions:
        if not rows.height:
            break
        met = rows.select(condition.alias("met"))["met"]
        if not met.any():
            rows = rows.clear()
        elif not met.all():
            rows = rows.filter(met)
    return rows.select(expr.alias(name) for name, expr in at.items())


def _conditions(watcher: Watcher, at: At) -> list[pl.Expr]:
    match watcher:
        case EdgeWatcher():
            where = (_where(one, at) for one in watcher.part.where)
            return [at[watcher.columns[1]] != "", *where]
        case GatherWatcher(gather=gather):
            own = [_where(one, at) for one in gather.where]
            if gather.any_of:
                own.append(pl.any_horizontal(at[name] != "" for name in gather.any_of))
            return own
        case RangeWatcher():
            return [at[watcher.columns[0]] != ""]
        case IdDayWatcher():
            name, day = at.values()
            return [
                name < ":",
                name.str.contains(r"\A[0-9]{4}") & (day != "") & ~name.str.starts_with(day),
            ]
        case FieldWatcher():
            return [~at["field"].is_in(["", "*"])]
    return []


def _where(where: Where, at: At) -> pl.Expr:
    among = at[where.path.column].is_in(list(where.among))
    return ~among if where.negated else among


class MarkFeeder(Feeder):
    """Finds the rows that may be marked."""

    watcher: MarkWatcher

    def __init__(self, watcher: MarkWatcher, survey: TableSurvey, taken: Taken) -> None:
        super().__init__(watcher)
        self._survey, self._taken = survey, taken

    def asked(self, at: At) -> Sequence[pl.Expr]:
        """Whether an id may be one of an example, of a table not met before, or is marked."""
        *ids, mark = self.watcher.columns
        return [pl.any_horizontal(*(self._may_be(name, at) for name in ids), at[mark] != "").any()]

    def _may_be(self, name: str, at: At) -> pl.Expr:
        prefix, column = self.watcher.part.prefix, self._survey.columns[name].plan
        if column and column.kind == "record-reference":
            usual = f"{self._taken.usual_table.get(name, '')}/"
            return ~at[name].str.starts_with(usual) | at[name].str.starts_with(f"{usual}{prefix}")
        # A sound id has no stroke that the prefix could stand behind.
        return at[name].str.starts_with(prefix)

    def conditions(self, at: At) -> list[pl.Expr]:
        """Whether an id or the mark is one of an example."""
        *ids, mark = self.watcher.columns
        marks = (at[name].str.contains(self.watcher.part.prefix, literal=True) for name in ids)
        return [pl.any_horizontal(*marks, at[mark] != "")]


class _Later(NamedTuple):
    """Of dates by the hashes of ids: a year that most are in, or after, and which are not."""

    year: str
    odd: Hashes


class OrderFeeder(Feeder):
    """Finds the rows with two dates that are not plainly in order."""

    watcher: OrderWatcher

    def __init__(self, watcher: OrderWatcher, later: dict[Path, _Later | None]) -> None:
        super().__init__(watcher)
        self._later = later
        order = watcher.order
        self._idle = watcher.idle
        self._where = [one for one in order.where if not one.path.table]
        self._paths = (order.first, order.then)
        self._joined = any(path.table for path in self._paths)
        self._telling: list[pl.Expr] = []
        if self._joined and not self._idle:
            telling = self._tellings()
            self._idle = telling is None
            self._telling = telling or []
        self._pairs: list[pl.DataFrame] = []

    def conditions(self, at: At) -> list[pl.Expr]:
        """Whether both dates are there and not plainly in order, or may be looked up."""
        if self._idle:
            return []
        own = [_where(one, at) for one in self._where]
        if self._joined:
            there = [_is_there(path, at[path.column]) for path in self._paths]
            return [one for one in there if one is not None] + own
        first, then = (at[path.column] for path in self._paths)
        return [_doubtful(first, then), *own]

    def feed(self, frame: pl.DataFrame, at: At) -> None:
        """Give rows with both dates; keep what is to be looked up elsewhere for later."""
        if self._idle:
            return
        if not self._joined:
            super().feed(frame, at)
            return
        rows = _left(frame, self.conditions(at), at)
        keyed = rows.select(
            _key(path, pl.col(path.column)).alias(name)
            for name, path in zip("ab", self._paths, strict=True)
        )
        pairs = _left(keyed, self._telling, {name: pl.col(name) for name in "ab"})
        if pairs.height:
            self._pairs.append(pairs.unique())

    def _tellings(self) -> list[pl.Expr] | None:
        """Which rows need be looked up, by the hashes `a` and `b`, where these are few.

        Most dates are plain days, and most of the first lie in years before most of the others:
        such pairs are in order, and only rows with one of the exceptions are left. None: no row.
        """
        first, then = self._paths
        if first.table and then.table and (later := self._later_of(then)):
            odd = [("b", later.odd)]
            firsts = self._values(first)
            if not self._are_days_before(later.year, firsts):
                early = _plain_days(firsts)
                early = early.filter(early.str.slice(0, 4) < later.year)
                odd.append(("a", firsts.filter(~pl.col("v").is_in(early.implode()))["h"]))
            odd = [(name, hashes) for name, hashes in odd if len(hashes)]
            if not odd:
                return None
            if max(len(hashes) for _, hashes in odd) <= _FEW:
                return [
                    pl.any_horizontal(pl.col(name).is_in(hashes.implode()) for name, hashes in odd)
                ]
        found = (
            (name, self._values(path))
            for name, path in zip("ab", self._paths, strict=True)
            if path.table
        )
        return [pl.col(name).is_in(one["h"].implode()) for name, one in found if one.height <= _FEW]

    def _later_of(self, then: Path) -> _Later | None:
        """What most of the other dates are, found once for all orders that end there."""
        if then not in self._later:
            self._later[then] = _later(self._values(then))
        return self._later[then]

    def _values(self, path: Path) -> pl.DataFrame:
        return _looked_up(self.watcher.values_of(path), path)

    def _are_days_before(self, year: str, firsts: pl.DataFrame) -> bool:
        """Whether all first dates are known to be plain days before a year."""
        values = self.watcher.values_of(self._paths[0])
        if not isinstance(values, LayeredLookup) or values.base is not None or values.own is None:
            return False
        return values.own.has_only_days(values.column) and str(firsts["v"].max() or "") < year

    def unsettled(self) -> pl.DataFrame | None:
        """The hashes of rows whose dates, looked up, are not plainly in order."""
        if not self._pairs:
            return None
        pairs = pl.concat(self._pairs)
        self._pairs = []
        dated = pairs.lazy()
        dates = []
        for name, path in zip("ab", self._paths, strict=True):
            if path.table:
                values = self._values(path)
                if pairs.height * 4 < values.height:
                    values = values.filter(pl.col("h").is_in(pairs[name].unique().implode()))
                dated = dated.join(values.lazy(), left_on=name, right_on="h").rename(
                    {"v": f"{name}v"}
                )
            dates.append(pl.col(f"{name}v" if path.table else name))
        doubtful = dated.filter(_doubtful(*dates)).unique().collect()
        if not doubtful.height:
            return None
        told = doubtful.select(one.alias(name) for one, name in zip(dates, "ft", strict=True))
        bad = [pair for pair in told.unique().rows() if not self.watcher.in_order(*pair)]
        if not bad:
            return None
        wrong = pl.DataFrame(bad, schema={"f": pl.String, "t": pl.String}, orient="row")
        found = pl.concat([doubtful.select("a", "b"), told], how="horizontal")
        return found.join(wrong, on=["f", "t"], how="semi").select("a", "b").unique()

    def feed_some(self, frame: pl.DataFrame, at: At, asked: pl.DataFrame) -> None:
        """Give the rows with some hashes."""
        # Rows beside these that are given as well are no harm: the watcher looks them up itself.
        mask = [
            _key(path, at[path.column]).is_in(asked[name].unique().implode())
            for name, path in zip("ab", self._paths, strict=True)
        ]
        self._give(_left(frame, [*mask, *(_where(one, at) for one in self._where)], at))


def _is_there(path: Path, value: pl.Expr) -> pl.Expr | None:
    """Whether a row leads to a date by a path, as far as the row tells."""
    if path.by_reference:
        return value.str.starts_with(f"{path.table}/")
    return None if path.table else value != ""


def _key(path: Path, value: pl.Expr) -> pl.Expr:
    """A row's own date, or the hash of the id that it is found by."""
    if path.by_reference:
        value = value.str.slice(len(f"{path.table}/"))
    return hashed(value) if path.table else value


def _later(dates: pl.DataFrame) -> _Later | None:
    if not dates.height:
        return None
    years = dates["v"].str.slice(0, 4).sort()
    year = years[len(years) // 100]
    late = _plain_days(dates)
    late = late.filter(late.str.slice(0, 4) >= year)
    return _Later(year, dates.filter(~pl.col("v").is_in(late.implode()))["h"])


def _plain_days(values: pl.DataFrame) -> pl.Series:
    """The different values, `v`, that are plain days."""
    different = values["v"].unique()
    return different.filter(different.str.contains(_DAY))


def _doubtful(first: pl.Expr, then: pl.Expr) -> pl.Expr:
    """Where two dates are not both plain days, the first before the other by more than a slip."""
    swapped = (
        (first.str.slice(0, 4) == then.str.slice(0, 4))
        & (first.str.slice(5, 2) == then.str.slice(8, 2))
        & (first.str.slice(8, 2) == then.str.slice(5, 2))
    )
    plain = first.str.contains(_DAY) & then.str.contains(_DAY) & (first < then) & ~swapped
    return (first != "") & (then != "") & (first != then) & ~plain


def _looked_up(values: Mapping[str, str] | LayeredLookup, path: Path) -> pl.DataFrame:
    """What can be looked up as columns: the hash of the id, `h`, and the value, `v`."""
    if not isinstance(values, LayeredLookup):
        cut = len(f"{path.table}/") if path.by_reference else 0
        return _frame({key[cut:]: value for key, value in values.items()})
    above, below = (_layer(layer, values.column) for layer in (values.own, values.base))
    if values.own is not None and below.height:
        # A contributed record hides the base's, whether it has a value or not.
        below = below.filter(~among(below["h"], id_hashes(values.own)))
    return pl.concat([above, below])


def _layer(layer: TableSurvey | None, column: str) -> pl.DataFrame:
    if layer is None:
        return _frame({})
    by_hash = getattr(layer, "looked_up_frame", None)
    if by_hash is None:
        return _frame(layer.looked_up(column))
    found: pl.DataFrame = by_hash(column)
    return found


def _frame(values: Mapping[str, str]) -> pl.DataFrame:
    return pl.DataFrame({"h": hashes_of(values), "v": pl.Series(values.values(), dtype=pl.String)})


def id_hashes(layer: TableSurvey) -> Ordered:
    """The hashes of a table's sound keys, joined with `+`, whichever executor surveyed it."""
    hashes: Ordered | None = getattr(layer, "id_hash", None)
    return ordered(hashes_of(layer.joined_keys())) if hashes is None else hashes


def feeders_for(watchers: Iterable[Watcher], survey: TableSurvey, taken: Taken) -> list[Feeder]:
    """What feeds the watchers of a table."""
    later: dict[Path, _Later | None] = {}

    def feeder_for(watcher: Watcher) -> Feeder:
        match watcher:
            case OrderWatcher():
                return OrderFeeder(watcher, later)
            case MarkWatcher():
                return MarkFeeder(watcher, survey, taken)
        return Feeder(watcher)

    return [feeder_for(one) for one in watchers]
