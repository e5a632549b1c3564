"""Dates that are not one day: of the question, and of the measures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

import chippolicy
from chippolicy.controls import assess, history
from chippolicy.controls.days import Period, window
from chippolicy.dataset import Dataset
from tests.controls.conftest import Alter, Row


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025-04-09", "2025-04-09", "2025-04-09"),
        ("2025-08", "2025-08-01", "2025-08-31"),
        ("2025-08~", "2025-07-01", "2025-09-30"),
        ("2025-08-06?", "2025-08-05", "2025-08-07"),
        ("2025-23", "2025-09-01", "2025-11-30"),
        ("2025", "2025-01-01", "2025-12-31"),
        ("2025-08/..", "2025-08-01", "9999-12-31"),
    ],
)
def test_window(text: str, first: str, last: str) -> None:
    """A date may mean any day of its window, the margins of its qualifiers included."""
    assert tuple(map(str, window(text))) == (first, last)


def test_period_in_doubt() -> None:
    """A coarse start or end leaves open, for each of its days, whether the period held."""
    period = Period("2025-03", "2025-06")
    holds = {
        day: period.holds(date.fromisoformat(day))
        for day in (
            "2025-02-28",
            "2025-03-01",
            "2025-03-30",
            "2025-03-31",
            "2025-06-01",
            "2025-06-02",
            "2025-06-30",
            "2025-07-01",
        )
    }
    assert list(holds.values()) == [False, None, None, True, True, None, None, False]
    assert [str(day) for day in period.turns()] == [
        "2025-03-01", "2025-03-31", "2025-06-02", "2025-07-01",
    ]  # fmt: skip
    assert Period(None, None, "2022-10-21").holds(date(2022, 10, 20)) is True
    assert Period(None, None, "2022-10-21").holds(date(2022, 10, 21)) is False


def test_coarse_question_that_is_constant() -> None:
    found = assess("nvidia-h20", to="CN", on="2025-05")
    assert (found.answer, found.changes) == ("controlled", ())


def test_coarse_question_that_changes() -> None:
    found = assess("nvidia-h20", to="CN", on="2025-04")
    assert found.answer == "cannot-tell"
    assert [(str(span.stretch), span.answer) for span in found.changes] == [
        ("2025-04-01/2025-04-08", "not-controlled"),
        ("2025-04-09/2025-04-30", "controlled"),
    ]


def test_same_answer_under_another_paragraph() -> None:
    """The answer stands, with every paragraph it had; the spans tell them apart."""
    found = assess("nvidia-a100", to="CN", on="2022-10")
    assert found.answer == "controlled"
    assert found.paragraphs == ("744.21", "3A090")
    assert [span.paragraphs for span in found.changes] == [("744.21",), ("3A090",)]


def test_one_of_a_set_leaves_out_the_days_between() -> None:
    found = assess("nvidia-h20", to="CN", on="[2025-04-01,2025-05-01]")
    assert found.answer == "cannot-tell"
    found = assess("nvidia-h20", to="CN", on="[2025-05-01,2025-06-01]")
    assert found.answer == "controlled"
    # Controlled for the Emirates in between, but neither of the days is.
    found = assess("nvidia-h100", to="AE", on="[2023-01-01,2026-08-01]")
    assert (found.answer, found.changes) == ("not-controlled", ())


@pytest.mark.parametrize(
    ("on", "first", "last"),
    [("2025-04-01/..", "2025-04-01", "2026-11-23"), ("../2025-04-09", "2023-11-09", "2025-04-09")],
)
def test_open_ends_reach_over_the_chip_s_life(on: str, first: str, last: str) -> None:
    found = assess("nvidia-h20", to="CN", on=on)
    assert found.answer == "cannot-tell"
    assert str(found.changes[0].stretch.first) == first
    assert str(found.changes[-1].stretch.last) == last


def test_days_after_the_data() -> None:
    found = assess("nvidia-h20", to="CN", on="2027-01-01")
    assert found.answer == "controlled"
    assert any("2027-01-01 is after 2026-11-23" in line for line in found.assumptions)
    assert not any("is after" in line for line in assess("nvidia-h20", to="CN").assumptions)


def test_days_before_the_chip() -> None:
    """A day before a chip was announced has an answer as well."""
    found = assess("nvidia-h20", to="CN", on="2020-01-01")
    assert found.answer == "not-controlled"
    assert found.before is None


@pytest.mark.parametrize("on", ["", "soon", "2025-02-30", "2025-13"])
def test_what_is_no_date(on: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        assess("nvidia-h20", to="CN", on=on)


def _dated(start: str) -> Alter:
    def alter(tables: dict[str, list[Row]]) -> None:
        for row in tables["policy_measures"]:
            if row["id"] == "us-2025-04-09-h20-license":
                row["start"] = start

    return alter


def test_doubt_about_a_measure_is_carried(altered: Callable[[Alter], Dataset]) -> None:
    """While it is open whether a measure had begun, so is the answer, and it is said why."""
    data = altered(_dated("2025-04"))
    days = {
        on: assess("nvidia-h20", to="CN", on=on, dataset=data)
        for on in ("2025-03-31", "2025-04-15", "2025-04-30")
    }
    assert [found.answer for found in days.values()] == [
        "not-controlled", "cannot-tell", "controlled",
    ]  # fmt: skip
    doubtful = days["2025-04-15"]
    assert doubtful.missing == ()
    assert any("dated 2025-04/" in line for line in doubtful.conditions)
    spans = history("nvidia-h20", to="CN", dataset=data)
    assert [(str(span.stretch), span.answer) for span in spans[:3]] == [
        ("2023-11-09/2025-03-31", "not-controlled"),
        ("2025-04-01/2025-04-29", "cannot-tell"),
        ("2025-04-30/2025-07-13", "controlled"),
    ]


def test_a_policy_that_ended_takes_its_measures_along(
    altered: Callable[[Alter], Dataset],
) -> None:
    def alter(tables: dict[str, list[Row]]) -> None:
        for row in tables["policies"]:
            if row["id"] == "us-2025-04-09-h20-is-informed":
                row["ended"] = "2025-06-01"

    data = altered(alter)
    assert assess("nvidia-h20", to="CN", on="2025-05-31", dataset=data).answer == "controlled"
    assert assess("nvidia-h20", to="CN", on="2025-06-01", dataset=data).answer == "not-controlled"


def test_as_of_is_the_package_s_own(altered: Callable[[Alter], Dataset]) -> None:
    data = altered(lambda tables: None)
    assert assess("nvidia-h20", to="CN", dataset=data).on == "2026-11-23"
    (data.origin / "datapackage.json").write_text(
        '{"created": "2025-06-30T00:00:00Z", "resources": [{"name": "chips", "path": "chips.csv"}]}'
    )
    folder = chippolicy.load(data.origin)
    found = assess(tpp=1, to="CN", dataset=folder)
    assert (found.on, str(found.as_of)) == ("2025-06-30", "2025-06-30")


def test_what_applies_on_some_day_of_a_span_applies(altered: Callable[[Alter], Dataset]) -> None:
    """A measure in doubt at first, then sure, then in doubt again, is told once, as applying."""

    def alter(tables: dict[str, list[Row]]) -> None:
        for row in tables["policy_measures"]:
            if row["id"] == "cn-2025-08-h20-discouraged":
                row["end"] = "2025-10"

    found = assess("nvidia-h20", to="CN", on="2025-08-15/2025-10-20", dataset=altered(alter))
    beside = [
        of.applies for of in found.outcome.beside if of.measure == "cn-2025-08-h20-discouraged"
    ]
    assert beside == [True]
