"""The examples that the data and the rules together have to give, each with its trace."""

from __future__ import annotations

from typing import Any

import pytest

from chippolicy.controls import assess

RULE_2022, RULE_2023, LETTERS, CASES = "2022-11-01", "2024-01-10", "2025-05-01", "2026-02-01"


def told(chip: str, on: str, to: str = "CN", **more: Any) -> dict[str, Any]:
    return assess(chip, to=to, on=on, **more).as_dict()


def compared(found: dict[str, Any], paragraph: str, metric: str, threshold: float) -> Any:
    (holds,) = {
        (row["value"], row["holds"], round(row["margin"], 2))
        for row in found["trace"]
        if (row["paragraph"], row["metric"], row["threshold"]) == (paragraph, metric, threshold)
    }
    return holds


@pytest.mark.parametrize("chip", ["nvidia-a100", "nvidia-h100"])
def test_october_2022_catches(chip: str) -> None:
    found = told(chip, RULE_2022)
    assert found["answer"] == "controlled"
    assert found["paragraphs"] == ["3A090"]
    assert found["policies"] == ["us-2022-10-07-ac-sme"]
    assert found["review"] == "presumption-of-denial"
    assert compared(found, "3A090", "tpp", 4800)[1] == "yes"
    assert compared(found, "3A090", "interconnect_gb_s", 600)[1] == "yes"


@pytest.mark.parametrize("chip", ["nvidia-a800", "nvidia-h800"])
def test_slowed_links_pass_in_2022_and_not_in_2023(chip: str) -> None:
    found = told(chip, RULE_2022)
    assert found["answer"] == "not-controlled"
    assert compared(found, "3A090", "interconnect_gb_s", 600) == (400, "no", -200)
    assert compared(found, "3A090", "tpp", 4800)[1] == "yes"
    found = told(chip, RULE_2023)
    assert found["answer"] == "controlled"
    assert "3A090.a.1" in found["paragraphs"]


def test_h20() -> None:
    found = told("nvidia-h20", RULE_2023)
    assert found["answer"] == "not-controlled"
    assert compared(found, "3A090.b.1", "tpp", 2400) == (2368, "no", -32)
    assert compared(found, "3A090.b.2", "performance_density", 3.2)[1:] == ("no", -0.29)
    found = told("nvidia-h20", LETTERS)
    assert found["answer"] == "controlled"
    assert found["license_requirement"] == "require-license"
    assert found["policies"] == ["us-2025-04-09-h20-is-informed"]
    assert found["paragraphs"] == ["744.23(a)(1)"]
    assert found["before"]["answer"] == "not-controlled"
    assert found["before"]["last"] == "2025-04-08"
    assert compared(found, "744.23(a)(1)", "memory_bandwidth_gb_s", 1400) == (4000, "yes", 2600)
    assert any(
        row["record"] == "policy_measures/us-2025-04-09-h20-license" for row in found["citations"]
    )


def test_h20_as_numbers_only() -> None:
    """The same figures without a record get the same answer, by the figures alone."""
    found = assess(
        tpp=2368,
        die_area=814,
        memory_bandwidth=4000,
        interconnect=900,
        datacenter=True,
        to="CN",
        on=LETTERS,
    )
    assert found.answer == "controlled"
    assert found.paragraphs == ("744.23(a)(1)",)
    assert not found.outcome.measures[0].named


@pytest.mark.parametrize(
    ("chip", "paragraph", "metric", "threshold", "comparison"),
    [
        ("nvidia-l20", "3A090.b.2", "performance_density", 3.2, ("no", -0.06)),
        ("nvidia-l2", "3A090.b.2", "tpp", 1600, ("no", -56)),
        ("nvidia-rtx-4090d", "3A090.a.1", "tpp", 4800, ("no", -93.12)),
    ],
)
@pytest.mark.parametrize("on", [RULE_2023, LETTERS, CASES])
def test_outside(
    chip: str, paragraph: str, metric: str, threshold: float, comparison: Any, on: str
) -> None:
    found = told(chip, on)
    assert found["answer"] == "not-controlled"
    assert compared(found, paragraph, metric, threshold)[1:] == comparison


