from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chippolicy import metrics
from chippolicy.metrics import (
    METRICS,
    Number,
    exact,
    memory_plus_interconnect,
    performance_density,
    total_processing_performance,
)
from chippolicy.records.measures import Metric

rates = st.one_of(
    st.integers(0, 10**6),
    st.decimals(0, 10**6, places=3),
    st.floats(0, 1e6, allow_subnormal=False),
)
positive = st.one_of(st.integers(1, 10**6), st.decimals("0.001", 10**6, places=3))
formats = st.lists(st.tuples(st.sampled_from([4, 8, 16, 32, 64]), rates), min_size=1, max_size=6)


def tpp(throughput: list[tuple[int, Number]], units: int = 1) -> Fraction:
    found = total_processing_performance(throughput, units)
    assert found is not None
    return found


def test_worked_examples_of_the_regulation() -> None:
    """600 TOPS at 8 bits and 300 TFLOPS at 16 bits are both a TPP of 4800."""
    assert tpp([(8, 600)]) == 4800
    assert tpp([(16, 300)]) == 4800
    # MacTOPS count a multiply and an add as one: TPP is 2 × MacTOPS × bit length.
    assert tpp([(8, 2 * 300)]) == 4800


@given(formats, st.randoms(use_true_random=False))
def test_order_of_formats(throughput: list[tuple[int, Number]], random: Random) -> None:
    """TPP does not depend on the order of number formats."""
    assert tpp(throughput) == tpp(throughput[::-1])
    shuffled = [*throughput]
    random.shuffle(shuffled)
    assert tpp(throughput) == tpp(shuffled)


@given(formats, st.integers(0, 5), st.integers(1, 10**6))
def test_tpp_is_monotone(throughput: list[tuple[int, Number]], at: int, more: int) -> None:
    """More throughput or one more format never makes TPP less, and the highest format counts."""
    before = tpp(throughput)
    bits, rate = throughput[at % len(throughput)]
    raised = [*throughput]
    raised[at % len(throughput)] = bits, exact(rate) + more
    assert tpp(raised) >= before
    assert tpp([*throughput, (bits, more)]) >= before
    assert before in [exact(rate) * bits for bits, rate in throughput]


@given(formats, st.integers(1, 64))
def test_tpp_is_summed_over_processing_units(
    throughput: list[tuple[int, Number]], units: int
) -> None:
    """A circuit of n equal processing units has n times the TPP of one."""
    assert tpp(throughput, units) == units * tpp(throughput)


@given(positive, positive, st.integers(1, 1000))
def test_performance_density_is_monotone(tpp_: Number, area: Number, more: int) -> None:
    """Density grows with TPP and shrinks with area."""
    here = performance_density(tpp_, area)
    denser = performance_density(exact(tpp_) + more, area)
    wider = performance_density(tpp_, exact(area) + more)
    assert here is not None
    assert denser is not None
    assert wider is not None
    assert wider < here < denser


@given(
    st.sampled_from([Decimal("5.92"), Decimal("3.2"), Decimal("1.6")]),
    st.decimals("0.1", 3000, places=1),
)
def test_density_boundaries_are_exact(threshold: Decimal, area: Decimal) -> None:
    """A TPP of threshold × area is on the line; the next smaller or larger decimal is beside it."""
    line = exact(threshold) * exact(area)
    step = Fraction(1, 10**9)
    on, below, above = (performance_density(line + side, area) for side in (0, -step, step))
    assert below is not None
    assert above is not None
    assert on == exact(threshold)
    assert below < exact(threshold) < above
    # As floats, which count as the shortest decimals that print them.
    assert performance_density(float(line), float(area)) == exact(threshold)


@given(rates, rates, st.integers(0, 1000))
def test_bandwidths_add(memory: Number, link: Number, more: int) -> None:
    """Memory bandwidth and interconnect add exactly, and more of either is more."""
    total = memory_plus_interconnect(memory, link)
    assert total == exact(memory) + exact(link)
    raised = memory_plus_interconnect(exact(memory) + more, link)
    assert raised == total + more


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_counts_as_its_shortest_decimal(value: float) -> None:
    """A float is exactly the decimal that prints it."""
    assert exact(value) == Fraction(Decimal(repr(value)))
    assert float(exact(value)) == value


@pytest.mark.parametrize("known", [None, 1])
def test_unknown_stays_unknown(known: Number | None) -> None:
    """What depends on an unknown figure is unknown, never zero."""
    assert total_processing_performance([]) is None
    assert performance_density(None, known) is None
    assert performance_density(known, None) is None
    assert memory_plus_interconnect(None, known) is None
    assert memory_plus_interconnect(known, None) is None
    assert metrics.memory_bandwidth_density(None, known) is None
    assert metrics.memory_bandwidth_density(known, None) is None
    assert metrics.memory_bandwidth(None) is None
    assert metrics.interconnect(None) is None


def test_memory_bandwidth_density() -> None:
    """3A090.c is about more than 2 GB/s per mm²: 220 GB/s over 110 mm² is on the line."""
    assert metrics.memory_bandwidth_density(220, 110) == 2


@pytest.mark.parametrize("area", [0, -1, float("nan"), float("inf")])
def test_areas_that_cannot_be(area: float) -> None:
    with pytest.raises(ValueError, match=r"more than zero|finite"):
        performance_density(1, area)


@pytest.mark.parametrize("value", [-1, float("nan"), float("-inf")])
def test_figures_that_cannot_be(value: float) -> None:
    for metric in (metrics.memory_bandwidth, metrics.interconnect):
        with pytest.raises(ValueError, match=r"negative|finite"):
            metric(value)
    with pytest.raises(ValueError, match=r"negative|finite"):
        total_processing_performance([(8, value)])
    with pytest.raises(ValueError, match=r"negative|finite"):
        performance_density(value, 1)


def test_what_is_no_number() -> None:
    with pytest.raises(TypeError):
        exact(True)
    with pytest.raises(TypeError):
        exact("4800")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at least one"):
        total_processing_performance([(8, 1)], 0)


def test_every_metric_of_the_criteria_is_described() -> None:
    """A threshold can be set on nothing that has no name, paragraph and inputs here."""
    assert set(METRICS) == {metric.value for metric in Metric}
    assert all(of.name and of.paragraph and of.inputs for of in METRICS.values())
