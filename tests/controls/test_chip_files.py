"""Chips in files of every format: the same answers, the same findings, and the place of each."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chippolicy.controls.batch import Batch
from chippolicy.controls.chip_files import ChipFile, ChipFileError, opened
from chippolicy.controls.question import ask
from chippolicy.findings import Finding
from chippolicy.formats.cells import encode
from tests.controls.test_batch import THRESHOLDS
from tests.formats.writing import WRITERS

QUESTION = ask(tpp=1, to="CN")
MOMENT = QUESTION.moment("2026-02-01")
Chip = dict[str, Any]


def assessed(path: Path | str) -> tuple[list[Chip], list[Finding], ChipFile]:
    with opened(str(path)) as file:
        batch = Batch(QUESTION, MOMENT, file.path)
        answers = [json.loads(line) for text in file.answers(batch) for line in text.splitlines()]
    return answers, [file.placed(finding) for finding in batch.findings], file


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def book(path: Path, *rows: list[Any], name: str = "chips") -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    assert made.active is not None
    made.active.title = name
    for row in rows:
        made.active.append(row)
    made.save(path)
    return made


FORMATS = ("fp4", "fp6", "int8", "fp8", "fp16", "bf16")
NESTING = {"json", "json_lists", "jsonl", "yaml", "yaml_in_json"}
sound = st.one_of(
    st.sampled_from(THRESHOLDS[1:]),
    st.integers(1, 30_000),
    st.floats(0.5, 50_000).map(lambda value: round(value, 2)),
)
figure = st.one_of(st.none(), sound, sound, sound, st.sampled_from([-1, 0, "much", "4,800"]))
chips = st.lists(
    st.fixed_dictionaries(
        {"id": st.text("aZ9 -é芯,;|\"'=:#\t\n{}[]&*!%@`", min_size=1, max_size=6)},
        optional={
            "tpp": figure,
            "die_area_mm2": figure,
            "memory_bandwidth_gb_s": figure,
            "interconnect_gb_s": figure,
            "datacenter": st.sampled_from([True, False, "yes"]),
            "throughput": st.dictionaries(
                st.sampled_from(FORMATS), st.one_of(sound, st.just("x")), min_size=1, max_size=2
            ),
            "x_mine": st.text("ab 1", max_size=3),
        },
    ),
    min_size=1,
    max_size=6,
)


def flat(chip: Chip) -> Chip:
    rates = {f"throughput.{name}": rate for name, rate in chip.get("throughput", {}).items()}
    return {name: value for name, value in chip.items() if name != "throughput"} | rates


def as_parquet(rows: list[Chip], folder: Path) -> Path:
    columns = {}
    for name in {name: None for row in rows for name in row}:
        values = [row.get(name) for row in rows]
        # A column has one type.
        if any(isinstance(value, str) for value in values):
            values = [None if value is None else encode(value) for value in values]
        columns[name] = pl.Series(name, values, strict=False)
    pl.DataFrame(columns).write_parquet(folder / "chips.parquet")
    return folder


@settings(max_examples=40)
@given(chips)
def test_every_format_gives_the_same_answers(given_chips: list[Chip]) -> None:
    """A list of chips gets the same answers and findings whatever format it is written in."""
    told = {}
    for form, write in WRITERS.items():
        rows = given_chips if form in NESTING else [flat(chip) for chip in given_chips]
        with TemporaryDirectory() as name:
            folder = Path(name)
            made = as_parquet(rows, folder) if form == "parquet" else write({"chips": rows}, folder)
            (path,) = [made] if made.is_file() else made.iterdir()
            answers, findings, _ = assessed(path)
        places = [answer.pop("line") for answer in answers]
        assert places == sorted(places)
        told[form] = answers, Counter(finding.code for finding in findings)
    assert len(told["jsonl"][0]) + told["jsonl"][1].total() == len(given_chips)
    for form, one in told.items():
        assert one == told["jsonl"], form


@pytest.mark.parametrize(
    ("name", "text", "places"),
    [
        ("a.csv", 'id,tpp,x_a\na,5000,"two\nlines"\n\nb,4,\n', [2, 5]),
        ("a.csv", "\n\nid\ttpp\na\t5000\nb\t4", [4, 5]),
        ("a.tsv", "\ufeffid\ttpp\r\na\t5000\r\nb\t4\r\n,\t\r\n", [2, 3, 4]),
        ("a.json", '[\n{"id": "a",\n "tpp": 5000}, \n\n{"id": "b", "tpp": 4}]', [2, 5]),
        ("a.json", '{"x": 3, "chips": [{"id": "a", "tpp": 5000},\n{"id": "b"}]}', [1, 2]),
        ("a.json", '{"chips": [{"id": "a", "tpp": 5000}]}', [1]),
        ("a.json", '\n{"id": "a",\n"tpp": 5000}', [2]),
        # A file that is called .json often holds JSON Lines.
        ("a.json", '{"id": "a", "tpp": 5000}\n\n{"id": "b"}\n', [1, 3]),
        ("a.yaml", "# a\n- id: a\n  tpp: 5000\n\n- {id: b, tpp: 4}\n", [2, 5]),
        ("a.yml", "x: 1\nchips:\n- id: a\n  tpp: 5.0e+3\n- id: b\n", [3, 5]),
        ("a.yaml", "id: a\nthroughput:\n  fp8: 625\n", [1]),
        ("a.yaml", "- &a {x_a: 1, tpp: 5000}\n- {<<: *a, id: b}\n", [1, 2]),
        # What has no name that tells is told by its beginning.
        ("a", "id,tpp\na,5000\n", [2]),
        ("a.txt", '[{"id": "a", "tpp": 5000}]', [1]),
        ("a.txt", '{"id": "a", "tpp": 5000}\n', [1]),
        ("a.txt", "- id: a\n  tpp: 5000\n", [1]),
        ("a.jsonl", "", []),
        ("a.json", "\n", []),
        ("a.csv", "id,tpp\n", []),
    ],
)
def test_where_chips_stand(tmp_path: Path, name: str, text: str, places: list[int]) -> None:
    """An answer has the physical line its chip begins at."""
    answers, findings, _ = assessed(written(tmp_path / name, text))
    assert findings == []
    assert [answer["line"] for answer in answers] == places
    assert [answer["answer"] for answer in answers][:1] == ["controlled"] * bool(places)


@pytest.mark.parametrize(
    ("name", "text", "code", "line", "message"),
    [
        ("a.csv", 'id,tpp\na,5000\nb,"4,800"\n', "value/type", 3, 'not "4,800"'),
        ("a.csv", "id,tpp\na,5000\nb,4e3\n", "value/type", 3, 'not "4e3"'),
        ("a.csv", "id,tpp\na,5000\nb,1,2\n", "file/ragged-row", 3, "3 cells; the header has 2"),
        ("a.csv", "id,tpp,\na,5000,\nb,1,2\n", "file/ragged-row", 3, "column 3"),
        ("a.csv", 'id,tpp\na,5000\nb,"1\n', "file/quote", 3, "never closed; nothing from there"),
        ("a.csv", "id,tpp,datacenter\na,5000,\nb,1,TRUE\n", "value/type", 3, "true or false"),
        ("a.json", '[{"id": "a", "tpp": 5000},\n {"tpp": "4"}]', "value/type", 2, "a number"),
        ("a.json", '[{"id": "a", "tpp": 5000},\n {"tpp": NaN}]', "value/type", 2, "NaN"),
        ("a.json", '[{"id": "a", "tpp": 5000},\n {"tpp": 1, "tpp": 2}]',
         "table/doubled-column", 2, "twice"),
        ("a.json", '[{"id": "a", "tpp": 5000},\n 3]', "file/shape", 2, "item 2"),
        ("a.json", '[{"id": "a", "tpp": 5000}\n {}]', "file/syntax", 2, "nothing from there"),
        ("a.json", '[{"id": "a", "tpp": 5000}]\n[{}]', "file/syntax", 2, "after the end"),
        ("a.json", '{"chips": [{"id": "a", "tpp": 5000}]\n"x": 3}', "file/syntax", 2, "a comma"),
        ("a.yaml", "- {id: a, tpp: 5000}\n- {tpp: 4800 or so}\n", "value/type", 2, "4800 or so"),
        ("a.yaml", "- {id: a, tpp: 5000}\n- {tpp: '4800'}\n", "value/type", 2, '"4800"'),
        ("a.yaml", "- {id: a, tpp: 5000}\n- {tpp: .nan}\n", "value/type", 2, ".nan"),
        ("a.yaml", "- {id: a, tpp: 5000}\n- {datacenter: yes}\n", "value/type", 2, '"yes"'),
        ("a.yaml", "- {id: a, tpp: 5000}\n- {tpp: 1, tpp: 2}\n", "table/doubled-column", 2, "tpp"),
        ("a.yaml", "- {id: a, tpp: 5000}\n- {tpps: 1}\n", "table/unknown-column", 2, "'tpp'"),
        ("a.yaml", "- {id: a, tpp: 5000}\n- 3\n", "file/shape", 2, "item 2"),
        ("a.yaml", "- {id: a, tpp: 5000}\n- &a {x_a: *a}\n", "file/shape", 2, "alias"),
        ("a.yaml", f"- {{id: a, tpp: 5000}}\n- {{x_a: {'[' * 990}{']' * 990}}}\n",
         "file/shape", 2, "too deeply"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_file(
    tmp_path: Path, name: str, text: str, code: str, line: int, message: str
) -> None:
    """A bad record is one finding at its line, and costs no other."""
    answers, (finding,), _ = assessed(written(tmp_path / name, text))
    assert [answer["id"] for answer in answers] == ["a"]
    assert (finding.code, finding.line, finding.path) == (code, line, str(tmp_path / name))
    assert message in finding.message


@pytest.mark.parametrize(
    ("header", "codes", "message"),
    [
        ("id,tpps", ["table/unknown-column"], "did you mean 'tpp'"),
        ("id,throughput_fp8", ["table/unknown-column"], "'throughput.fp8'"),
        ("id,throughput", ["table/unknown-column"], "such as 'throughput.fp8'"),
        ("id,throughput.eight", ["table/unknown-column"], "number format"),
        ("id,throughput.tf32", ["table/unknown-column"], "tf32"),
        ("id,tpp,tpp", ["table/doubled-column"], "'tpp' is there twice"),
        ("a,5000,814", ["table/unknown-column"], "expected a header"),
        ("id,TPP,area", ["table/unknown-column"] * 2, "'tpp'"),
    ],
)
def test_what_is_wrong_in_a_header(
    tmp_path: Path, header: str, codes: list[str], message: str
) -> None:
    """A column's name that means nothing is told once, not in every row."""
    rows = "".join(f"{'1' + ',1' * header.count(',')}\n" for _ in range(9))
    answers, findings, _ = assessed(written(tmp_path / "a.csv", f"{header}\n{rows}"))
    assert answers == []
    assert [(finding.code, finding.line) for finding in findings] == [(code, 1) for code in codes]
    assert message in findings[0].message
    assert "no row was assessed" in findings[0].message