def test_rtx_4090_is_no_data_center_part() -> None:
    found = told("nvidia-rtx-4090", RULE_2023)
    assert found["answer"] == "controlled"
    assert "3A090.a.1" in found["paragraphs"]
    assert [each["measure"] for each in found["exceptions"]] == ["us-2023-10-17-nac"]
    assert "NAC" in found["exceptions"][0]["condition"]
    # Below 4800 the note on data centers lets such a part go.
    less = assess(
        tpp=4799,
        die_area=608,
        interconnect=64,
        memory_bandwidth=1008,
        datacenter=False,
        to="CN",
        on=RULE_2023,
    )
    assert less.answer == "not-controlled"


def test_h200_is_weighed_case_by_case_from_2026() -> None:
    found = told("nvidia-h200", "2026-01-14")
    assert (found["answer"], found["review"]) == ("controlled", "presumption-of-denial")
    found = told("nvidia-h200", "2026-01-15")
    assert (found["answer"], found["review"]) == ("controlled", "case-by-case")
    assert any("2026-01-15" in condition for condition in found["conditions"])
    margins = {
        (row["metric"], row["threshold"]): row["margin"]
        for row in found["trace"]
        if row["measure"] == "us-2026-01-15-case-by-case"
    }
    assert margins["tpp", 21000] == 15832 - 21000
    assert margins["memory_bandwidth_gb_s", 6500] == 4800 - 6500
    beside = {row["measure"] for row in found["beside"]}
    assert {"us-2026-01-15-tariff", "cn-2026-01-h200-not-permitted"} <= beside


def test_b200_is_not_eligible() -> None:
    found = told("nvidia-b200", CASES)
    assert (found["answer"], found["review"]) == ("controlled", "presumption-of-denial")


@pytest.mark.parametrize(
    ("chip", "on", "missing"),
    [
        ("cambricon-mlu290", RULE_2023, ["die_area_mm2"]),
        ("moorethreads-mtt-s4000", RULE_2023, ["die_area_mm2"]),
        ("intel-gaudi2", RULE_2022, ["interconnect_gb_s"]),
        ("amd-mi308", RULE_2023, ["tpp"]),
        ("nvidia-a30", RULE_2023, ["tpp", "die_area_mm2"]),
    ],
)
def test_unknown_deciding_figures(chip: str, on: str, missing: list[str]) -> None:
    """What is not known is named, and never read as not controlled."""
    found = told(chip, on)
    assert found["answer"] == "cannot-tell"
    assert found["missing"] == missing
    assert found["paragraphs"] == []
    assert any(row["holds"] == "unknown" and row["value"] is None for row in found["trace"])


def test_one_known_figure_may_decide() -> None:
    """An unknown die area leaves open nothing that TPP alone decides."""
    assert told("nvidia-l2", RULE_2023)["answer"] == "not-controlled"
    assert told("intel-gaudi3", RULE_2023)["answer"] == "controlled"


def test_letters_of_2022_end_with_the_rule() -> None:
    found = told("nvidia-a100-80gb", "2022-10-20")
    assert found["paragraphs"] == ["744.21"]
    assert found["measures"][0]["named"]
    assert told("nvidia-a100-80gb", "2022-10-21")["paragraphs"] == ["3A090"]
    assert told("nvidia-a100", "2022-08-25")["answer"] == "not-controlled"
    assert told("amd-mi250x", "2022-09-10")["answer"] == "not-controlled"


def test_diffusion_rule_never_makes_controlled() -> None:
    """The worldwide requirement is listed as not enforced, from the day it would have applied."""
    found = told("nvidia-h100", "2025-06-01", to="DE")
    assert found["answer"] == "not-controlled"
    assert {each["paragraph"] for each in found["not_enforced"]} == {"3A090.a.1", "3A090.a.2"}
    assert all(
        each["lifted_by"] == "us-2025-05-13-not-enforced-chips" for each in found["not_enforced"]
    )
    assert told("nvidia-h100", "2025-05-14", to="DE")["not_enforced"] == []
    for on in ("2025-01-13", "2025-05-15", CASES):
        assert told("nvidia-b200", on, to="GB")["answer"] == "not-controlled"


