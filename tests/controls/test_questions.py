"""What can be asked, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from chippolicy.controls import UnknownChipError, assess, history
from chippolicy.dataset import Dataset
from tests.controls.conftest import Alter, Row


@pytest.mark.parametrize("name", ["nvidia-h20", "chips/nvidia-h20", "H20", "NVIDIA H20", "ｈ２０"])
def test_chips_by_any_name(name: str) -> None:
    assert assess(name, to="CN").chip == "nvidia-h20"


def test_chips_by_record(dataset: Dataset) -> None:
    assert assess(dataset.chips["nvidia-h20"], to="CN").chip == "nvidia-h20"


def test_unknown_chips_come_with_the_nearest() -> None:
    with pytest.raises(UnknownChipError) as error:
        assess("nvidia-h2o", to="CN")
    assert "nvidia-h20" in error.value.nearest
    assert "nvidia-h20" in str(error.value)
    with pytest.raises(UnknownChipError):
        # An actor is no chip.
        assess("nvidia", to="CN")


def test_a_name_of_several_chips(altered: Callable[[Alter], Dataset]) -> None:
    def alter(tables: dict[str, list[Row]]) -> None:
        for row in tables["chips"]:
            if row["id"] in ("nvidia-h20", "nvidia-l20"):
                row["name"] = "China part"

    with pytest.raises(UnknownChipError) as error:
        assess("China part", to="CN", dataset=altered(alter))
    assert error.value.ambiguous
    assert set(error.value.nearest) == {"nvidia-h20", "nvidia-l20"}


@pytest.mark.parametrize(
    "asked",
    [
        {"to": "CN"},
        {"chip": "nvidia-h20", "tpp": 1, "to": "CN"},
        {"tpp": 1, "throughput": {"fp8": 1}, "to": "CN"},
        {"tpp": -1, "to": "CN"},
        {"tpp": float("nan"), "to": "CN"},
        {"die_area": 0, "to": "CN"},
        {"throughput": {"eight": 1}, "to": "CN"},
        {"throughput": {"tf32": 1}, "to": "CN"},
        {"chip": "nvidia-h20", "to": "XX"},
        {"chip": "nvidia-h20", "to": "D:5"},
        {"chip": "nvidia-h20", "to": "CN", "hq": "China"},
    ],
)
def test_what_cannot_be_asked(asked: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        assess(**asked)


def test_throughput_gives_the_tpp() -> None:
    by_format = assess(throughput={"fp16": 148, "fp8": 296}, to="cn", on="2024-01-10")
    by_bits = assess(throughput=[(16, 148), (8, 296)], to="CN", on="2024-01-10")
    assert dict(by_format.figures)["tpp"] == dict(by_bits.figures)["tpp"] == 2368
    assert by_format.to == "CN"
    assert assess(throughput={}, to="CN", on="2024-01-10").missing[0] == "tpp"


def test_numbers_stand_for_a_data_center_part() -> None:
    assumed = assess(tpp=3000, die_area=1000, to="CN", on="2024-01-10")
    assert assumed.answer == "controlled"
    assert any("which was not said" in line for line in assumed.assumptions)
    said = assess(tpp=3000, die_area=1000, datacenter=True, to="CN", on="2024-01-10")
    assert not any("which was not said" in line for line in said.assumptions)
    consumer = assess(tpp=3000, die_area=1000, datacenter=False, to="CN", on="2024-01-10")
    assert consumer.answer == "not-controlled"


def test_overruling_a_record() -> None:
    found = assess("nvidia-l40", datacenter=False, to="CN", on="2024-01-10")
    assert found.answer == "not-controlled"
    assert any("whatever its record says" in line for line in found.assumptions)


def test_floats_are_taken_as_written() -> None:
    """A density of 5.92 on the line is reached by floats of which the quotient is below."""
    tpp, area = 2960.0, 500.0
    assert dict(assess(tpp=tpp, die_area=area, to="CN").figures)["performance_density"] == Fraction(
        148, 25
    )


def test_as_dict_is_json() -> None:
    """Everything is plain: what JSON reads back is what was given."""
    found = assess("nvidia-h200", to="CN", on="2026").as_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    keys = (
        "answer paragraphs policies review conditions exceptions missing assumptions "
        "not_enforced trace citations as_of"
    )
    assert set(keys.split()) <= set(found)


def test_history_of_numbers_begins_with_the_first_measure_that_may_apply() -> None:
    spans = history(tpp=5000, interconnect=900, die_area=800, memory_bandwidth=100, to="CN")
    assert str(spans[0].stretch.first) == "2022-10-21"
    assert spans[0].answer == "controlled"


def test_citations_lead_to_sources(dataset: Dataset) -> None:
    """Every citation of an assessment is one of the data, of something that was compared."""
    found = assess("nvidia-h20", to="CN", on="2025-05-01")
    records = {cited.record for cited in found.citations}
    assert "policy_measures/us-2025-04-09-h20-license" in records
    assert "measure_criteria/us-2025-04-09-h20-license+1+memory_bandwidth_gb_s+ge" in records
    assert "chips/nvidia-h20" in records
    assert all(cited.source in dataset.sources for cited in found.citations)
    # The figure that sources dispute comes with both.
    assert {cited.relation for cited in found.citations} >= {"supports", "contradicts"}


def test_a_suspended_requirement_does_not_bind(altered: Callable[[Alter], Dataset]) -> None:
    """What holds for non-enforcement holds for suspension, for as long as it lasts."""

    def alter(tables: dict[str, list[Row]]) -> None:
        blank = dict.fromkeys(tables["policy_measures"][0], "")
        tables["policy_measures"].append(
            {
                **blank,
                "id": "us-test-suspension",
                "policy_id": "us-2025-05-13-diffusion-nonenforcement",
                "effect": "suspend",
                "item": "chip",
                "direction": "export",
                "start": "2025-06-01",
                "end": "2025-06-30",
            }
        )
        tables["measure_destinations"].append(
            {
                "measure_id": "us-test-suspension",
                "destination": "world",
                "basis": "location",
                "rule": "include",
            }
        )
        tables["policy_relations"].append(
            {
                "policy_id": "us-2025-05-13-diffusion-nonenforcement",
                "relation": "suspends",
                "target_id": "us-2025-04-09-h20-is-informed",
            }
        )

    data = altered(alter)
    answers = {
        on: assess("nvidia-h20", to="CN", on=on, dataset=data)
        for on in ("2025-05-31", "2025-06-15", "2025-07-01")
    }
    assert [found.answer for found in answers.values()] == [
        "controlled", "not-controlled", "controlled",
    ]  # fmt: skip
    (lifted,) = answers["2025-06-15"].outcome.not_enforced
    assert (lifted.measure, lifted.lifted_by) == ("us-2025-04-09-h20-license", "us-test-suspension")


def test_an_exclusion_as_close_as_an_inclusion_wins(altered: Callable[[Alter], Dataset]) -> None:
    """A country named beats its group; of two groups, the one that leaves out wins."""

    def alter(tables: dict[str, list[Row]]) -> None:
        for row in tables["measure_destinations"]:
            if row["measure_id"] == "us-2023-10-17-3a090-b-1" and row["destination"] == "A:6":
                row["destination"], row["rule"] = "IL", "include"

    data = altered(alter)
    found = assess("nvidia-l40", to="IL", on="2024-01-10", dataset=data)
    assert found.paragraphs == ("3A090.b.1",)
    assert assess("nvidia-l40", to="IL", on="2024-01-10").answer == "not-controlled"


def _case_by_case(tables: dict[str, list[Row]]) -> None:
    """A review policy of 2024, for China, that is more specific than the presumption of denial."""
    id_ = "us-test-review"
    blank = dict.fromkeys(tables["policy_measures"][0], "")
    tables["policy_measures"].append(
        {
            **blank,
            "id": id_,
            "policy_id": "us-2023-10-17-acs-ifr",
            "effect": "case-by-case",
            "item": "chip",
            "direction": "export",
            # Narrower counts for more than newer.
            "start": "2023-11-01",
        }
    )
    tables["measure_destinations"].append(
        {"measure_id": id_, "destination": "CN", "basis": "location", "rule": "include"}
    )
    for metric, comparator, value in (
        ("tpp", "ge", "4800"),
        ("tpp", "lt", "21000"),
        ("memory_bandwidth_gb_s", "lt", "6500"),
    ):
        tables["measure_criteria"].append(
            {
                "measure_id": id_,
                "clause": "1",
                "metric": metric,
                "comparator": comparator,
                "value": value,
            }
        )


def test_the_most_specific_review_policy_counts(altered: Callable[[Alter], Dataset]) -> None:
    """Of two that apply the more specific one; if it may apply, it cannot be told."""
    data = altered(_case_by_case)
    reviews = {
        chip: assess(chip, to="CN", on="2024-02-01", dataset=data).review
        for chip in ("nvidia-h200", "nvidia-b200", "huawei-ascend-910b")
    }
    assert reviews == {
        "nvidia-h200": "case-by-case",
        "nvidia-b200": "presumption-of-denial",
        "huawei-ascend-910b": "cannot-tell",
    }


def test_a_review_policy_that_names_the_chip_counts_most(
    altered: Callable[[Alter], Dataset],
) -> None:
    def alter(tables: dict[str, list[Row]]) -> None:
        _case_by_case(tables)
        named = {
            **tables["policy_measures"][-1],
            "id": "us-test-named",
            "effect": "presumption-of-approval",
            "start": "2023-10-01",
        }
        tables["policy_measures"].append(named)
        tables["measure_destinations"].append(
            {**tables["measure_destinations"][-1], "measure_id": "us-test-named"}
        )
        for chip in ("nvidia-a100", "nvidia-h200"):
            tables["measure_chips"].append({"measure_id": "us-test-named", "chip_id": chip})

    data = altered(alter)
    reviews = {
        chip: assess(chip, to="CN", on="2024-02-01", dataset=data).review
        for chip in ("nvidia-h200", "nvidia-a100-80gb", "nvidia-h100")
    }
    assert reviews == {
        "nvidia-h200": "presumption-of-approval",
        "nvidia-a100-80gb": "presumption-of-approval",
        "nvidia-h100": "case-by-case",
    }


def test_history_of_a_chip_named_before_its_release() -> None:
    """A chip of which only the release is known begins with the first measure that covers it."""
    spans = history("nvidia-h100", to="CN")
    assert (str(spans[0].stretch.first), spans[0].answer) == ("2022-08-26", "controlled")
    assert str(history("nvidia-h20", to="CN")[0].stretch.first) == "2023-11-09"
