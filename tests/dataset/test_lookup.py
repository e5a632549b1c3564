from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chippolicy.dataset import Dataset, UnknownFieldError, fold, load
from tests.small import TABLES, write_folder


def refs(records: object) -> list[str]:
    return [record.ref for record in records]  # type: ignore[attr-defined]


def test_a_record_is_found_by_its_key_as_text_or_as_parts(small: Dataset) -> None:
    figure = small.chip_throughput["nvidia-h20+fp8"]
    assert figure.dense_tera_ops_s == 296
    assert small.chip_throughput["nvidia-h20", "fp8"] is figure
    assert small.citations["chips/nvidia-h20", "announced", "article-ja", 1].locator
    assert small.chips.get("nvidia-h20") is small.chips["nvidia-h20"]


def test_a_table_iterates_over_its_records_in_the_files_order(small: Dataset) -> None:
    assert [chip.id for chip in small.chips] == ["nvidia-h100", "nvidia-h20"]
    assert small.chips.keys() == ("nvidia-h100", "nvidia-h20")
    assert len(small.chips) == 2


def test_membership_is_by_key_or_record(small: Dataset) -> None:
    chip = small.chips["nvidia-h20"]
    assert "nvidia-h20" in small.chips
    assert chip in small.chips
    assert chip not in small.actors
    assert "nvidia-b200" not in small.chips
    assert 3 not in small.chips


def test_what_is_not_there_is_none_or_a_default_or_a_key_error(small: Dataset) -> None:
    assert small.chips.get("nope") is None
    assert small.chips.get("nope", 1) == 1
    with pytest.raises(KeyError, match="did you mean 'nvidia-h20'"):
        small.chips["nvida-h20"]
    with pytest.raises(KeyError, match="did you mean 'chips'"):
        small["chip"]
    with pytest.raises(KeyError, match="no table 'qqqq'"):
        small["qqqq"]


def test_own_columns_are_kept_as_text(small: Dataset) -> None:
    extra = small.chips["nvidia-h20"].model_extra
    assert extra == {"x_shelf": "B3"}
    assert small.chips["nvidia-h100"].model_extra == {"x_shelf": None}


def test_a_dataset_its_tables_and_its_records_never_change(small: Dataset) -> None:
    with pytest.raises(FrozenInstanceError):
        small.origin = Path()  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        small.chips.path = None  # type: ignore[misc]
    with pytest.raises(TypeError):
        small.tables["chips"] = small.chips  # type: ignore[index]
    with pytest.raises(ValidationError):
        small.chips["nvidia-h20"].name = "x"  # type: ignore[misc]
    next(small.rows("chips"))["id"] = "changed"
    assert "nvidia-h100" in small.chips


def test_get_follows_redirects_and_knows_what_is_absent(small: Dataset) -> None:
    assert small.get("chips/nvidia-hgx-h20") is small.chips["nvidia-h20"]
    for absent in ("chips/nope", "nope/nvidia-h20", "nvidia-h20", "", "/", "chips/"):
        assert small.get(absent) is None


def test_redirects_in_a_circle_end(tmp_path: Path) -> None:
    circle = [["old", "new"], ["chips/a", "chips/b"], ["chips/b", "chips/a"]]
    assert load(write_folder(tmp_path / "d", {"redirects": circle})).get("chips/a") is None


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("chips/nvidia-h20", ["chips/nvidia-h20"]),
        ("chips/nvidia-hgx-h20", ["chips/nvidia-h20"]),
        ("nvidia-hgx-h20", ["chips/nvidia-h20"]),
        ("nvidia-h20", ["chips/nvidia-h20"]),
        ("NVIDIA H20", ["chips/nvidia-h20"]),
        ("ｎｖｉｄｉａ\u3000Ｈ２０", ["chips/nvidia-h20"]),
        ("  h20\n", ["chips/nvidia-h20"]),
        ("H20チップ", ["chips/nvidia-h20"]),
        ("H20ﾁｯﾌﾟ", ["chips/nvidia-h20"]),
        ("Nvidia", ["actors/nvidia"]),
        ("ジェンスン・フアン", ["actors/jensen-huang"]),
        ("H2", []),
        ("", []),
    ],
)
def test_a_name_in_any_language_is_resolved(small: Dataset, name: str, found: list[str]) -> None:
    assert refs(small.resolve(name)) == found


def test_a_name_with_two_meanings_gives_both_best_first(tmp_path: Path) -> None:
    names = [*TABLES["names"], ["topics/sell-h20-to-china", "en", "alias", "nvidia-h20"]]
    names += [["actors/nvidia", "en", "former", "H20"]]
    small = load(write_folder(tmp_path / "d", {"names": names}))
    assert refs(small.resolve("nvidia-h20")) == ["chips/nvidia-h20", "topics/sell-h20-to-china"]
    assert refs(small.resolve("H20")) == ["chips/nvidia-h20", "actors/nvidia"]


@given(st.text(max_size=40))
def test_folding_a_name_twice_is_folding_it_once(name: str) -> None:
    """A folded name is its own folding, and blanks around a name make no difference."""
    assert fold(fold(name)) == fold(name)
    assert fold(f"\u3000 {name}\t") == fold(name)


def test_every_shipped_record_is_found_by_its_reference_and_its_id(shipped: Dataset) -> None:
    """No id hides another: each leads to its record, alone or among those that share it."""
    for table in shipped.tables.values():
        for key in table.keys():  # noqa: SIM118 (a table iterates over its records)
            ref = f"{table.name}/{key}"
            assert refs(shipped.resolve(ref)) == [ref]
            if table.plan.key == ("id",):
                assert ref in refs(shipped.resolve(key))


