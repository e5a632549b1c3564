"""`as_of` and `known_at` on the shipped facts and on a small package."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from chippolicy.dataset import DataError, Dataset, load
from chippolicy.edtf import EdtfError, parse
from tests.small import TABLES, Rows, with_cell, write_folder

H20_LETTER = "us-2025-04-09-h20-is-informed"
DEPUTY = "matt-pottinger-deputy-national-security-adviser"


def test_a_policy_begins_on_the_day_it_is_announced(shipped: Dataset) -> None:
    assert H20_LETTER not in shipped.as_of("2025-04-08").policies
    view = shipped.as_of("2025-04-09")
    assert H20_LETTER in view.policies
    assert "us-2025-04-09-h20-license" in view.policy_measures
    assert view.citations_of(f"policies/{H20_LETTER}")
    assert f"policies/{H20_LETTER}" not in {*view.doubtful, *view.undated}


def test_what_hangs_on_it_goes_too(shipped: Dataset) -> None:
    view = shipped.as_of("2025-04-08")
    assert not [key for key in view.event_policies.keys() if H20_LETTER in key]  # noqa: SIM118
    assert not view.citations_of(f"policies/{H20_LETTER}")
    assert view.resolve(H20_LETTER) == ()


def test_a_post_is_held_to_its_last_day(shipped: Dataset) -> None:
    held = {day: DEPUTY in shipped.as_of(day).positions for day in (
        "2019-09-21", "2019-09-22", "2021-01-07", "2021-01-08")}  # fmt: skip
    assert list(held.values()) == [False, True, True, False]


def test_a_policy_is_gone_on_the_day_it_ended(shipped: Dataset) -> None:
    letters = "us-2022-08-26-nvidia-amd-letters"
    assert letters in shipped.as_of("2022-10-20").policies
    assert letters not in shipped.as_of("2022-10-21").policies


def test_a_country_changes_its_group(shipped: Dataset) -> None:
    def groups(day: str) -> list[str]:
        return [row.country_group for row in shipped.as_of(day).country_groups.where(country="AE")]

    assert groups("2026-07-09") == ["D:3", "D:4"]
    assert groups("2026-07-10") == ["A:5"]
    assert "country_groups/D:4+AE" in shipped.as_of("2026-07-09").undated


def test_a_post_last_seen_is_doubtful_from_then_on(shipped: Dataset) -> None:
    ref = "positions/jason-matheny-rand-president"
    assert ref not in shipped.as_of("2025-08-14").doubtful
    assert ref in shipped.as_of("2025-08-15").doubtful
    assert ref in {one.ref for one in shipped.as_of("2025-08-15").positions}


def test_a_plan_is_doubtful_once_its_day_has_come(shipped: Dataset) -> None:
    ref = "events/2026-11-10-affiliates-return-scheduled"
    assert shipped.as_of("2026-11-09").get(ref) is None
    assert ref in shipped.as_of("2026-11-10").doubtful


def test_a_coarse_date_asks_for_some_day_an_interval_for_some_time(shipped: Dataset) -> None:
    ref = f"policies/{H20_LETTER}"
    assert ref in shipped.as_of("2025-04").doubtful
    assert ref not in shipped.as_of("2025-04-01/2025-04-30").doubtful
    assert shipped.as_of("2025-04-01/2025-04-30").get(ref) is not None
    assert shipped.as_of("2025-03").get(ref) is None


@pytest.mark.parametrize("day", ["2025-04-09", parse("2025-04-09"), date(2025, 4, 9),
                                 datetime(2025, 4, 9, 23, 59)])  # fmt: skip
def test_a_day_may_be_text_or_date(shipped: Dataset, day: date) -> None:
    assert str(shipped.as_of(day).view) == "as of 2025-04-09"
    assert str(shipped.as_of("2025").known_at(day).view) == "as of 2025, known at 2025-04-09"


def test_what_is_no_date_is_refused(shipped: Dataset) -> None:
    for view in (shipped.as_of, shipped.known_at):
        with pytest.raises(EdtfError, match="8/11/2025"):
            view("8/11/2025")


def test_the_whole_dataset_doubts_nothing(shipped: Dataset) -> None:
    assert shipped.view is None
    assert not any((shipped.doubtful, shipped.undated, shipped.undated_sources))
    assert not shipped.unreported


def test_a_source_counts_when_it_was_certainly_published(shipped: Dataset) -> None:
    """The article's own day is known to a day or so (2025-08-14~): it counts from the 15th on."""
    assert "article-ja" not in shipped.known_at("2025-08-14").sources
    assert "article-ja" in shipped.known_at("2025-08-15").sources
    only_there = "statements/2025-08-14-officials-agi-imminent"
    assert shipped.known_at("2025-08-14").get(only_there) is None
    assert shipped.known_at("2025-08-15").get(only_there) is not None


