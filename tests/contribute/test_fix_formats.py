"""Repairs in files of other formats: the value is changed where it stands, and nothing else."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font

from chippolicy import validate
from chippolicy.contribute.fix import fix
from chippolicy.contribute.sheets import read_sheets
from chippolicy.testing import Dataset, csv_folder, datasets
from tests.formats.writing import WRITERS, fitted

REPAIRED = ["as_json", "as_json_lists", "as_jsonl", "as_yaml", "as_yaml_in_json", "as_xlsx",
            "as_gzip", "as_semicolons", "as_tsv"]  # fmt: skip


def fixed(path: Path, text: str | bytes, **options: Any) -> str:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    found = fix(path, against="none", **options)
    found.write()
    again = fix(path, against="none", **options)
    assert not again.files
    return path.read_bytes().decode("utf-8", errors="replace")


def test_in_json_a_value_is_rewritten_where_it_stands(tmp_path: Path) -> None:
    """Line breaks, order, other values and escapes stay as they were."""
    text = (
        '\ufeff{"chips": [\n  {"name": "A\\u0020b", "id":"zz",  "memory_gb": "96",'
        '\n\n   "announced": 2023, "released": "Nov 9, 2023", "summary": ""}\n]\n}'
    )
    assert fixed(tmp_path / "data.json", text) == (
        '\ufeff{"chips": [\n  {"name": "A\\u0020b", "id":"zz",  "memory_gb": 96,'
        '\n\n   "announced": "2023", "released": "2023-11-09", "summary": null}\n]\n}'
    )


def test_in_json_lines(tmp_path: Path) -> None:
    """Each line is mended by itself."""
    text = '{"id": "a", "title": " A "}\n\n{"id": "b", "title": "B\\t", "x_n": " 1"}\n'
    assert fixed(tmp_path / "topics.jsonl", text) == (
        '{"id": "a", "title": "A"}\n\n{"id": "b", "title": "B", "x_n": " 1"}\n'
    )


def test_in_yaml_comments_and_quotation_marks_stay(tmp_path: Path) -> None:
    """A plain value stays plain where it may be, comments stay, and a block keeps its neighbors."""
    text = (
        "# chips\n- id: zz  # mine\n  name: ' A '\n  memory_gb: 1,000\n"
        "  datacenter: TRUE\n  announced: Nov 9, 2023\n  summary: |2\n\n     of two\n    lines\n"
        "- {id: zz-2, name: B, memory_gb: '96'} # last\n"
    )
    told = fixed(tmp_path / "chips.yaml", text)
    assert '# chips\n- id: zz  # mine\n  name: "A"\n  memory_gb: 1000\n' in told
    assert 'datacenter: true\n  announced: "2023-11-09"\n' in told
    assert "- {id: zz-2, name: B, memory_gb: 96} # last\n" in told
    first, _ = yaml.safe_load(told)
    assert first["summary"].strip() == first["summary"]


def test_in_a_workbook_only_the_cell_is_rewritten(tmp_path: Path) -> None:
    """Other cells, styles, formulas and parts of the workbook stay as they were."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "chips"
    for row in (
        ["id", "name", "memory_gb", "datacenter", "x_sum"],
        ["zz", " A & B ", "1,000", "TRUE", "=1+1"],
        ["zz-2", "C", 96, True, None],
    ):
        sheet.append(row)
    sheet["B2"].font = Font(bold=True)
    notes = book.create_sheet("Notes")
    notes["A1"] = "kept"
    path = tmp_path / "book.xlsx"
    book.save(path)
    before = {name: zipfile.ZipFile(path).read(name) for name in zipfile.ZipFile(path).namelist()}
    found = fix(path, against="none")
    assert [(one.column, one.old, one.new) for one in found.repairs] == [
        ("datacenter", "TRUE", "true"),
        ("memory_gb", "1,000", "1000"),
        ("name", " A & B ", "A & B"),
    ]
    assert "@@ chips!B2 name @@\n- A & B \n+A & B\n" in found.files[0].diff
    found.write()
    after = {name: zipfile.ZipFile(path).read(name) for name in zipfile.ZipFile(path).namelist()}
    assert [name for name in before if before[name] != after[name]] == ["xl/worksheets/sheet1.xml"]
    again = openpyxl.load_workbook(path)
    assert [cell.value for cell in again["chips"][2]] == ["zz", "A & B", 1000, True, "=1+1"]
    assert again["chips"]["B2"].font.bold
    assert again["Notes"]["A1"].value == "kept"
    assert not fix(path, against="none").files


