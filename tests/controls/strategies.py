"""Chips, sales and days to ask about, crowded around what the data makes a difference at."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from hypothesis import strategies as st

from chippolicy.controls.figures import Figures
from chippolicy.controls.question import shipped
from chippolicy.controls.reach import Sale
from chippolicy.controls.rulebook import rulebook

BOOK = rulebook(shipped())
AS_OF = date(2026, 11, 23)
CHIPS = shipped().chips.keys()


def _around(metric: str, low: int, high: int) -> st.SearchStrategy[Fraction]:
    lines = st.sampled_from(BOOK.thresholds[metric])
    return st.one_of(
        lines,
        st.builds(
            lambda line, step: max(line + step, Fraction(0)),
            lines,
            st.sampled_from([Fraction(-1, 10), Fraction(1, 10), Fraction(-300), Fraction(300)]),
        ),
        st.integers(low, high).map(Fraction),
    )


tpps = _around("tpp", 1, 60_000)
memories = _around("memory_bandwidth_gb_s", 1, 10_000)
links = _around("interconnect_gb_s", 0, 2_000)
areas = st.one_of(
    st.integers(50, 4_000).map(Fraction),
    # Areas that put a TPP of a threshold on, or close to, a threshold of density.
    st.builds(
        lambda tpp, density, more: tpp / density + more,
        st.sampled_from(BOOK.thresholds["tpp"]),
        st.sampled_from(BOOK.thresholds["performance_density"]),
        st.sampled_from([Fraction(0), Fraction(1, 100), Fraction(-1, 100)]),
    ),
)


def maybe(strategy: st.SearchStrategy[Fraction]) -> st.SearchStrategy[Fraction | None]:
    return st.one_of(strategy, strategy, st.none())


def figures(known: bool = False) -> st.SearchStrategy[Figures]:
    """Chips that exist only as numbers, of which some may not be known."""
    wrap = (lambda strategy: strategy) if known else maybe
    return st.builds(
        Figures,
        tpp=wrap(tpps),
        die_area_mm2=wrap(areas),
        memory_bandwidth_gb_s=wrap(memories),
        interconnect_gb_s=wrap(links),
        datacenter=st.booleans() if known else st.sampled_from([True, False, None]),
    )


places = st.sampled_from(
    ("CN", "HK", "MO", "RU", "IQ", "KH", "SA", "AE", "IL", "CY", "SG", "DE", "JP", "GB", "US", "BR")
)
sales = st.builds(Sale, places, st.one_of(st.none(), places))

_turns = sorted(
    {day for of in BOOK.measures for day in of.period.turns()}
    | {day for of in BOOK.members.values() for day in of.turns()}
)
days = st.one_of(
    st.dates(date(2022, 6, 1), AS_OF),
    st.builds(
        lambda day, step: date.fromordinal(day.toordinal() + step),
        st.sampled_from([day for day in _turns if day.year < 9000]),
        st.integers(-1, 1),
    ),
)
