from __future__ import annotations

import json
from pathlib import Path

import pytest

from chippolicy.dataset import DataError, Dataset, load
from chippolicy.derive.plan import load_plan
from chippolicy.records import TABLES, Record
from tests.small import Rows, with_cell, write_csv, write_folder


def test_the_shipped_package_is_what_no_path_means(shipped: Dataset) -> None:
    assert list(shipped.tables) == list(load_plan().tables)
    assert len(shipped.chips) > 0
    assert shipped.origin.name == "datapackage"


def test_each_attribute_is_the_table_of_its_name(small: Dataset) -> None:
    for name, record in TABLES.items():
        table = getattr(small, name)
        assert table is small[name]
        assert all(type(one) is record for one in table)


def test_a_folder_a_package_and_a_file_hold_the_same(folder: Path, tmp_path: Path) -> None:
    descriptor = tmp_path / "datapackage.json"
    resources = [{"name": "chips", "path": "data/chips.csv"}]
    descriptor.write_text(json.dumps({"name": "small", "resources": resources}))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "chips.csv").write_bytes((folder / "chips.csv").read_bytes())
    expected = list(load(folder).chips)
    for path in (tmp_path, descriptor, str(folder / "chips.csv")):
        assert list(load(path).chips) == expected
    assert len(load(descriptor).actors) == 0


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        load(tmp_path / "nowhere")
    with pytest.raises(DataError, match="no tables"):
        load(tmp_path)
    write_csv(tmp_path / "chip.csv", [["id"]])
    with pytest.raises(DataError, match="'chip' is not a table"):
        load(tmp_path)


def test_a_table_named_twice_is_refused(tmp_path: Path) -> None:
    resources = [{"name": "chips", "path": path} for path in ("chips.csv", "more.csv")]
    for resource in resources:
        write_csv(tmp_path / resource["path"], [["id", "name"]])
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": resources}))
    with pytest.raises(DataError, match="the table chips is there twice"):
        load(tmp_path)


def test_nothing_is_read_before_it_is_touched(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "d", {"chips": [["id", "id"]], "actors": [["nmae"]]})
    dataset = load(folder)
    assert dataset.topics["sell-h20-to-china"].title == "Selling the H20 to China"
    with pytest.raises(DataError, match="the column is there twice"):
        len(dataset.chips)


@pytest.mark.parametrize(
    ("rows", "line", "column", "told"),
    [
        ([["id", "nmae"], ["a", "A"]], 1, "nmae", "did you mean 'name'"),
        ([["id", "name", "zzz"], ["a", "A", ""]], 1, "zzz", "your own begin with x_"),
        ([["id"], ["a"]], 1, "name", "the column is missing"),
        ([["id", "name"], ["a"]], 2, None, "1 cells under 2 columns"),
        ([["id", "name"], ["a", "A\nA"], ["a", "B"]], 4, None, "the first is in line 2"),
    ],
)
def test_a_table_that_is_not_sound_is_refused_when_it_is_touched(
    tmp_path: Path, rows: Rows, line: int, column: str | None, told: str
) -> None:
    path = write_csv(tmp_path / "chips.csv", rows)
    with pytest.raises(DataError, match=told) as caught:
        load(path).chips.get("a")
    assert (caught.value.path, caught.value.line, caught.value.column) == (path, line, column)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "the file is empty"),
        (b"id,name\na,\xff\n", "not UTF-8 at byte 10"),
        (b'id,name\na,"b\n', "never closed"),
    ],
)
def test_a_file_that_is_no_csv_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "chips.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=told):
        list(load(path).chips)


def test_a_file_that_went_away_is_told(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "chips.csv", [["id", "name"]])
    dataset = load(path)
    path.unlink()
    with pytest.raises(DataError, match="cannot be read: No such file"):
        len(dataset.chips)


@pytest.mark.parametrize(
    ("column", "text", "told"),
    [
        ("memory_gb", "4,800", "expected a number above 0"),
        ("announced", "8/11/2025", "expected an EDTF date"),
        ("name", "", "blank: expected text on one line"),
        ("designer_id", "NVIDIA " * 100, "expected a lower-case id"),
    ],
)
def test_a_bad_cell_is_told_when_its_record_is_touched(
    tmp_path: Path, column: str, text: str, told: str
) -> None:
    dataset = load(write_folder(tmp_path / "d", with_cell("chips", 3, column, text)))
    assert dataset.chips["nvidia-h100"].name == "NVIDIA H100"
    with pytest.raises(DataError, match=told) as caught:
        dataset.chips.get("nvidia-h20")
    error = caught.value
    assert error.path == tmp_path / "d" / "chips.csv"
    assert (error.line, error.column, error.value) == (3, column, text)
    assert f"chips.csv:3: {column}: " in str(error)
    assert len(str(error)) < 500


def test_further_faults_of_a_row_are_counted(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "chips.csv", [["id", "name", "memory_gb"], ["a", "", "x"]])
    with pytest.raises(DataError, match="and 1 more in this row"):
        list(load(path).chips)


def test_every_shipped_row_survives_as_a_record(shipped: Dataset) -> None:
    """CSV, record, CSV is the identity on every cell of every shipped table."""
    from chippolicy.formats.cells import encode

    for table in shipped.tables.values():
        for row, record in zip(table.rows(), table, strict=True):
            assert isinstance(record, Record)
            assert {name: encode(getattr(record, name)) for name in row} == row


def test_the_typed_attributes_are_those_of_the_records() -> None:
    """Drift: the committed module is what the records make it."""
    from chippolicy import _dataset_tables
    from chippolicy.derive.dataset_tables import dataset_tables_source

    committed = Path(_dataset_tables.__file__).read_text(encoding="utf-8")
    assert committed == dataset_tables_source()
