"""Feeding watchers: of a batch they are given only the different rows that could matter to them.

What could matter is told by an expression that is sure to hold wherever a watcher would find
something; the watcher itself then decides, as it does in the `rows` executor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from chippolicy.engine.checks import EdgeWatcher, FieldWatcher
from chippolicy.engine.dates import OrderWatcher
from chippolicy.engine.examples import MarkWatcher
from chippolicy.engine.frames.hashes import Ordered, among, hashed, hashes_of, ordered
from chippolicy.engine.gather import GatherWatcher
from chippolicy.engine.lookup import LayeredLookup
from chippolicy.engine.slips import IdDayWatcher, RangeWatcher
from chippolicy.engine.survey import TableSurvey, Watcher
from chippolicy.rules import Path, Where

Places = Mapping[str, int]
_FEW = 50_000
"""So many ids are sought in every batch; more are kept, and looked up once at the end."""
_DAY = r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\z"


class Feeder:
    """Gives a watcher the different rows of its columns."""

    def __init__(self, watcher: Watcher) -> None:
        self.watcher = watcher
        self._conditions = _conditions(watcher)

    def feed(self, frame: pl.DataFrame, places: Places) -> None:
        """Give the rows of a batch that could matter."""
        self._give(_left(frame.select(self._columns(places)), self._conditions))

    def unsettled(self) -> pl.DataFrame | None:
        """Once all batches have gone by: what rows are asked for again, if any."""
        return None

    def feed_some(self, frame: pl.DataFrame, places: Places, asked: pl.DataFrame) -> None:
        """Give those rows of a batch that were asked for again."""

    def _columns(self, places: Places) -> list[pl.Expr]:
        return [
            (pl.col(str(places[name])) if name in places else pl.lit("")).alias(name)
            for name in self.watcher.columns
        ]

    def _give(self, rows: pl.DataFrame) -> None:
        if rows.height:
            rows = rows.unique(maintain_order=True)
            self.watcher.take([tuple(rows[name]) for name in self.watcher.columns])


def _left(rows: pl.DataFrame, conditions: Sequence[pl.Expr]) -> pl.DataFrame:
    """The rows that meet all conditions: of each those are asked that met the ones before."""
    for condition in conditions:
        if not rows.height:
            break
        met = rows.select(condition.alias("met"))["met"]
        if not met.any():
            return rows.clear()
        if not met.all():
            rows = rows.filter(met)
    return rows


def _conditions(watcher: Watcher) -> list[pl.Expr]:
    """What a row must meet to matter, the cheapest first."""
    match watcher:
        case EdgeWatcher():
            return [pl.col(watcher.columns[1]) != "", *map(_where, watcher.part.where)]
        case GatherWatcher(gather=gather):
            own = [_where(one) for one in gather.where]
            if gather.any_of:
                own.append(pl.any_horizontal(pl.col(name) != "" for name in gather.any_of))
            return own
        case RangeWatcher():
            return [pl.col(watcher.columns[0]) != ""]
        case IdDayWatcher():
            name, day = map(pl.col, watcher.columns)
            return [
                name < ":",
                name.str.contains(r"\A[0-9]{4}") & (day != "") & ~name.str.starts_with(day),
            ]
        case FieldWatcher():
            return [~pl.col("field").is_in(["", "*"])]
    return []


def _where(where: Where) -> pl.Expr:
    among = pl.col(where.path.column).is_in(list(where.among))
    return ~among if where.negated else among


class MarkFeeder(Feeder):
    """Finds the rows that may be marked."""

    watcher: MarkWatcher

    def __init__(self, watcher: MarkWatcher, survey: TableSurvey) -> None:
        super().__init__(watcher)
        self._survey = survey

    def feed(self, frame: pl.DataFrame, places: Places) -> None:
        """Give the rows of a batch that could matter."""
        *ids, mark = self.watcher.columns
        marked = [self._may_be(name) for name in ids if name in places]
        if mark in places:
            marked.append(pl.col(mark) != "")
        rows = frame.select(self._columns(places))
        self._give(_left(rows, [pl.any_horizontal(marked)] if marked else []))

    def _may_be(self, name: str) -> pl.Expr:
        column, prefix = self._survey.columns[name], self.watcher.part.prefix
        value = pl.col(name)
        if column.faulty:
            return value.str.contains(prefix, literal=True)
        if column.plan and column.plan.kind == "record-reference":
            return value.str.contains(f"/{prefix}", literal=True)
        # A sound id has no stroke that the prefix could stand behind.
        return value.str.starts_with(prefix)


class OrderFeeder(Feeder):
    """Finds the rows with two dates that are not plainly in order."""

    watcher: OrderWatcher

    def __init__(self, watcher: OrderWatcher) -> None:
        super().__init__(watcher)
        order = watcher.order
        self._idle = watcher.idle
        self._own = [_where(one) for one in order.where if not one.path.table]
        self._paths = (order.first, order.then)
        self._joined = any(path.table for path in self._paths)
        self._telling: list[pl.Expr] = []
        if self._joined and not self._idle:
            telling = self._tellings()
            self._idle = telling is None
            self._telling = telling or []
        self._pairs: list[pl.DataFrame] = []

    def feed(self, frame: pl.DataFrame, places: Places) -> None:
        """Give rows with both dates; keep what is to be looked up elsewhere for later."""
        if self._idle:
            return
        rows = frame.select(self._columns(places))
        if self._joined:
            pairs = _left(self._keyed(rows), self._telling)
            if pairs.height:
                self._pairs.append(pairs.unique())
            return
        first, then = (pl.col(path.column) for path in self._paths)
        self._give(_left(rows, [_doubtful(first, then), *self._own]))

    def _tellings(self) -> list[pl.Expr] | None:
        """Which rows need be looked up, by the hashes `a` and `b`, where these are few.

        Most dates are plain days, and most of the first lie in years before most of the others:
        such pairs are in order, and only rows with one of the exceptions are left. None: no row.
        """
        tables = [
            _looked_up(self.watcher.values_of(path), path) if path.table else None
            for path in self._paths
        ]
        firsts, thens = tables
        if firsts is not None and thens is not None and thens.height:
            days = _plain_days(thens)
            years = thens["v"].str.slice(0, 4).sort()
            year = years[len(years) // 100]
            early = _plain_days(firsts)
            early = early.filter(early.str.slice(0, 4) < year)
            late = days.filter(days.str.slice(0, 4) >= year)
            odd = [
                (name, one.filter(~pl.col("v").is_in(usual.implode()))["h"])
                for name, one, usual in (("a", firsts, early), ("b", thens, late))
            ]
            odd = [(name, hashes) for name, hashes in odd if len(hashes)]
            if not odd:
                return None
            if max(len(hashes) for _, hashes in odd) <= _FEW:
                return [
                    pl.any_horizontal(pl.col(name).is_in(hashes.implode()) for name, hashes in odd)
                ]
        return [
            pl.col(name).is_in(one["h"].implode())
            for name, one in zip("ab", tables, strict=True)
            if one is not None and one.height <= _FEW
        ]

    def _keyed(self, rows: pl.DataFrame) -> pl.DataFrame:
        """For each row the two dates, or the hashes of the ids they are found by."""
        conditions, keys = [], []
        for name, path in zip("ab", self._paths, strict=True):
            value = pl.col(path.column)
            if path.by_reference:
                prefix = f"{path.table}/"
                conditions.append(value.str.starts_with(prefix))
                value = value.str.slice(len(prefix))
            elif not path.table:
                conditions.append(value != "")
            keys.append((hashed(value) if path.table else value).alias(name))
        return _left(rows, [*conditions, *self._own]).select(keys)

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
                values = _looked_up(self.watcher.values_of(path), path)
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

    def feed_some(self, frame: pl.DataFrame, places: Places, asked: pl.DataFrame) -> None:
        """Give the rows with some hashes."""
        rows = frame.select(self._columns(places))
        # Rows beside these that are given as well are no harm: the watcher looks them up itself.
        paths = self._paths
        mask = pl.lit(value=True)
        for name, path in zip("ab", paths, strict=True):
            value = pl.col(path.column)
            if path.by_reference:
                value = value.str.slice(len(f"{path.table}/"))
            key = hashed(value) if path.table else value
            mask &= key.is_in(asked[name].unique().implode())
        self._give(rows.filter(mask, *self._own))


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


def feeder_for(watcher: Watcher, survey: TableSurvey) -> Feeder:
    """What feeds a watcher of a table."""
    match watcher:
        case OrderWatcher():
            return OrderFeeder(watcher)
        case MarkWatcher():
            return MarkFeeder(watcher, survey)
    return Feeder(watcher)