def test_a_workbook(tmp_path: Path) -> None:
    """Cells are read as what the spreadsheet holds, and a wrong one is told by its name."""
    path = tmp_path / "book.xlsx"
    made = book(
        path,
        [],
        ["id", "tpp", "datacenter", "throughput.fp8"],
        [910, "5000", True],
        ["b", 5000.0],
        [],
        ["c", 0.5],
        ["d", date(2026, 3, 1)],
        ["e", "much"],
        ["f", None, 1],
        ["g", "#N/A"],
        ["h", None, None, 625],
        ["i", None, None, None, "beyond"],
    )
    sheet = made["chips"]
    sheet["B6"].number_format = "0%"
    sheet["B4"].number_format = "#,##0"
    made.create_sheet("notes").append(["read me"])
    made.save(path)
    answers, findings, file = assessed(path)
    assert [(answer["line"], answer["id"], answer["answer"]) for answer in answers] == [
        (3, "910", "controlled"),
        (4, "b", "controlled"),
        (11, "h", "controlled"),
    ]
    assert [(finding.code, finding.sheet, finding.cell, finding.line) for finding in findings] == [
        ("value/type", "chips", "B6", 6),
        ("value/type", "chips", "B7", 7),
        ("value/type", "chips", "B8", 8),
        ("value/type", "chips", "C9", 9),
        ("value/type", "chips", "B10", 10),
        ("file/ragged-row", "chips", None, 12),
    ]
    assert "50 %" in findings[0].message
    assert "date" in findings[1].message
    assert file.unread == ("notes",)