def test_the_h20_is_known_by_its_short_name(shipped: Dataset) -> None:
    assert refs(shipped.resolve("H20")) == ["chips/nvidia-h20"]


def test_suggestions_are_the_names_alike(small: Dataset) -> None:
    assert small.suggest("nvidia-h2")[0] == "chips/nvidia-h20"
    assert small.suggest("huang")[0] == "actors/jensen-huang"
    assert "chips/nvidia-h20" in small.suggest("nvda-h20")
    assert small.suggest("zzzzzzzz") == ()
    assert small.suggest("") == ()
    assert len(small.suggest("n", limit=2)) == 2


def test_references_lead_to_records(small: Dataset) -> None:
    chip = small.chips["nvidia-h20"]
    assert small.references(chip) == {
        "designer_id": small.actors["nvidia"],
        "derived_from_id": small.chips["nvidia-h100"],
    }
    subject = small.statement_subjects["huang-no-threat+chips/nvidia-hgx-h20"]
    assert small.references(subject)["record"] is chip
    assert small.references("redirects/chips/nvidia-hgx-h20") == {"new": chip}


def test_a_reference_to_what_is_not_here_is_left_out(folder: Path) -> None:
    alone = load(folder / "chips.csv")
    assert alone.references("chips/nvidia-h20") == {"derived_from_id": alone.chips["nvidia-h100"]}
    with pytest.raises(KeyError, match="no record 'chips/nope'"):
        alone.references("chips/nope")


def test_referrers_are_the_other_end_of_references(shipped: Dataset) -> None:
    """A record is among the referrers of exactly the records that it refers to."""
    for table in shipped.tables.values():
        for record in table:
            for target in shipped.references(record).values():
                assert record.ref in refs(shipped.referrers(target))
            for other in shipped.referrers(record):
                assert record.ref in refs(shipped.references(other).values())


def test_referrers_come_by_table_and_once_each(small: Dataset) -> None:
    assert refs(small.referrers("chips/nvidia-h20")) == [
        "chip_throughput/nvidia-h20+fp8",
        "chip_throughput/nvidia-h20+fp16",
        "statement_subjects/huang-no-threat+chips/nvidia-hgx-h20",
        "citations/chips/nvidia-h20+*+data-sheet+1",
        "citations/chips/nvidia-h20+announced+article-ja+1",
        "names/chips/nvidia-h20+en+alias+H20",
        "names/chips/nvidia-h20+ja+as-reported+H20チップ",
        "redirects/chips/nvidia-hgx-h20",
    ]
    assert small.referrers("chips/nvidia-hgx-h20") == small.referrers("chips/nvidia-h20")
    assert small.referrers("chips/nope") == ()


def test_citations_and_names_of_a_record(small: Dataset) -> None:
    chip = small.chips["nvidia-h20"]
    assert [one.field for one in small.citations_of(chip)] == ["*", "announced"]
    (only,) = small.citations_of("chips/nvidia-h20", "announced")
    assert only.quote == "昨年、より低性能な代替品として"
    assert small.citations_of(chip, "memory_gb") == ()
    # A source is cited by citations, but they are not citations of it.
    assert small.citations_of("sources/data-sheet") == ()
    assert [one.name for one in small.names_of(chip)] == ["H20", "H20チップ"]


def test_what_they_are_is_told_in_a_line(small: Dataset) -> None:
    assert repr(small) == f"<Dataset of {small.origin}>"
    assert repr(small.chips) == f"<Table chips of {small.origin / 'chips.csv'}>"


def test_labels(small: Dataset) -> None:
    assert small.label_of("chips/nvidia-h20") == "NVIDIA H20"
    assert small.label_of("statements/huang-no-threat").startswith("Huang argues")
    assert small.label_of("chip_throughput/nvidia-h20+fp8") == "nvidia-h20+fp8"


def test_where_finds_by_values_however_they_are_written(small: Dataset) -> None:
    from chippolicy.edtf import EdtfDate

    assert refs(small.where("chips", designer_id="nvidia", memory_gb=96)) == ["chips/nvidia-h20"]
    assert refs(small.chips.where(memory_gb={80.0, 96.0})) == refs(small.chips)
    assert refs(small.chips.where(announced=EdtfDate("2022-03-22"))) == ["chips/nvidia-h100"]
    assert refs(small.chips.where(derived_from_id=None)) == ["chips/nvidia-h100"]
    assert refs(small.chips.where(x_shelf="B3")) == ["chips/nvidia-h20"]
    # A column that the file leaves out is blank everywhere.
    assert small.chips.where(architecture="Hopper") == ()
    assert len(small.chips.where(architecture=None)) == 2
    with pytest.raises(UnknownFieldError, match="no field 'desinger_id'; did you mean"):
        small.chips.where(desinger_id="nvidia")


def test_a_number_is_found_in_any_spelling_a_cell_may_have(tmp_path: Path) -> None:
    rows = [["id", "name", "memory_gb"], ["a", "A", "96.0"], ["b", "B", "96"]]
    folder = write_folder(tmp_path / "d", {"chips": rows})
    assert refs(load(folder).chips.where(memory_gb=96)) == ["chips/a", "chips/b"]


def test_rows_are_text_and_values_are_as_in_json(small: Dataset) -> None:
    (row,) = small.rows("chips", id="nvidia-h20")
    assert row["memory_gb"] == "96"
    assert row["derived_from_id"] == "nvidia-h100"
    (value,) = small.chips.values(id="nvidia-h20")
    assert value["memory_gb"] == 96
    assert value["x_shelf"] == "B3"
    (value,) = small.chips.values(id="nvidia-h100")
    assert value["derived_from_id"] is None
