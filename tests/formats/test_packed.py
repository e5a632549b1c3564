"""Packed files, folders of many kinds, standard input, and columns with other separators."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
import zipfile
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from chippolicy import validate
from chippolicy.findings import Severity

TOPICS = "id,title\nzz-a,A\nzz-b,\n"


def _codes(path: Path | str, **options: str) -> list[tuple[str, str, int | None]]:
    found = validate(path, against="none", **options)  # type: ignore[arg-type]
    return [(str(one.path), one.code, one.line) for one in found]


def test_gzip_keeps_the_lines_of_what_is_packed(tmp_path: Path) -> None:
    """A packed file is read as the file in it, and called by its own name."""
    path = tmp_path / "topics.csv.gz"
    path.write_bytes(gzip.compress(TOPICS.encode()))
    assert _codes(path) == [(str(path), "value/missing", 3)]
    path.write_bytes(path.read_bytes()[:-12])
    assert _codes(path) == [(str(path), "file/syntax", None)]
    path.write_bytes(b"id,title\n")
    assert _codes(path) == [(str(path), "file/syntax", None)]
    assert validate(path, against="none").exit_code() == 3


def _zip(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return path


def test_members_of_an_archive_are_called_by_their_path(tmp_path: Path) -> None:
    """A finding in an archive names the archive, then the member."""
    path = _zip(
        tmp_path / "all.zip",
        data__topics_dot_csv=TOPICS.encode(),
        data__sources_dot_json=b'[{"id": "s", "kind": "news"}]',
        data___dot_hidden_dot_csv=b"x",
    )
    assert _codes(path) == [
        (f"{path}/data/sources.json", "table/missing-column", None),
        (f"{path}/data/topics.csv", "value/missing", 3),
    ]


def test_an_archive_may_hold_archives_and_packages(tmp_path: Path) -> None:
    """A data package in an archive is found, and what is packed twice is read."""
    descriptor = {"resources": [{"name": "topics", "path": "here/topics.csv.gz"}]}
    path = _zip(
        tmp_path / "package.zip",
        p__datapackage_dot_json=json.dumps(descriptor).encode(),
        p__here__topics_dot_csv_dot_gz=gzip.compress(TOPICS.encode()),
        p__not_listed_dot_csv=b"x",
    )
    assert _codes(path) == [(f"{path}/p/here/topics.csv.gz", "value/missing", 3)]


@pytest.mark.parametrize(
    "name", ["../topics.csv", "/topics.csv", "C:\\topics.csv", "a/../topics.csv"]
)
def test_nothing_is_unpacked_outside(tmp_path: Path, name: str) -> None:
    """A member whose path leads out of the archive is not unpacked."""
    path = tmp_path / "in" / "all.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, TOPICS)
    before = sorted(tmp_path.rglob("*"))
    report = validate(path, against="none")
    # Nor is it passed over in silence.
    assert report.rows or "file/unreadable" in {one.code for one in report}
    assert sorted(tmp_path.rglob("*")) == before
    assert not (tmp_path.parent / "topics.csv").exists()


@pytest.mark.parametrize("content", [b"PK\x03\x04 not", b"", b"id,title"])
def test_what_is_no_archive(tmp_path: Path, content: bytes) -> None:
    """A file that is called an archive and is none is one finding."""
    path = tmp_path / "all.zip"
    path.write_bytes(content)
    assert [code for _, code, _ in _codes(path)] == ["file/syntax"]


def test_the_hash_of_a_package_is_of_the_file_as_it_lies(tmp_path: Path) -> None:
    """What the descriptor states is held against the packed file, not what is in it."""
    import hashlib

    data = gzip.compress(b"id,title\nzz-a,A\n")
    (tmp_path / "topics.csv.gz").write_bytes(data)
    resource = {
        "name": "topics", "path": "topics.csv.gz", "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
    }  # fmt: skip
    file = tmp_path / "datapackage.json"
    file.write_text(json.dumps({"resources": [resource]}))
    assert _codes(file) == []
    file.write_text(json.dumps({"resources": [{**resource, "bytes": 16}]}))
    assert [code for _, code, _ in _codes(file)] == ["file/hash"]


def test_a_folder_of_every_kind(tmp_path: Path) -> None:
    """Tables of any format are read from a folder; settings beside them are nobody's data."""
    (tmp_path / "topics.csv").write_text("id,title\nzz-a,A\n")
    (tmp_path / "sources.yaml").write_text("- {id: s, kind: news, title: T}\n")
    (tmp_path / "more.json").write_text('{"topics": [{"id": "zz-c", "title": "C"}]}')
    (tmp_path / "package.json").write_text('{"name": "mine", "version": "1"}')
    (tmp_path / "action.yml").write_text("name: mine\nruns: {}\n")
    (tmp_path / ".hidden.csv").write_text("x")
    (tmp_path / "~$book.xlsx").write_text("x")
    (tmp_path / "README.md").write_text("x")
    report = validate(tmp_path, against="none")
    assert list(report) == []
    assert report.rows == 3