@pytest.mark.parametrize(
    ("to", "on", "answer"),
    [
        ("MO", "2022-12-01", "not-controlled"),
        ("MO", "2023-01-17", "controlled"),
        ("HK", "2022-12-01", "controlled"),
        ("RU", "2022-09-10", "controlled"),
        ("RU", "2022-12-01", "not-controlled"),
        ("RU", RULE_2023, "controlled"),
        ("SA", RULE_2023, "controlled"),
        ("IL", RULE_2023, "not-controlled"),
        ("CY", RULE_2023, "not-controlled"),
        ("SG", RULE_2023, "not-controlled"),
        ("AE", "2026-07-09", "controlled"),
        ("AE", "2026-07-10", "not-controlled"),
        ("US", RULE_2023, "not-controlled"),
    ],
)
def test_destinations(to: str, on: str, answer: str) -> None:
    assert told("nvidia-h100", on, to=to)["answer"] == answer


def test_emirates_keep_3a090_b() -> None:
    found = told("nvidia-l40", "2026-08-01", to="AE")
    assert found["answer"] == "controlled"
    assert found["policies"] == ["us-2026-07-uae"]
    # For .a only the requirement that is not enforced is left; what that leaves open is said.
    found = told("nvidia-h100", "2026-08-01", to="AE")
    assert found["answer"] == "not-controlled"
    assert len(found["not_enforced"]) == 2
    assert any("United Arab Emirates" in line for line in found["conditions"])


def test_hong_kong_is_said_to_be_treated_as_china() -> None:
    assert any(
        "HK is treated as CN" in line for line in told("nvidia-h100", CASES, "HK")["assumptions"]
    )


def test_memberships_not_read_are_said() -> None:
    found = told("nvidia-h100", RULE_2023, to="SG")
    assert any("SG" in line and "A:6" in line for line in found["assumptions"])
    assert told("nvidia-h100", "2026-07-23", to="SG")["assumptions"] == []
    # What no membership decides leans on none.
    assert told("nvidia-l2", RULE_2023)["assumptions"] == []


def test_headquarters() -> None:
    found = told("nvidia-h100", RULE_2023, to="SG")
    assert any("headquarters in D:5 or MO" in line for line in found["conditions"])
    found = told("nvidia-h100", RULE_2023, to="SG", hq="CN")
    assert (found["answer"], found["review"]) == ("controlled", "case-by-case")
    assert all(each["basis"] == ["headquarters"] for each in found["measures"])
    assert not any("headquarters" in line for line in found["conditions"])
    found = told("nvidia-h100", RULE_2023, to="SG", hq="JP")
    assert (found["answer"], found["conditions"]) == ("not-controlled", [])
    found = told("nvidia-h100", RULE_2023, to="SA", hq="CN")
    assert found["review"] != "presumption-of-approval"


def test_review_that_an_unknown_figure_decides() -> None:
    found = told("huawei-ascend-910b", CASES)
    assert (found["answer"], found["review"]) == ("controlled", "cannot-tell")
    assert any("memory_bandwidth_gb_s" in line for line in found["conditions"])


def test_disclaimer_and_as_of() -> None:
    found = told("nvidia-h20", LETTERS)
    assert "not legal advice" in found["disclaimer"]
    assert found["as_of"] == "2026-11-23"
    assert assess("nvidia-h20", to="CN").on == "2026-11-23"


def test_trace_tells_what_is_not_enforced_apart() -> None:
    found = told("nvidia-h100", "2025-06-01", to="DE")
    roles = {row["measure"]: row["role"] for row in found["trace"]}
    assert roles == {
        "us-2025-01-13-3a090-a-1-world": "not-enforced",
        "us-2025-01-13-3a090-a-2-world": "not-enforced",
    }
    # Nothing compared then is told twice.
    rows = [tuple(row.values()) for row in told("nvidia-h100", CASES)["trace"]]
    assert len(rows) == len(set(rows))