def test_a_sheet_alone_needs_no_name(tmp_path: Path) -> None:
    """The only sheet is read whatever it is called; of several it has to be told."""
    made = book(tmp_path / "a.xlsx", ["id", "tpp"], ["a", 5000], name="Sheet1")
    assert [answer["id"] for answer in assessed(tmp_path / "a.xlsx")[0]] == ["a"]
    made.create_sheet("Sheet2").append(["id"])
    made.save(tmp_path / "a.xlsx")
    with pytest.raises(ChipFileError, match="Sheet1, Sheet2, and none of them is called chips"):
        assessed(tmp_path / "a.xlsx")


def test_parquet_counts_rows(tmp_path: Path) -> None:
    """A row of Parquet is called by its number, and a value that is none is refused."""
    frame = pl.DataFrame({"id": ["a", "b", "c"], "tpp": [5000.0, float("nan"), None]})
    frame.write_parquet(tmp_path / "a.parquet")
    answers, (finding,), _ = assessed(tmp_path / "a.parquet")
    assert [(answer["line"], answer["id"]) for answer in answers] == [(1, "a"), (3, "c")]
    assert (finding.code, finding.line) == ("value/type", 2)


def packed(**members: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return made.getvalue()


CSV = "id,tpp\na,5000\nb,x\n"


@pytest.mark.parametrize(
    ("name", "content", "inside"),
    [
        ("a.csv.gz", gzip.compress(CSV.encode(), mtime=0), ""),
        ("a.gz", gzip.compress(CSV.encode(), mtime=0), ""),
        ("a.jsonl.gz", gzip.compress(b'\n{"id": "a", "tpp": 5000}\n{"tpp": "x"}', mtime=0), ""),
        ("a", gzip.compress(gzip.compress(CSV.encode(), mtime=0), mtime=0), ""),
        ("a.zip", packed(in__what_dot_csv=CSV), "/in/what.csv"),
        ("a.zip", packed(chips_dot_csv=CSV, topics_dot_csv="id\n"), "/chips.csv"),
        ("a", packed(chips_dot_csv=CSV, readme_dot_txt="a"), "/chips.csv"),
    ],
)
def test_packed_files(tmp_path: Path, name: str, content: bytes, inside: str) -> None:
    """What is packed is read as what is in it; a member of an archive is named."""
    path = written(tmp_path / name, content)
    answers, (finding,), _ = assessed(path)
    assert [answer["id"] for answer in answers] == ["a"]
    assert (finding.path, finding.line) == (f"{path}{inside}", 3)


def nested(depth: int) -> bytes:
    content = CSV.encode()
    for _ in range(depth):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            archive.writestr("chips.zip" if content[:2] == b"PK" else "chips.csv", content)
        content = made.getvalue()
    return content


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "", "holds nothing"),
        ("a.csv", "\n,,\n", "holds nothing"),
        ("a.csv", '"id,tpp\n', "never closed"),
        ("a.json", "3", "holds a single value"),
        ("a.json", '{"topics": []}\n ', None),
        ("a.json", '{\n"topics": []}', "none of them is called chips"),
        ("a.json", '{\n"chips": [], "chips": []}', "twice"),
        ("a.json", "[" * 100_000, None),
        ("a.yaml", "a: [", "not YAML"),
        ("a.yaml", "- a\n---\n- b\n", "more than one document"),
        ("a.xlsx", "id,tpp", "no XLSX workbook"),
        ("a.parquet", "id,tpp", "not Parquet"),
        ("a.csv.gz", "id,tpp", "not sound gzip"),
        ("a.zip", "id,tpp", "not a sound zip"),
        ("a.zip", packed(a_dot_csv=CSV, b_dot_csv=CSV), "none of them is called chips"),
        ("a.zip", packed(chips_dot_csv=CSV, b__chips_dot_json="[]"), "cannot be told"),
        ("a.zip", packed(readme_dot_txt="a"), "no file of a format that is read"),
        ("a.zip", nested(4), "packed more than 3 times"),
        ("a.csv", "id,tpp\né,5000\n".encode("utf-16"), "iconv -f UTF-16"),
        ("a.json", '[{"id": "ハイエンド半導体"}]'.encode("cp932"), "iconv -f CP932"),
        ("a.bin", b"\0\1\2" * 9, "NUL bytes"),
    ],
)
def test_what_cannot_be_read(
    tmp_path: Path, name: str, content: str | bytes, message: str | None
) -> None:
    """A file of which nothing can be read is an error, and what it is stands in the message."""
    path = written(tmp_path / name, content)
    if message is None:
        # Something could be read of it, and was wrong.
        answers, findings, _ = assessed(path)
        assert (answers, len(findings)) == ([], 1)
        return
    with pytest.raises(ChipFileError) as error:
        assessed(path)
    assert message in str(error.value)
    assert str(path) in str(error.value)


@pytest.mark.parametrize(
    "name",
    ["a.csv", "a.json", "a.jsonl", "a.yaml", "a.xlsx", "a.parquet", "a.zip", "a.csv.gz", "a"],
)
def test_files_that_cannot_be_opened(tmp_path: Path, name: str) -> None:
    """A file that is not there, and a folder, are the system's errors in every format."""
    with pytest.raises(FileNotFoundError):
        assessed(tmp_path / name)
    (tmp_path / name).mkdir()
    with pytest.raises(OSError, match="directory"):
        assessed(tmp_path / name)


def test_aliases_are_limited(tmp_path: Path) -> None:
    """Neither many values nor one long text can be multiplied by aliases without end."""
    names = "abcdefgh"
    laughs = "x_a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
        f"x_{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in pairwise(names)
    )
    long = f"x_a: &a {'a' * 100_000}\nx_b: [{', '.join(['*a'] * 5_000)}]\n"
    for text in (laughs, long):
        answers, (finding,), _ = assessed(written(tmp_path / "a.yaml", text))
        assert answers == []
        assert (finding.code, "aliases" in finding.message) == ("file/shape", True)