def test_a_file_that_cannot_be_opened_keeps_none_of_the_others_back(tmp_path: Path) -> None:
    """Of a folder and of a package every other file is read, and the faulty one is named."""
    (tmp_path / "actors.json").mkdir()
    (tmp_path / "topics.csv").write_text(TOPICS)
    wanted = [
        (f"{tmp_path}/actors.json", "file/unreadable", None),
        (f"{tmp_path}/topics.csv", "value/missing", 3),
    ]
    assert _codes(tmp_path) == wanted
    resources = [{"name": name.partition(".")[0], "path": name} for name in sorted(
        ("actors.json", "topics.csv"))]  # fmt: skip
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": resources}))
    assert _codes(tmp_path) == wanted


def test_a_package_that_lists_itself(tmp_path: Path) -> None:
    """A descriptor among its own resources is one finding."""
    path = tmp_path / "datapackage.json"
    path.write_text(json.dumps({"resources": [{"name": "topics", "path": path.name}]}))
    assert _codes(path) == [(str(path), "file/descriptor", None)]


@pytest.mark.parametrize("field", ["name", "path"])
def test_a_descriptor_with_half_a_character(tmp_path: Path, field: str) -> None:
    """What no file can be called is a fault of the descriptor, and the others are read."""
    (tmp_path / "topics.csv").write_text(TOPICS)
    sound = {"name": "topics", "path": "topics.csv"}
    file = tmp_path / "datapackage.json"
    file.write_text(json.dumps({"resources": [{**sound, field: "\ud800"}, sound]}))
    assert [code for _, code, _ in _codes(file)] == ["file/descriptor", "value/missing"]


def test_a_file_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    """A shell's `data data/*` gives each file twice: no record is a duplicate of itself."""
    (tmp_path / "topics.csv").write_text("id,title\nzz-a,A\n")
    report = validate([tmp_path, tmp_path / "topics.csv"], against="none")
    assert (list(report), report.rows) == ([], 1)


def test_what_bears_a_tables_name_and_is_not_read_is_said(tmp_path: Path) -> None:
    """A table in a format that is not read is a note; of folders without tables those below are."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "topics.csv").write_text("id,title\nzz-a,A\n")
    (none,) = validate(tmp_path, against="none")
    assert none.code == "file/no-tables"
    assert "data" in str(none.hint)
    (tmp_path / "data" / "chips.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    report = validate(tmp_path / "data", against="none")
    assert [(one.code, one.severity) for one in report] == [("table/unknown", Severity.NOTE)]
    assert report.exit_code() == 0


@pytest.mark.parametrize("above", ["Our topics,\n", "# by hand\n", "Our topics,,,\n\n"])
def test_what_stands_above_the_header_is_one_finding(tmp_path: Path, above: str) -> None:
    """A first row that names no column is told once, not once for each column and row."""
    path = tmp_path / "topics.csv"
    path.write_text(above + TOPICS)
    assert _codes(path) == [(str(path), "table/unknown-column", 1)]


def test_a_byte_order_mark_alone_is_an_empty_file(tmp_path: Path) -> None:
    """Of a file that has nothing but its mark it is said that it has no header."""
    path = tmp_path / "topics.csv"
    path.write_bytes(b"\xef\xbb\xbf")
    assert [code for _, code, _ in _codes(path)] == ["file/empty"]


def test_what_parquet_has_and_csv_has_not(tmp_path: Path) -> None:
    """Decimals are numbers with all their digits; what is no value of a cell is a finding."""
    frame = pl.DataFrame(
        {
            "id": ["a"],
            "name": ["A"],
            "memory_gb": [Decimal("80.50")],
            "x_span": [timedelta(days=1)],
            "x_kept": [Decimal("1.10")],
        }
    )
    path = tmp_path / "chips.parquet"
    frame.write_parquet(path)
    found = validate(path, against="none", ignore=["evidence"])
    assert [(one.code, one.column) for one in found] == [("value/type", "x_span")]


def test_damage_that_polars_panics_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of some damaged files Polars does not say that they are: it panics, and that is caught."""

    def panic(path: Path) -> None:
        raise pl.exceptions.PanicException("called `Option::unwrap()` on a `None` value")

    monkeypatch.setattr(pl, "read_parquet_schema", panic)
    path = tmp_path / "topics.parquet"
    path.write_bytes(b"PAR1")
    (one,) = validate(path, against="none")
    assert (one.code, "damaged" in one.message) == ("file/syntax", True)


