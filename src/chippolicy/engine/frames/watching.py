"""Feeding watchers: of a batch they are given only the different rows that could matter to them.

What could matter is told by an expression that is sure to hold wherever a watcher would find
something; the watcher itself then decides, as it does in the `rows` executor.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import and_

import polars as pl

from chippolicy.engine.checks import EdgeWatcher, FieldWatcher
from chippolicy.engine.dates import OrderWatcher
from chippolicy.engine.frames.hashes import Hashes, hashed, hashes_of, without
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
        self._condition = _condition(watcher)

    def feed(self, frame: pl.DataFrame, places: Places) -> None:
        """Give the rows of a batch that could matter."""
        rows = frame.lazy().select(self._columns(places))
        if self._condition is not None:
            rows = rows.filter(self._condition)
        self._give(rows.unique(maintain_order=True).collect())

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
            self.watcher.take([tuple(rows[name]) for name in self.watcher.columns])


def _condition(watcher: Watcher) -> pl.Expr | None:
    match watcher:
        case EdgeWatcher():
            return reduce(
                and_,
                (_where(one) for one in watcher.part.where),
                pl.col(watcher.columns[1]) != "",
            )
        case GatherWatcher(gather=gather):
            own = [_where(one) for one in gather.where]
            if gather.any_of:
                own.append(pl.any_horizontal(pl.col(name) != "" for name in gather.any_of))
            return reduce(and_, own) if own else None
        case RangeWatcher():
            return pl.col(watcher.columns[0]) != ""
        case IdDayWatcher():
            name, day = map(pl.col, watcher.columns)
            return name.str.contains(r"\A[0-9]{4}") & (day != "") & ~name.str.starts_with(day)
        case FieldWatcher():
            return ~pl.col("field").is_in(["", "*"])
    return None


def _where(where: Where) -> pl.Expr:
    among = pl.col(where.path.column).is_in(list(where.among))
    return ~among if where.negated else among


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
        self._telling = self._tellings() if self._joined and not self._idle else None
        self._pairs: list[pl.DataFrame] = []

    def feed(self, frame: pl.DataFrame, places: Places) -> None:
        """Give rows with both dates; keep what is to be looked up elsewhere for later."""
        if self._idle:
            return
        rows = frame.lazy().select(self._columns(places))
        if self._joined:
            keyed = self._keyed(rows)
            if self._telling is not None:
                keyed = keyed.filter(self._telling)
            pairs = keyed.unique().collect()
            if pairs.height:
                self._pairs.append(pairs)
            return
        first, then = (pl.col(path.column) for path in self._paths)
        doubtful = _doubtful(first, then)
        self._give(rows.filter(doubtful, *self._own).unique(maintain_order=True).collect())

    def _tellings(self) -> pl.Expr | None:
        """Which rows need be looked up, by the hashes `a` and `b`, where these are few.

        Most dates are plain days, and most of the first lie in years before most of the others:
        such pairs are in order, and only rows with one of the exceptions are left.
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
                firsts.filter(~pl.col("v").is_in(early.implode())),
                thens.filter(~pl.col("v").is_in(late.implode())),
            ]
            if max(one.height for one in odd) <= _FEW:
                return pl.any_horizontal(
                    pl.col(name).is_in(one["h"].implode())
                    for name, one in zip("ab", odd, strict=True)
                )
        few = [
            pl.col(name).is_in(one["h"].implode())
            for name, one in zip("ab", tables, strict=True)
            if one is not None and one.height <= _FEW
        ]
        return reduce(and_, few) if few else None

    def _keyed(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """For each row the two dates, or the hashes of the ids they are found by."""
        conditions, keys = list(self._own), []
        for name, path in zip("ab", self._paths, strict=True):
            value = pl.col(path.column)
            if path.by_reference:
                prefix = f"{path.table}/"
                conditions.append(value.str.starts_with(prefix))
                value = value.str.slice(len(prefix))
            elif not path.table:
                conditions.append(value != "")
            keys.append((hashed(value) if path.table else value).alias(name))
        return rows.filter(*conditions).select(keys) if conditions else rows.select(keys)

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
        keyed = rows.filter(mask, *self._own)
        self._give(keyed.unique(maintain_order=True))


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
        left = without(below["h"], id_hashes(values.own))
        below = below.filter(pl.col("h").is_in(left.implode()))
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
    schema = {"h": pl.UInt64, "v": pl.String}
    return pl.DataFrame({"h": hashes_of(values), "v": list(values.values())}, schema=schema)


def id_hashes(layer: TableSurvey) -> Hashes:
    """The hashes of a table's sound keys, joined with `+`, whichever executor surveyed it."""
    hashes: Hashes | None = getattr(layer, "id_hash", None)
    return hashes_of(layer.joined_keys()) if hashes is None else hashes


def feeder_for(watcher: Watcher) -> Feeder:
    """What feeds a watcher."""
    return OrderFeeder(watcher) if isinstance(watcher, OrderWatcher) else Feeder(watcher)
