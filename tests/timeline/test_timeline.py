"""What a timeline gathers, and in which order."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chippolicy import Dataset, load
from chippolicy.edtf import Truth, parse
from chippolicy.testing import edtf_texts
from chippolicy.timeline import COLUMNS, Entry, timeline
from tests.small import write_folder


@pytest.fixture(scope="module")
def shipped() -> Dataset:
    return load()


def moment(text: str, number: int = 0) -> Entry:
    when = parse(text)
    return Entry(f"events/e{number}", "policy", "A", ("date",), when, when, lasting=False)


def span(start: str | None, end: str | None, number: int = 0, goes_on: bool = False) -> Entry:
    return Entry(
        f"positions/p{number}",
        "position",
        "A",
        ("start", "end"),
        parse(start) if start else None,
        parse(end) if end else None,
        lasting=True,
        goes_on=goes_on,
    )


def entries() -> st.SearchStrategy[Entry]:
    maybe = st.none() | edtf_texts()
    spans = st.builds(span, maybe, edtf_texts()) | st.builds(span, edtf_texts(), st.none())
    # One that certainly ends before it starts is a fault of the data, with a finding of its own.
    forward = spans.filter(lambda entry: entry.begins[0] <= entry.ends[1])
    return edtf_texts().map(moment) | forward


@given(st.lists(entries(), max_size=8))
def test_what_certainly_lies_before_comes_first(found: list[Entry]) -> None:
    """In order, no entry certainly lies before one that stands ahead of it."""
    ordered = sorted(found, key=lambda entry: entry.order)
    for place, late in enumerate(ordered):
        assert all(late.before(early) is not Truth.YES for early in ordered[:place])


@example(["0001", "0001-01-01"])
@example(["9999-12-31", "9999"])
@given(st.lists(edtf_texts(), min_size=2, max_size=2))
def test_moments_compare_as_their_dates_do(texts: list[str]) -> None:
    """An entry of one date lies before another exactly as the date does."""
    one, other = map(moment, texts)
    assert one.before(other) is parse(texts[0]).before(parse(texts[1]))


@given(edtf_texts(), st.dates(), st.dates())
def test_a_window_leaves_out_only_what_is_certainly_outside(
    text: str, one: date, other: date
) -> None:
    """Between two days stays what is neither certainly before the first nor after the last."""
    first, last = (parse(day.isoformat()) for day in sorted((one, other)))
    when = parse(text)
    outside = Truth.YES in (when.before(first), last.before(when))
    assert moment(text).may_lie_in(first, last) is not outside
    assert moment(text).may_lie_in(None, None)


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (moment("2025-08~"), "2025-08~"),
        (span("2019-09-22", "2021-01-07"), "2019-09-22/2021-01-07"),
        (span("2022-21", None), "2022-21/"),
        (span("2023-11-17", None, goes_on=True), "2023-11-17/.."),
        (span(None, "2021-03~"), "/2021-03~"),
        (span("2025-01-20", "[2026-05-15..]"), "2025-01-20/"),
        (span("[2026-03-25..2026-03-29]", "2027"), "/2027"),
        (span("[..2025-08-14]", "[2025-12-02..]"), None),
    ],
)
def test_a_date_is_as_much_as_edtf_can_say_in_one(entry: Entry, told: str | None) -> None:
    assert entry.date == told
    assert entry.as_dict()["date"] == told


def test_all_is_every_record_with_a_date(shipped: Dataset) -> None:
    found = timeline(shipped)
    assert found == tuple(sorted(found, key=lambda entry: entry.order))
    told = {entry.record for entry in found}
    assert told >= {f"events/{row['id']}" for row in shipped.events.rows()}
    assert told >= {f"positions/{one.id}" for one in shipped.positions if one.start or one.end}
    assert not any(ref.startswith("sources/") for ref in told)
    for entry in found:
        assert entry.sources
        for field in entry.fields:
            assert getattr(shipped.get(entry.record), field) is not None


def test_of_a_chip_its_dates_and_what_happens_with_it(shipped: Dataset) -> None:
    found = {entry.record: entry for entry in timeline(shipped, "chips/nvidia-h20")}
    assert found["events/2025-04-09-h20-license-notice"].role == "restricted"
    assert "policies/us-2025-04-09-h20-is-informed" in found
    letter = found["policy_measures/us-2025-04-09-h20-license"]
    assert (letter.date, letter.what) == ("2025-04-09/..", "require-license")
    assert letter.sources == ("nvidia-8k-2025-04-15",)
    assert "statements/2025-08-11-trump-h20-obsolete" in found
    assert not any(ref.startswith("actors/") for ref in found)


def test_dates_written_alike_are_one_entry(shipped: Dataset) -> None:
    ref = "policies/us-2025-04-09-h20-is-informed"
    (own,) = (entry for entry in timeline(shipped, ref) if entry.record == ref)
    assert (own.what, own.fields) == ("announced, effective", ("announced", "effective"))


def test_a_variant_has_the_measures_of_its_family(shipped: Dataset) -> None:
    found = {entry.record: entry for entry in timeline(shipped, "chips/nvidia-h100-pcie")}
    assert found["policy_measures/us-2022-08-26-nvidia-letter"].role == "names the family"


def test_of_two_policies_it_is_told_which_acts(shipped: Dataset) -> None:
    rule, macau = "policies/us-2022-10-07-ac-sme", "policies/us-2023-01-macau"
    assert {one.role for one in timeline(shipped, rule) if one.record == macau} == {"amends this"}
    assert {one.role for one in timeline(shipped, macau) if one.record == rule} == {
        "this amends it"
    }


def test_of_a_person_the_posts_with_their_place(shipped: Dataset) -> None:
    found = {entry.record: entry for entry in timeline(shipped, "actors/matt-pottinger")}
    post = found["positions/matt-pottinger-deputy-national-security-adviser"]
    assert post.title == "Matt Pottinger: Deputy national security adviser, White House"
    assert post.date == "2019-09-22/2021-01-07"


def test_a_view_has_its_own_timeline(shipped: Dataset) -> None:
    view = shipped.as_of("2025-08-15")
    found = {entry.record: entry for entry in timeline(view, "actors/jason-matheny")}
    assert found["positions/jason-matheny-rand-president"].doubtful
    assert "positions/jason-matheny-nsc-coordinator" not in found


def test_a_window_keeps_what_may_lie_in_it(shipped: Dataset) -> None:
    found = timeline(shipped, None, parse("2025-04"), parse("2025-04"))
    told = {entry.record for entry in found}
    assert "events/2025-04-14-h20-indefinite" in told
    assert "policies/us-2025-04-mi308-is-informed" in told
    assert "events/2025-05-13-diffusion-nonenforcement" not in told
    assert "positions/donald-trump-president-47" in told


def test_what_is_not_there_is_told(shipped: Dataset, tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="chips/nvidia-h21"):
        timeline(shipped, "chips/nvidia-h21")
    # A reference that leads nowhere is told by its id.
    dangling = {"events": [["id", "kind", "title", "date"]]}
    positions = [["id", "person_id", "organization_id", "title", "start"],
                 ["p", "nobody", "nvidia", "Clerk", "2025"]]  # fmt: skip
    other = load(write_folder(tmp_path / "d", {**dangling, "positions": positions}))
    (post,) = timeline(other, "positions/p")
    assert post.title == "nobody: Clerk, NVIDIA Corporation"


def test_plain_data_has_the_keys_in_order(shipped: Dataset) -> None:
    assert {tuple(entry.as_dict()) for entry in timeline(shipped)} == {COLUMNS}