def test_separators_are_told_by_the_header(tmp_path: Path) -> None:
    """Semicolons, tabs and bars are read; where the name lets expect another, that is told."""
    for sign in ";\t|":
        path = tmp_path / "topics.csv"
        path.write_text(TOPICS.replace(",", sign))
        assert [(code, line) for _, code, line in _codes(path)] == [
            ("file/delimiter", 1),
            ("value/missing", 3),
        ]
    path = tmp_path / "topics.tsv"
    path.write_text(TOPICS.replace(",", "\t"))
    assert [code for _, code, _ in _codes(path)] == ["value/missing"]
    path.write_text(TOPICS)
    assert [code for _, code, _ in _codes(path)] == ["file/delimiter", "value/missing"]
    assert validate(path, against="none", ignore=["value"]).exit_code() == 0


def test_a_package_may_declare_its_separator(tmp_path: Path) -> None:
    """A declared delimiter is used, and nothing is told of it."""
    (tmp_path / "t.csv").write_text('id;title\nzz-a;"A; B"\n')
    resource = {"name": "topics", "path": "t.csv", "dialect": {"delimiter": ";"}}
    file = tmp_path / "datapackage.json"
    file.write_text(json.dumps({"resources": [resource]}))
    assert _codes(file) == []


@pytest.mark.parametrize(
    ("content", "table", "expected"),
    [
        (TOPICS.encode(), "topics", [("value/missing", 3)]),
        (
            TOPICS.replace(",", ";").encode(),
            "topics",
            [("file/delimiter", 1), ("value/missing", 3)],
        ),
        (b'[{"id": "a"}]', "topics", [("table/missing-column", None)]),
        (b'{"id": "a", "title": "A"}\n{"id": "b", "title": 3}\n', "topics", [("value/type", 2)]),
        (b'{"topics": [{"id": "b", "title": 3}]}', None, [("value/type", 1)]),
        (b"- id: b\n  title: [3]\n", "topics", [("value/type", 1)]),
        (b"# mine\ntopics:\n- id: b\n  title: [3]\n", None, [("value/type", 3)]),
        (gzip.compress(TOPICS.encode(), mtime=0), "topics", [("value/missing", 3)]),
        (TOPICS.encode(), None, [("table/unknown", None)]),
        (b"", "topics", [("file/empty", None)]),
    ],
)
def test_standard_input(
    monkeypatch: pytest.MonkeyPatch,
    content: bytes,
    table: str | None,
    expected: list[tuple[str, int | None]],
) -> None:
    """`-` is standard input: its first bytes tell the format, --table the table."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    found = list(validate("-", against="none", table=table))
    assert [(one.code, one.line) for one in found] == expected
    assert {one.path for one in found} <= {"-"}


def test_standard_input_of_a_process() -> None:
    """The command reads standard input, too."""
    done = subprocess.run(
        [sys.executable, "-m", "chippolicy", "validate", "-", "--table", "topics", "--format",
         "jsonl"],
        input=TOPICS.encode(), capture_output=True, check=False,
    )  # fmt: skip
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["code"] == "value/missing"
    assert done.returncode == 1
