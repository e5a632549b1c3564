"""Every threshold in the data, on both sides and on the line."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

import chippolicy.controls as controls
from chippolicy.controls.figures import Figures
from chippolicy.controls.question import shipped
from chippolicy.controls.rulebook import Clause, Criterion, Measure, rulebook
from chippolicy.controls.verdict import matches

BOOK = rulebook(shipped())
STEP = Fraction(1, 10**9)
KNOWN = set(Figures().by_metric)
# What a chip's figures do not hold: thresholds on models, companies and what foundries count.
OTHER = {
    "transistors",
    "has_hbm",
    "training_operations",
    "owned_share_percent",
    "memory_bandwidth_density_gb_s_mm2",
}
CASES = [
    pytest.param(of, clause, criterion, id=f"{of.id}-{clause.number}-{criterion.metric}")
    for of in BOOK.measures
    for clause in of.clauses
    for criterion in clause.criteria
    if criterion.metric in KNOWN
]
# Whether a comparison holds just below its threshold, on it, and just above.
HOLDS = {
    "ge": (False, True, True),
    "gt": (False, False, True),
    "le": (True, True, False),
    "lt": (True, False, False),
    "eq": (False, True, False),
}


def test_no_threshold_is_left_out() -> None:
    """Every metric in the data is a chip's, or one that no chip has."""
    assert set(BOOK.thresholds) <= KNOWN | OTHER
    assert len(CASES) > 100


def fitting(clause: Clause, but: Criterion) -> dict[str, Fraction]:
    """A value of each metric of a clause for which its other criteria hold."""
    found: dict[str, Fraction] = {}
    for metric in {criterion.metric for criterion in clause.criteria}:
        others = [of for of in clause.criteria if of.metric == metric and of is not but]
        low = max(
            (of.threshold for of in others if of.comparator in ("ge", "gt", "eq")), default=None
        )
        high = min((of.threshold for of in others if of.comparator in ("le", "lt")), default=None)
        if low is None:
            found[metric] = Fraction(0) if high is None else high / 2
        else:
            found[metric] = low if high is None else (low + high) / 2
            if any(of.comparator == "eq" for of in others):
                found[metric] = low
    return found


def chip(values: dict[str, Fraction]) -> Figures:
    """A chip that has these values of the metrics, and zero or one of what is not named."""
    tpp = values.get("tpp", Fraction(5000))
    density = values.get("performance_density")
    memory = values.get("memory_bandwidth_gb_s", values.get("memory_plus_interconnect_gb_s"))
    flag = values.get("datacenter", Fraction(1))
    return Figures(
        tpp=tpp,
        die_area_mm2=None if density is None else tpp / density,
        memory_bandwidth_gb_s=memory,
        interconnect_gb_s=values.get("interconnect_gb_s", Fraction(0)),
        datacenter={0: False, 1: True}[int(flag)],
    )


@pytest.mark.parametrize(("of", "clause", "criterion"), CASES)
def test_boundary(of: Measure, clause: Clause, criterion: Criterion) -> None:
    """A clause turns on each of its criteria exactly at the threshold."""
    alone = replace(of, clauses=(clause,), chips=frozenset())
    values = fitting(clause, criterion)
    if criterion.metric == "datacenter":
        for flag in (0, 1):
            figures = chip({**values, "datacenter": Fraction(flag)})
            assert matches(alone, figures) is (flag == criterion.threshold)
        unknown = replace(chip(values), datacenter=None)
        assert matches(alone, unknown) is None
        return
    for side, expected in zip((-STEP, Fraction(0), STEP), HOLDS[criterion.comparator], strict=True):
        figures = chip({**values, criterion.metric: criterion.threshold + side})
        assert figures.by_metric[criterion.metric] == criterion.threshold + side
        assert matches(alone, figures) is expected


@pytest.mark.parametrize(
    ("on", "figures", "threshold"),
    [
        ("2022-11-01", {"tpp": "4800", "interconnect": "600"}, "tpp"),
        ("2022-11-01", {"tpp": "4800", "interconnect": "600"}, "interconnect"),
        ("2024-01-10", {"tpp": "4800", "die_area": "4000"}, "tpp"),
        ("2024-01-10", {"tpp": "1600", "die_area": "500"}, "tpp"),
        ("2024-01-10", {"tpp": "2400", "die_area": "1500"}, "tpp"),
        (
            "2025-05-01",
            {"tpp": "1", "memory_bandwidth": "1400", "interconnect": "0"},
            "memory_bandwidth",
        ),
        (
            "2025-05-01",
            {"tpp": "1", "memory_bandwidth": "0", "interconnect": "1100"},
            "interconnect",
        ),
        (
            "2025-05-01",
            {"tpp": "1", "memory_bandwidth": "1000", "interconnect": "700"},
            "interconnect",
        ),
    ],
)
def test_boundary_of_an_answer(on: str, figures: dict[str, str], threshold: str) -> None:
    """On the line a chip is controlled; a billionth below, with all else equal, it is not."""
    numbers = {name: Fraction(text) for name, text in figures.items()}
    numbers.setdefault("die_area", Fraction(100_000))
    numbers.setdefault("memory_bandwidth", Fraction(0))
    numbers.setdefault("interconnect", Fraction(0))

    def answer(side: Fraction) -> str:
        given = {**numbers, threshold: numbers[threshold] + side}
        return controls.assess(
            to="CN",
            on=on,
            datacenter=True,
            tpp=given["tpp"],
            die_area=given["die_area"],
            memory_bandwidth=given["memory_bandwidth"],
            interconnect=given["interconnect"],
        ).answer

    assert answer(Fraction(0)) == "controlled"
    assert answer(STEP) == "controlled"
    assert answer(-STEP) == "not-controlled"


@pytest.mark.parametrize(
    ("tpp", "area", "paragraphs"),
    [
        ("1600", "500", ("3A090.b.2",)),  # 3.2, on the line
        ("1600", "500.0001", ()),
        ("2400", "1500", ("3A090.b.1",)),  # 1.6, on the line
        ("2400", "1500.0001", ()),
        ("2960", "500", ("3A090.a.2",)),  # 5.92, on the line: .a takes over from .b
        ("2960", "500.0001", ("3A090.b.1", "3A090.b.2")),
        ("4799.9999", "1500", ("3A090.b.1",)),
        ("4800", "1500", ("3A090.a.1", "3A090.b.2")),
    ],
)
def test_density_boundaries(tpp: str, area: str, paragraphs: tuple[str, ...]) -> None:
    """5.92, 3.2 and 1.6 hold on the line, which floats would miss."""
    found = controls.assess(
        tpp=Fraction(tpp),
        die_area=Fraction(area),
        memory_bandwidth=0,
        interconnect=0,
        to="CN",
        on="2024-01-10",
    )
    assert found.paragraphs == paragraphs