def test_a_packed_file_is_packed_again(tmp_path: Path) -> None:
    """What gzip has packed is mended in it, and the descriptor restated."""
    import hashlib

    data = gzip.compress(b"id,title\r\na, A\r\n")
    (tmp_path / "topics.csv.gz").write_bytes(data)
    resource = {"name": "topics", "path": "topics.csv.gz", "bytes": len(data)}
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": [resource]}))
    fix(tmp_path, against="none").write()
    packed = (tmp_path / "topics.csv.gz").read_bytes()
    assert gzip.decompress(packed) == b"id,title\na,A\n"
    stated = json.loads((tmp_path / "datapackage.json").read_text())["resources"][0]
    assert stated["bytes"] == len(packed)
    assert hashlib.md5(packed).digest() != hashlib.md5(data).digest()


@pytest.mark.parametrize("text", ['[{"id": "a", "title": " A "', '[{"id": "a" "title": " A "}]'])
def test_what_cannot_be_read_to_its_end_is_left(tmp_path: Path, text: str) -> None:
    """Nothing of a broken file is touched, and that is said."""
    path = tmp_path / "topics.json"
    path.write_text(text)
    found = fix(path, against="none")
    assert not found.files
    assert [one.code for one in found.left] == ["file/syntax"]


@pytest.mark.parametrize("form", REPAIRED)
@settings(max_examples=6, suppress_health_check=list(HealthCheck))
@given(dataset=datasets(max_rows=2), data=st.data())
def test_a_repair_gives_the_same_records_in_every_format(
    form: str, dataset: Dataset, data: st.DataObject
) -> None:
    """Blanks around values are mended in each format to what they are mended to in CSV."""
    dataset = fitted(dataset)
    spoiled = {
        name: [
            {
                key: f" {value} "
                if isinstance(value, str) and not key.startswith("x_") and data.draw(st.booleans())
                else value
                for key, value in row.items()
            }
            for row in rows
        ]
        for name, rows in dataset.items()
        if rows
    }
    with TemporaryDirectory() as place:
        one, other = Path(place) / "csv", Path(place) / "other"
        other.mkdir()
        if not spoiled:
            return
        csv_folder(spoiled, one)
        path = WRITERS[form.removeprefix("as_")](spoiled, other)
        for folder in (one, path):
            fix(folder, against="none").write()
            assert not fix(folder, against="none").files
        told = [sorted(finding.code for finding in validate(folder, against="none",
                       ignore=["file"])) for folder in (one, path)]  # fmt: skip
        assert told[0] == told[1]
        if not any(code.startswith(("key", "table")) for code in told[0]):
            assert _cells(one) == _cells(path)


def _cells(path: Path) -> dict[str, list[dict[str, str]]]:
    return {
        name: [{key: text for key, text in row.items() if text} for row in sheet.by_key.values()]
        for name, sheet in read_sheets(path).items()
    }


@pytest.mark.parametrize(
    "text",
    [
        '- &a {id: a, title: " A "}\n- {<<: *a, id: b}\n',
        '- {<<: {title: " A "}, id: b}\n',
        '- {id: a, title: &t " A "}\n- {id: b, title: *t}\n',
    ],
)
def test_where_one_value_stands_for_several_nothing_is_touched(tmp_path: Path, text: str) -> None:
    """A repair changes one value and nothing else, which anchors and merges do not allow."""
    path = tmp_path / "topics.yaml"
    path.write_text(text)
    found = fix(path, against="none")
    assert not found.files
    assert not found.repairs
    assert [one.code for one in found.left] == ["file/format"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("topics.json", '[{"id": "a", "title": "A", "title": " B "}]'),
        ("topics.jsonl", '{"id": "a", "title": "A", "title": " B "}\n'),
        ("topics.yaml", '- {id: a, title: A, title: " B "}\n'),
    ],
)
def test_where_a_name_is_there_twice_nothing_is_touched(
    tmp_path: Path, name: str, text: str
) -> None:
    """Which of two values is meant is for nobody else to say."""
    path = tmp_path / name
    path.write_text(text)
    found = fix(path, against="none")
    assert not found.files
    assert not found.repairs
    assert [one.code for one in found.left] == ["table/doubled-column"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_of_json_end_as_they_do(tmp_path: Path, end: str) -> None:
    """Whatever the lines end in, it is the line of the record that is mended, and ends so again."""
    path = tmp_path / "topics.jsonl"
    lines = ['{"id": "a", "title": "A"}', "", '{"id": "b", "title": " B "}']
    path.write_bytes("".join(line + end for line in lines).encode())
    fix(path, against="none").write()
    assert path.read_bytes() == "".join(line.replace(" B ", "B") + end for line in lines).encode()
