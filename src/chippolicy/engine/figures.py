"""Rules on the figures of chips: sparse for dense, parts that outgrow their parent, densities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from chippolicy.engine.causes import Values
from chippolicy.engine.columns import Detail
from chippolicy.engine.faults import Fault
from chippolicy.engine.gather import Gather, below, gathers, given, replaced
from chippolicy.engine.universe import Universe
from chippolicy.formats.cells import decode
from chippolicy.rules import Rule
from chippolicy.rules.parts import Computed, Outgrown, Sparse

_CLOSE = 0.01
"""Published figures are rounded: so far apart they may be and still be the same."""


class _Figure(NamedTuple):
    """One format's figure of a chip, with the row it stands in."""

    row: Values
    format: str
    bits: float
    ops: float

    @property
    def tpp(self) -> float:
        return self.bits * self.ops

    def words(self) -> str:
        return f"{self.row[-1]} × {self.row[-2]} bit"


def _figures(rows: Iterable[Values]) -> dict[str, list[_Figure]]:
    found: dict[str, list[_Figure]] = defaultdict(list)
    for row in sorted(rows):
        chip, form, *numbers = row
        bits, ops = (decode("number", text) for text in numbers)
        if chip and form and isinstance(bits, float) and isinstance(ops, float):
            found[chip].append(_Figure(row, form, bits, ops))
    return found


def _all_figures(universe: Universe, gather: Gather) -> dict[str, list[_Figure]]:
    return _figures(given(universe, gather) | below(universe, gather))


def _ratio(one: float, other: float, expected: float, close: float = _CLOSE) -> bool:
    return abs(one - expected * other) <= close * expected * other


def check_sparse(rule: Rule, part: Sparse, universe: Universe) -> Iterator[Fault]:
    """Figures twice what the chip's other formats, or the record below, imply."""
    (gather,) = gathers(part)
    own = given(universe, gather)
    if not own:
        return
    shipped = {row[:2]: row for row in replaced(universe, gather)}
    bad: dict[Values, Detail] = {}
    all_figures = _all_figures(universe, gather)
    for chip in {row[0] for row in own}:
        figures = [one for one in all_figures.get(chip, ()) if one.format in part.formats]
        for one in figures:
            if one.row in own and (implied := _half(one, figures)):
                message = (
                    f"{part.figure} of {one.format}, {one.words()}, is twice what "
                    f"{implied.format} implies: {implied.words()}"
                )
                bad[one.row] = Detail(rule.code, message, _halved(one))
    for figures in _figures(own).values():
        for one in figures:
            row = shipped.get(one.row[:2])
            dense = decode("number", row[-1]) if row else None
            if one.row not in bad and isinstance(dense, float) and _ratio(one.ops, dense, 2):
                message = f"{part.figure} is {one.row[-1]}, twice the shipped figure, {dense:g}"
                bad[one.row] = Detail(rule.code, message, _halved(one))
    if bad:
        yield Fault(part.table, gather.columns, part.figure, bad)


def _halved(one: _Figure) -> str:
    return f"If {one.row[-1]} is the figure with sparsity, write {one.ops / 2:.15g}."


def _half(one: _Figure, figures: list[_Figure]) -> _Figure | None:
    """A figure that shows another to be twice too high, or None.

    Units run narrow formats at the same bits per second as wide ones, or slower: a wide format
    at twice the rate of one narrow format is common, at twice that of several it is not.
    """
    others = [other for other in figures if other is not one]
    halves = [other for other in others if _ratio(one.tpp, other.tpp, 2)]
    for other in halves:
        if other.bits >= one.bits:
            return other
    return halves[0] if len(halves) > 1 and len(halves) == len(others) else None


def check_outgrown(rule: Rule, part: Outgrown, universe: Universe) -> Iterator[Fault]:
    """Figures of a part for some market above those of the part it derives from."""
    parts_gather, gather = gathers(part)
    own_parts, own = given(universe, parts_gather), given(universe, gather)
    if not own_parts and not own:
        return
    figures = _all_figures(universe, gather)
    bad_figures: dict[Values, Detail] = {}
    bad_parts: dict[Values, Detail] = {}
    for row in sorted(own_parts | below(universe, parts_gather)):
        chip, market, parent = row
        if market not in part.markets:
            continue
        of_parent = {one.format: one for one in figures.get(parent, ())}
        for one in figures.get(chip, ()):
            other = of_parent.get(one.format)
            if other is None or one.ops <= other.ops * (1 + _CLOSE):
                continue
            detail = Detail(
                rule.code,
                f"{chip}, made for {market}, has {one.row[-1]} tera-operations/s in {one.format}, "
                f"more than {parent} with {other.row[-1]}",
            )
            # Where it was contributed: the figure, the part, or the parent's figure.
            if one.row in own:
                bad_figures[one.row] = detail
            elif row in own_parts:
                bad_parts.setdefault(row, detail)
            elif other.row in own:
                bad_figures[other.row] = detail
    if bad_figures:
        yield Fault(part.figures.table, gather.columns, part.figures.figure, bad_figures)
    if bad_parts:
        yield Fault(part.parts, parts_gather.columns, part.parent, bad_parts)


def check_computed(rule: Rule, part: Computed, universe: Universe) -> Iterator[Fault]:
    """A contributor's own TPP or performance density that the figures do not bear out."""
    chips, gather = gathers(part)
    own = given(universe, chips)
    if not own:
        return
    figures = _all_figures(universe, gather)
    bad: dict[str, dict[Values, Detail]] = {part.tpp: {}, part.density: {}}
    for row in own:
        chip, *texts = row
        area, *told = (decode("number", text) for text in texts)
        best = max(figures.get(chip, ()), key=lambda one: one.tpp, default=None)
        if best is None:
            continue
        dense = best.tpp / area if isinstance(area, float) and area > 0 else None
        ways = f"{best.words()} of {best.format}"
        for column, figure, computed, how in (
            (part.tpp, told[0], best.tpp, ways),
            (part.density, told[1], dense, f"{ways} ÷ {texts[0]} mm²"),
        ):
            if (
                computed is None
                or not isinstance(figure, float)
                or _ratio(figure, computed, 1, 0.02)
            ):
                continue
            bad[column][row] = Detail(
                rule.code, f"{column} is {figure:g}, but the figures give {computed:.4g}: {how}"
            )
    for column, details in bad.items():
        if details:
            yield Fault(part.table, chips.columns, column, details)
