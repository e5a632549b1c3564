"""The figures that the regulation sets thresholds on, computed exactly.

Each function takes numbers as people write them and gives a `Fraction`, because a threshold must
hold on the line: 5.92 × 100 mm² is a TPP of 592, not of 591.9999999999999. A float counts as the
shortest decimal that prints it. An input that is not known (None) makes what depends on it None:
nothing is guessed. Numbers that no chip can have (negative, not finite, an area of zero) raise
ValueError. Paragraphs are those of 15 CFR part 774, supplement no. 1, as codified on 2026-07-23.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

Number = int | float | Decimal | Fraction


@dataclass(frozen=True)
class Metric:
    """What a threshold's metric is: its name in words, unit, source and what it is made of."""

    name: str
    unit: str
    paragraph: str
    inputs: tuple[str, ...]
    """The figures of a chip that it is computed from."""


METRICS: dict[str, Metric] = {
    "tpp": Metric(
        "total processing performance", "", "ECCN 3A090, technical notes on TPP", ("tpp",)
    ),
    "performance_density": Metric(
        "performance density",
        "TPP/mm²",
        "ECCN 3A090, technical notes on performance density",
        ("tpp", "die_area_mm2"),
    ),
    "memory_bandwidth_gb_s": Metric(
        "memory bandwidth",
        "GB/s",
        "15 CFR 742.6(b)(10)(iii)(A)(1)",
        ("memory_bandwidth_gb_s",),
    ),
    "interconnect_gb_s": Metric(
        "interconnect",
        "GB/s",
        "ECCN 3A090 as added by 87 FR 62186",
        ("interconnect_gb_s",),
    ),
    "memory_plus_interconnect_gb_s": Metric(
        "memory bandwidth and interconnect",
        "GB/s",
        "15 CFR 744.23, letters of April 2025 as reported",
        ("memory_bandwidth_gb_s", "interconnect_gb_s"),
    ),
    "memory_bandwidth_density_gb_s_mm2": Metric(
        "memory bandwidth density",
        "GB/s per mm²",
        "ECCN 3A090.c",
        ("memory_bandwidth_gb_s", "package_area_mm2"),
    ),
    "datacenter": Metric(
        "data-center part", "", "ECCN 3A090, note on data centers", ("datacenter",)
    ),
    "transistors": Metric(
        "aggregated approximated transistor count", "", "ECCN 3A090, foundry note", ("transistors",)
    ),
    "has_hbm": Metric("high-bandwidth memory", "", "ECCN 3A090, foundry note", ("has_hbm",)),
    "training_operations": Metric(
        "training operations", "", "ECCN 4E091", ("training_operations",)
    ),
    "owned_share_percent": Metric(
        "share held by listed parties", "%", "15 CFR part 744", ("owned_share_percent",)
    ),
}
"""Every metric that a threshold can be set on, by its code."""


def exact(value: Number) -> Fraction:
    """A number as it is written: a float as its shortest decimal, so that 5.92 is 592/100.

    Raises ValueError for what is not finite, TypeError for what is no number.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, Fraction)):
        raise TypeError(f"a number is needed, not {value!r}")
    try:
        return Fraction(Decimal(repr(value)) if isinstance(value, float) else value)
    except (OverflowError, ValueError) as error:
        raise ValueError(f"a finite number is needed, not {value}") from error


def total_processing_performance(
    throughput: Iterable[tuple[Number, Number]], processing_units: int = 1
) -> Fraction | None:
    """Total processing performance (TPP): the highest of bit length × tera-operations/s.

    `throughput` holds one pair per number format: the bit length of the operation, and the dense
    tera-operations per second of one processing unit (never the figure with sparsity; a fused
    multiply-add counts as two). `processing_units` is how many such units the circuit has: their
    performance is summed. Without any format the TPP is not known. No unit.

    Source: ECCN 3A090, technical notes: TPP = 2 × MacTOPS × bit length, aggregated over all
    processing units; of several bit lengths the highest value counts.

    >>> total_processing_performance([(8, 600)]) == total_processing_performance([(16, 300)])
    True
    >>> int(total_processing_performance([(8, 600), (16, 250)]))
    4800
    """
    if processing_units < 1:
        raise ValueError(f"a circuit has at least one processing unit, not {processing_units}")
    rates = [
        _above_zero(bits, "bit length") * _not_negative(rate, "throughput")
        for bits, rate in throughput
    ]
    return max(rates) * processing_units if rates else None


def performance_density(tpp: Number | None, die_area_mm2: Number | None) -> Fraction | None:
    """Performance density: TPP per mm² of applicable die area.

    The applicable die area counts every logic die made on a process with non-planar transistors,
    caches included, memory stacks not. Unit: TPP/mm².

    Source: ECCN 3A090, technical notes: performance density is TPP divided by applicable die area.
    """
    if tpp is None or die_area_mm2 is None:
        return None
    return _not_negative(tpp, "TPP") / _above_zero(die_area_mm2, "die area")


def memory_bandwidth(gb_s: Number | None) -> Fraction | None:
    """Memory bandwidth (DRAM bandwidth) in GB/s, 1 TB/s being 1000 GB/s.

    Source: 15 CFR 742.6(b)(10)(iii)(A)(1), the bound for case-by-case review.
    """
    return None if gb_s is None else _not_negative(gb_s, "memory bandwidth")


def interconnect(gb_s: Number | None) -> Fraction | None:
    """Interconnect in GB/s: the aggregate bidirectional rate to and from other circuits.

    Links to volatile memory do not count.

    Source: ECCN 3A090 as added by 87 FR 62186 (October 2022).
    """
    return None if gb_s is None else _not_negative(gb_s, "interconnect")


def memory_plus_interconnect(
    memory_gb_s: Number | None, interconnect_gb_s: Number | None
) -> Fraction | None:
    """Memory bandwidth and interconnect added, in GB/s.

    Source: the is-informed letters of April 2025 under 15 CFR 744.23, as reported.
    """
    memory, link = memory_bandwidth(memory_gb_s), interconnect(interconnect_gb_s)
    return None if memory is None or link is None else memory + link


def memory_bandwidth_density(
    memory_gb_s: Number | None, package_area_mm2: Number | None
) -> Fraction | None:
    """Memory bandwidth per area of the memory's package or stack, in GB/s per mm².

    Source: ECCN 3A090.c.
    """
    if memory_gb_s is None or package_area_mm2 is None:
        return None
    area = _above_zero(package_area_mm2, "package area")
    return _not_negative(memory_gb_s, "memory bandwidth") / area


def _not_negative(value: Number, what: str) -> Fraction:
    found = exact(value)
    if found < 0:
        raise ValueError(f"a {what} cannot be negative: {value}")
    return found


def _above_zero(value: Number, what: str) -> Fraction:
    found = exact(value)
    if found <= 0:
        raise ValueError(f"a {what} is more than zero, not {value}")
    return found