def test_undated_sources_count_for_no_day_and_are_said(shipped: Dataset) -> None:
    view = shipped.known_at("2099")
    assert "wikimili-pottinger" not in view.sources
    assert "sources/wikimili-pottinger" in view.undated_sources
    blank = {f"sources/{row['id']}" for row in shipped.sources.rows(published="")}
    assert set(view.undated_sources) == blank
    assert view.unreported  # what they alone report


def test_a_value_is_known_by_its_own_citations(shipped: Dataset) -> None:
    """In July 2022 a source tells when Pottinger resigned; when he came, no source with a date."""
    view = shipped.known_at("2022-07-21")
    position = view.positions[DEPUTY]
    assert str(position.end) == "2021-01-07"
    assert position.start is None
    assert (f"positions/{DEPUTY}", "title") in view.unreported
    assert DEPUTY not in shipped.known_at("2022-07-20").positions


def test_whom_a_known_record_names_is_known_with_its_bare_name(shipped: Dataset) -> None:
    """No source cited for the person had been published: what is told of him is blank."""
    view = shipped.known_at("2022-07-21")
    person = view.actors["matt-pottinger"]
    assert person.summary is None
    assert ("actors/matt-pottinger", "name") in view.unreported
    assert shipped.actors["matt-pottinger"].summary is not None


def test_a_membership_is_known_when_its_source_is(shipped: Dataset) -> None:
    read = {"source_id": "ecfr-title-15-2026-07-23"}
    assert not shipped.known_at("2026-07-22").country_groups.where(**read)
    known = shipped.known_at("2026-07-23").country_groups.where(**read)
    assert known == shipped.country_groups.where(**read) != ()


def test_what_was_not_known_to_have_ended_still_held(shipped: Dataset) -> None:
    """Held is judged by what was known: an end that no source had told is none."""
    letters = "us-2022-08-26-nvidia-letter"
    assert letters not in shipped.as_of("2024-01-01").policy_measures
    assert letters in shipped.as_of("2024-01-01").known_at("2022-10-01").policy_measures


def test_a_citation_that_contradicts_makes_nothing_known(tmp_path: Path) -> None:
    rows = [list(row) for row in TABLES["citations"]]
    for row in rows[1:]:
        if row[0] == "chips/nvidia-h20" and row[1] == "*":
            row[5] = "contradicts"
    view = load(write_folder(tmp_path / "d", {"citations": rows})).known_at("2024")
    assert "actors" in view.tables
    # Its throughput is reported, and names it: it is there, but bare.
    assert view.chips["nvidia-h20"].memory_gb is None
    assert view.chips["nvidia-h20"].designer_id is None


def test_a_retired_reference_hangs_on_what_took_its_place(small: Dataset) -> None:
    assert len(small.as_of("2026").statement_subjects) == 1
    assert len(small.as_of("2023-11-08").redirects) == 0
    assert len(small.as_of("2023-11-08").names.where(record="chips/nvidia-h20")) == 0


def test_a_reference_that_may_be_blank_is_blanked(tmp_path: Path) -> None:
    chips = with_cell("chips", 2, "announced", "2024-01-01")
    view = load(write_folder(tmp_path / "d", chips)).as_of("2023-12-01")
    assert view.chips["nvidia-h20"].derived_from_id is None
    assert view.chips["nvidia-h20"].model_extra == {"x_shelf": "B3"}


def test_a_reference_that_led_nowhere_before_is_let_be(tmp_path: Path) -> None:
    chips = with_cell("chips", 3, "designer_id", "nvida")
    view = load(write_folder(tmp_path / "d", chips)).as_of("2025")
    assert view.chips["nvidia-h20"].designer_id == "nvida"


def test_records_that_are_whole_are_not_copied(small: Dataset) -> None:
    view = small.as_of("2025")
    assert view.chips["nvidia-h20"] is small.chips["nvidia-h20"]


def test_nothing_is_worked_out_before_it_is_touched(tmp_path: Path) -> None:
    broken: dict[str, Rows] = {"chips": [["id", "nmae"], ["a", "A"]]}
    view = load(write_folder(tmp_path / "d", broken)).as_of("2025").known_at("2025")
    assert repr(view).endswith("as of 2025, known at 2025>")
    with pytest.raises(DataError, match="no such column"):
        len(view.topics)


@pytest.mark.parametrize(
    ("table", "line", "column"), [("chips", 3, "announced"), ("sources", 2, "published")]
)
def test_a_cell_that_is_no_date_is_told(tmp_path: Path, table: str, line: int, column: str) -> None:
    dataset = load(write_folder(tmp_path / "d", with_cell(table, line, column, "8/11/2025")))
    view = dataset.as_of("2025").known_at("2025")
    with pytest.raises(DataError, match=r"8/11/2025.*validate") as caught:
        len(view.actors)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.path == tmp_path / "d" / f"{table}.csv"
