"""A chip as the rules see it: its figures, exact, and which of them nobody knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chippolicy import metrics
from chippolicy.metrics import METRICS, Number

if TYPE_CHECKING:
    from chippolicy.dataset import Dataset


class UnknownChipError(LookupError):
    """No chip, or no single one, is called so; `nearest` are the ids that come close."""

    def __init__(self, name: str, nearest: tuple[str, ...], ambiguous: bool = False) -> None:
        self.name, self.nearest, self.ambiguous = name, nearest, ambiguous
        told = f"{name!r} means {len(nearest)} chips" if ambiguous else f"there is no chip {name!r}"
        hint = " or ".join(repr(id_) for id_ in nearest[:5])
        near = f": name {hint}" if ambiguous else f"; did you mean {hint}?"
        super().__init__(told + (near if nearest else ""))


_FORMAT = re.compile(r"(?:[a-z]+)?([1-9][0-9]{0,3})(?:e[0-9]+m[0-9]+)?").fullmatch


@dataclass(frozen=True)
class Figures:
    """What a chip is known by; None is not known, which is not the same as nothing.

    `tpp` has no unit; `die_area_mm2` is the applicable die area; bandwidths are in GB/s.
    """

    tpp: Fraction | None = None
    die_area_mm2: Fraction | None = None
    memory_bandwidth_gb_s: Fraction | None = None
    interconnect_gb_s: Fraction | None = None
    datacenter: bool | None = True
    chip_id: str | None = None
    name: str | None = None
    lineage: frozenset[str] = frozenset()
    """The ids by which a measure may name it: its own and those of its families."""
    announced: str | None = None
    released: str | None = None

    @cached_property
    def by_metric(self) -> Mapping[str, Fraction | None]:
        """The value of every metric; None where it is not known."""
        return {
            "tpp": self.tpp,
            "performance_density": metrics.performance_density(self.tpp, self.die_area_mm2),
            "memory_bandwidth_gb_s": self.memory_bandwidth_gb_s,
            "interconnect_gb_s": self.interconnect_gb_s,
            "memory_plus_interconnect_gb_s": metrics.memory_plus_interconnect(
                self.memory_bandwidth_gb_s, self.interconnect_gb_s
            ),
            "datacenter": None if self.datacenter is None else Fraction(self.datacenter),
        }

    def missing_for(self, metric: str) -> tuple[str, ...]:
        """The figures that would have to be known for a metric, and are not."""
        return tuple(
            figure for figure in METRICS[metric].inputs if getattr(self, figure, None) is None
        )


def from_numbers(
    *,
    tpp: Number | None = None,
    throughput: Mapping[Any, Number] | Iterable[tuple[Number, Number]] | None = None,
    die_area: Number | None = None,
    memory_bandwidth: Number | None = None,
    interconnect: Number | None = None,
    datacenter: bool | None = True,
) -> Figures:
    """A chip that exists only as numbers; raises ValueError for numbers that no chip can have.

    `throughput` gives dense tera-operations/s by number format (`fp8`, `int4`, or a bit length);
    then `tpp` is left out.
    """
    if tpp is not None and throughput is not None:
        raise ValueError("give the TPP or the throughput it is computed from, not both")
    if throughput is not None:
        found = metrics.total_processing_performance(_pairs(throughput))
    else:
        found = None if tpp is None else metrics.exact(tpp)
    # Asked for their checks too: a negative TPP or an area of zero is refused there.
    metrics.performance_density(1 if found is None else found, die_area)
    metrics.performance_density(found, 1)
    return Figures(
        tpp=found,
        die_area_mm2=None if die_area is None else metrics.exact(die_area),
        memory_bandwidth_gb_s=metrics.memory_bandwidth(memory_bandwidth),
        interconnect_gb_s=metrics.interconnect(interconnect),
        datacenter=datacenter,
    )


def _pairs(
    throughput: Mapping[Any, Number] | Iterable[tuple[Number, Number]],
) -> list[tuple[Number, Number]]:
    if not isinstance(throughput, Mapping):
        return list(throughput)
    return [(_bit_length(name), rate) for name, rate in throughput.items()]


def _bit_length(name: Any) -> Number:
    """The bit length of a number format: `fp16` has 16, `fp8e4m3` 8; a number is one itself."""
    if isinstance(name, (int, float)) and not isinstance(name, bool):
        return name
    if str(name) == "tf32":
        raise ValueError("tf32 keeps 19 bits in 32: give its bit length as a number instead")
    found = _FORMAT(str(name))
    if found is None:
        raise ValueError(f"a number format such as 'fp8', or a bit length, is needed, not {name!r}")
    return int(found[1])


def from_record(dataset: Dataset, name: str) -> Figures:
    """A chip of the dataset by id, reference, name or alias; raises UnknownChipError."""
    chip_id = _chip_id(dataset, name)
    row = dataset.chips.row_at(_number(dataset, chip_id))
    throughput = [
        (Fraction(of["bit_length"]), Fraction(of["dense_tera_ops_s"]))
        for of in dataset.rows("chip_throughput", chip_id=chip_id)
    ]

    def number(column: str) -> Fraction | None:
        text = row.get(column)
        return Fraction(text) if text else None

    return Figures(
        tpp=metrics.total_processing_performance(throughput),
        die_area_mm2=number("die_area_mm2"),
        memory_bandwidth_gb_s=number("memory_bandwidth_gb_s"),
        interconnect_gb_s=number("interconnect_gb_s"),
        datacenter={"true": True, "false": False}.get(row.get("datacenter", "")),
        chip_id=chip_id,
        name=row.get("name") or None,
        lineage=_lineage(dataset, chip_id),
        announced=row.get("announced") or None,
        released=row.get("released") or None,
    )


def _number(dataset: Dataset, chip_id: str) -> int:
    number = dataset.chips.number_of(chip_id)
    assert number is not None
    return number


def _chip_id(dataset: Dataset, name: str) -> str:
    if name in dataset.chips:
        return name
    found = tuple(
        record.ref.removeprefix("chips/")
        for record in dataset.resolve(name)
        if record.ref.startswith("chips/")
    )
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownChipError(name, found, ambiguous=True)
    near = tuple(
        ref.removeprefix("chips/") for ref in dataset.suggest(name, 12) if ref.startswith("chips/")
    )
    raise UnknownChipError(name, near[:5])


def _lineage(dataset: Dataset, chip_id: str) -> frozenset[str]:
    """A chip and the families it is a variant of, however deep."""
    found: set[str] = set()
    current: str | None = chip_id
    while current and current not in found:
        found.add(current)
        number = dataset.chips.number_of(current)
        current = dataset.chips.row_at(number).get("variant_of_id") if number is not None else None
    return frozenset(found)
