"""Fixing: what is repaired is repaired wholly and without loss, and nothing else is touched."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chippolicy import validate
from chippolicy.contribute.document import parse_rows
from chippolicy.contribute.fix import BOM, COLUMN_ORDER, LINE_ENDS, Fix, fix
from chippolicy.contribute.unified import unified
from chippolicy.derive.plan import ColumnPlan, load_plan
from chippolicy.formats.csv import StructureError
from chippolicy.rules import CATALOG
from chippolicy.testing import Dataset, csv_folder, datasets, hostile_texts
from tests.small import TABLES, write_csv, write_folder

PLAN = load_plan().tables
FEW = settings(max_examples=max(settings().max_examples // 4, 25))

csv_texts = st.one_of(hostile_texts(), st.text(st.sampled_from('a,;\t"\n\r é\0'), max_size=30))
delimiters = st.sampled_from(",;\t|")


def read(text: str, delimiter: str = ",") -> list[list[str]] | None:
    """What Python's csv makes of a text, strictly; None where it refuses."""
    lines = io.StringIO(text, newline="")
    try:
        return list(csv.reader(lines, strict=True, delimiter=delimiter))
    except csv.Error:
        return None


@given(csv_texts, delimiters)
def test_rows_are_read_as_csv_reads_them(text: str, delimiter: str) -> None:
    """Cell by cell what `csv` reads in its strict way, and refused where it refuses."""
    try:
        rows = parse_rows(text, delimiter)
    except StructureError:
        assert read(text, delimiter) is None
        return
    assert [row.values() for row in rows] == read(text, delimiter)
    assert "".join(row.text() for row in rows) == text


@given(
    csv_texts,
    delimiters,
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.text(max_size=5))),
)
def test_a_cell_that_is_put_is_read_back(
    text: str, delimiter: str, edits: list[tuple[int, int, str]]
) -> None:
    """Putting a value into a cell changes that cell and no other, whatever the value."""
    assume(read(text, delimiter) is not None)
    rows = parse_rows(text, delimiter)
    for at, cell, value in edits:
        if at < len(rows) and cell < len(rows[at].cells) and len(rows[at].cells) > 1:
            expected = [row.values() for row in rows]
            expected[at][cell] = value
            rows[at].put(cell, value)
            found = "".join(row.text() for row in rows)
            assert read(found, delimiter) == expected


def spoiled_number(text: str, column: ColumnPlan) -> str | None:
    whole, point, rest = text.partition(".")
    if column.base in ("integer", "number") and len(whole) > 3 and whole.isdecimal():
        return f"{int(whole):,}{point}{rest}"
    return None


def spoiled_date(text: str, column: ColumnPlan) -> str | None:
    day = re.fullmatch("([0-9]{4})-([0-9]{2})-([0-9]{2})", text)
    return f"{day[1]}/{day[2]}/{day[3]}" if column.base == "edtf" and day else None


def spoiled_flag(text: str, column: ColumnPlan) -> str | None:
    return text.upper() if column.base == "boolean" else None


def spoiled_blanks(text: str, column: ColumnPlan) -> str | None:
    return f" {text}\t"


SPOILERS: tuple[Callable[[str, ColumnPlan], str | None], ...] = (
    spoiled_number,
    spoiled_date,
    spoiled_flag,
    spoiled_blanks,
)


@st.composite
def spoiled(draw: st.DrawFn) -> tuple[Dataset, dict[str, bytes]]:
    """A valid data set whose texts have no blanks around them, and its files, with faults."""
    dataset = draw(datasets(max_rows=2))
    for rows in dataset.values():
        for row in rows:
            assume(all(not isinstance(one, str) or one == one.strip() for one in row.values()))
    there = [(name, row["id"]) for name, rows in dataset.items() for row in rows if "id" in row]
    others: dict[str, list[str]] = {}
    for number, (name, id) in enumerate(draw(st.lists(st.sampled_from(there), max_size=2))
                                        if there else ()):  # fmt: skip
        record, retired, alias = f"{name}/{id}", f"zz-retired-{number}", f"Zz Alias {number}"
        called = {"record": record, "language": "en", "kind": "alias", "name": alias}
        dataset.setdefault("names", []).append(called)
        dataset.setdefault("redirects", []).append({"old": f"{name}/{retired}", "new": record})
        others.setdefault(record, []).extend((f"{name}/{retired}", f"{name}/{alias}"))
    files = {}
    with TemporaryDirectory() as folder:
        for path in sorted(csv_folder(dataset, folder).iterdir()):
            files[path.stem] = draw(spoiled_file(path.stem, path.read_bytes().decode(), others))
    return dataset, files


def spoiled_reference(
    draw: st.DrawFn, text: str, column: ColumnPlan, others: Mapping[str, list[str]]
) -> str | None:
    """A retired id of the record, or an alias, where it has one."""
    found = others.get(f"{column.ref_table}/{text}" if column.ref_table else text)
    if found is None or not (column.ref_table or column.kind == "record-reference"):
        return None
    other = draw(st.sampled_from(found))
    return other.partition("/")[2] if column.ref_table else other


@st.composite
def spoiled_file(
    draw: st.DrawFn, table: str, text: str, others: Mapping[str, list[str]] = MappingProxyType({})
) -> bytes:
    rows = read(text) or []
    header = rows[0]
    for row in rows[1:]:
        for at, name in enumerate(header):
            column = PLAN[table].by_name.get(name)
            if column and row[at] and draw(st.integers(0, 5)) == 0:
                other = None
                if table not in ("names", "redirects"):
                    other = spoiled_reference(draw, row[at], column, others)
                row[at] = other or draw(st.sampled_from(SPOILERS))(row[at], column) or row[at]
    for _ in range(draw(st.integers(0, 2))):
        rows.insert(
            draw(st.integers(0, len(rows))), draw(st.sampled_from([[], [""] * len(header)]))
        )
    if draw(st.integers(0, 3)) == 0:
        order = draw(st.permutations(range(len(header))))
        rows = [[row[at] for at in order] if row else [] for row in rows]
    out = io.StringIO(newline="")
    end = draw(st.sampled_from(["\n", "\r\n"]))
    for row in rows:
        csv.writer(
            out,
            lineterminator=end,
            # The writer leaves a bare CR bare.
            quoting=csv.QUOTE_ALL
            if "\r" in "".join(row) or draw(st.booleans())
            else csv.QUOTE_MINIMAL,
        ).writerow(row)
    return (draw(st.sampled_from(["", "\ufeff"])) + out.getvalue()).encode()


def written(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / f"{name}.csv").write_bytes(content)
    return folder


@FEW
@given(spoiled())
def test_what_is_spoiled_without_loss_is_mended(made: tuple[Dataset, dict[str, bytes]]) -> None:
    """Every fault that loses nothing is undone: the values are those of the sound data set, its
    findings are what they were, and there is nothing left to fix."""
    dataset, files = made
    assume(files)
    with TemporaryDirectory() as sound, TemporaryDirectory() as faulty:
        csv_folder(dataset, sound)
        expected = [one.code for one in validate([sound], against="none")]
        written(Path(faulty), files)
        fix(faulty, against="none").write()
        assert [one.code for one in validate([faulty], against="none")] == expected
        again = fix(faulty, against="none")
        assert not again.files
        assert not again.repairs
        for path in Path(sound).iterdir():
            # What is there beside the values, their quotation marks, was never touched.
            mended = Path(faulty, path.name).read_bytes()
            assert read(mended.decode()) == read(path.read_bytes().decode())


def findings_at(folder: str) -> set[tuple[str, str, str | None, str | None]]:
    """The files, codes, columns and values of all findings; once each for the file as a whole."""
    found = validate([folder], against="none").findings
    told = {(one.path or "", one.code, one.column, one.value) for one in found}
    return told | {(path, code, None, None) for path, code, _, _ in told}


@FEW
@given(spoiled())
def test_each_repair_undoes_a_finding(made: tuple[Dataset, dict[str, bytes]]) -> None:
    """What a repair is named by is a rule of the catalogue; `validate` tells it of that file, and
    of that value where one is repaired, before the fix, and no longer after it."""
    _, files = made
    assume(files)
    with TemporaryDirectory() as folder:
        written(Path(folder), files)
        before = findings_at(folder)
        found = fix(folder, against="none")
        repaired = {(one.path, one.code, one.column, one.old) for one in found.repairs}
        codes = {one.code for one in found.repairs} | {one.code for one in found.left}
        assert codes <= CATALOG.keys()
        if any(Path(path).stem == "redirects" for path, *_ in repaired):
            # Who is retired is told only once the redirects themselves are sound.
            repaired = {one for one in repaired if not one[1].startswith("ref/")}
        assert repaired <= before
        found.write()
        assert findings_at(folder).isdisjoint(repaired)


@FEW
@given(spoiled())
def test_only_what_is_told_is_changed(made: tuple[Dataset, dict[str, bytes]]) -> None:
    """Each byte that differs belongs to a repair: undoing those by hand gives the file again."""
    _, files = made
    assume(files)
    with TemporaryDirectory() as folder:
        written(Path(folder), files)
        found = fix(folder, against="none")
        fixed = {file.path.stem: file.after for file in found.files}
        for name, before in files.items():
            repairs = [one for one in found.repairs if Path(one.path).stem == name]
            if not repairs:
                assert name not in fixed
                continue
            codes = {one.code for one in repairs if one.column is None}
            if COLUMN_ORDER in codes:
                continue
            text = before.decode()
            assert text.startswith("\ufeff") == (BOM in codes)
            rows = parse_rows(text.removeprefix("\ufeff"))
            header = next(row for row in rows if not row.is_blank()).values()
            for row in rows:
                assert (row.end == "\r\n") <= (LINE_ENDS in codes)
                row.end = row.end.replace("\r\n", "\n")
                row.deleted = row.is_blank()
                for one in repairs:
                    if one.line == row.line and one.column is not None and one.new is not None:
                        assert row.value(header.index(one.column)) == one.old
                        row.put(header.index(one.column), one.new)
            assert "".join(row.text() for row in rows).encode() == fixed[name]


@FEW
@given(spoiled())
def test_the_diff_is_a_patch(made: tuple[Dataset, dict[str, bytes]]) -> None:
    """What the diff takes away and puts in their places leads from the old lines to the new."""
    _, files = made
    with TemporaryDirectory() as folder:
        written(Path(folder), files)
        for file in fix(folder, against="none").files:
            lines = file.diff.splitlines()
            assert lines[0].startswith("--- ")
            assert lines[1].startswith("+++ ")
            sizes = [
                tuple(map(int, re.findall("[0-9]+", line)))
                for line in lines[2:]
                if line.startswith("@@ ")
            ]
            assert sum(size[1] for size in sizes) == sum(line[:1] in " -" for line in lines[2:])
            assert sum(size[3] for size in sizes) == sum(line[:1] in " +" for line in lines[2:])


def one_table(folder: Path, table: str, *rows: list[str]) -> Fix:
    write_csv(folder / f"{table}.csv", rows)
    return fix(folder / f"{table}.csv", against=write_folder(folder / "base"))


def told(found: Fix) -> list[tuple[str, str | None, str | None]]:
    return [(one.code, one.old, one.new) for one in found.repairs]


@pytest.mark.parametrize(
    ("column", "old", "code", "new"),
    [
        ("designer_id", "Nvidia", "value/format", "nvidia"),
        ("designer_id", "ＮＶＩＤＩＡ  Corporation", "value/format", "nvidia"),
        ("derived_from_id", "H20チップ", "value/format", "nvidia-h20"),
        ("derived_from_id", "h20", "ref/dangling", "nvidia-h20"),
        ("derived_from_id", "nvidia-hgx-h20", "ref/redirected", "nvidia-h20"),
        ("announced", "11 August 2025", "value/date", "2025-08-11"),
        ("announced", "2025-08-11T00:00:00", "value/date", "2025-08-11"),
        ("memory_gb", "1,024.5", "value/type", "1024.5"),
        ("memory_gb", "1 024", "value/type", "1024"),
        ("datacenter", "FALSE", "value/type", "false"),
        ("datacenter", " ", "value/type", ""),
        ("name", " H20 ", "text/blank", "H20"),
    ],
)
def test_what_is_repaired(tmp_path: Path, column: str, old: str, code: str, new: str) -> None:
    """Each repair undoes a finding by its code."""
    row = {"id": "a", "name": "A", column: old}
    found = one_table(tmp_path, "chips", list(row), list(row.values()))
    assert [one for one in told(found) if one[1]] == [(code, old, new)]
    assert not found.left


@pytest.mark.parametrize(
    ("column", "old", "reason"),
    [
        ("announced", "8/11/2025", "it may be 2025-08-11 or 2025-11-08"),
        ("announced", "2025-08-11T10:30", "it has a time of day, which 2025-08-11 would lose"),
        ("memory_gb", "1,5", "decimal point"),
        ("memory_gb", "4.8E+03", "a spreadsheet has rounded it"),
        ("datacenter", "yes", "it may mean true or false"),
        ("name", "  ", "nothing but blanks"),
        ("derived_from_id", "Hopper", "it is a name of nvidia-h100 and of nvidia-h20"),
    ],
)
def test_what_is_left_and_said(tmp_path: Path, column: str, old: str, reason: str) -> None:
    """Whatever could mean two things is left as it is, with the reason told."""
    base = write_folder(tmp_path / "base", {"names": [
        TABLES["names"][0],
        ["chips/nvidia-h100", "en", "alias", "Hopper"],
        ["chips/nvidia-h20", "en", "alias", "hopper"],
    ]})  # fmt: skip
    row = {"id": "a", "name": "A", column: old}
    write_csv(tmp_path / "chips.csv", [list(row), list(row.values())])
    found = fix(tmp_path / "chips.csv", against=base)
    (left,) = found.left
    assert reason in left.reason
    assert (left.line, left.column, left.value) == (2, column, old)
    assert not [one for one in found.repairs if one.column == column]


@pytest.mark.parametrize("value", ["nobody", "Nobody Inc.", "lots", "[2025", "A-1"])
def test_what_nobody_knows_is_the_validators(tmp_path: Path, value: str) -> None:
    """A value that no repair is known for is not touched, nor told: `validate` tells it."""
    header = ["id", "name", "designer_id", "announced", "memory_gb"]
    found = one_table(tmp_path, "chips", header, [value, value, value, value, value])
    assert not found.files
    assert not found.repairs


def test_an_actor_of_the_wrong_kind_is_not_meant(tmp_path: Path) -> None:
    """A name counts only for records that the column may name."""
    header = ["id", "person_id", "organization_id", "title"]
    found = one_table(tmp_path, "positions", header, ["a", "Jensen Huang", "NVIDIA", "CEO"],
                      ["b", "NVIDIA", "Jensen Huang", "CEO"])  # fmt: skip
    assert sorted(told(found)) == [
        ("value/format", "Jensen Huang", "jensen-huang"),
        ("value/format", "NVIDIA", "nvidia"),
    ]
    assert {one.line for one in found.repairs} == {2}


def test_two_records_are_not_made_one(tmp_path: Path) -> None:
    """A repair that would give a record another's key is left: which is meant, is asked."""
    found = one_table(tmp_path, "chips", ["id", "name"], ["a", "A"], ["a ", "B"], [" b", "C"])
    assert told(found) == [("value/format", " b", "b")]
    assert [(one.value, one.line) for one in found.left] == [("a ", 3)]


def test_a_repair_may_tell_what_a_name_means(tmp_path: Path) -> None:
    """A name that is known only once its own row is mended is used, so that once is enough."""
    name = [" actors/nvidia ", "en", "alias", "The Green One"]
    write_csv(tmp_path / "names.csv", [TABLES["names"][0], name])
    write_csv(tmp_path / "chips.csv", [["id", "name", "designer_id"], ["a", "A", "the green one"]])
    base = write_folder(tmp_path / "base")
    paths = [tmp_path / "chips.csv", tmp_path / "names.csv"]
    found = fix(paths, against=base)
    assert ("value/format", "the green one", "nvidia") in told(found)
    found.write()
    assert not fix(paths, against=base).files


def test_quotation_marks_stay_where_they_are_style(tmp_path: Path) -> None:
    """Marks that were there for style stay; those that a value no longer needs go with it."""
    path = tmp_path / "chips.csv"
    path.write_bytes(b'id,name,memory_gb,announced\n"a","A, B","1,024","2025/08/11"\nb,"""",8,\n')
    fix(path, against="none").write()
    assert (
        path.read_bytes()
        == b'id,name,announced,memory_gb\n"a","A, B","2025-08-11",1024\nb,"""",,8\n'
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("名,前\n".encode("cp932"), "file/encoding"),
        ("id,name\n".encode("utf-16"), "file/encoding"),
        (b'\xef\xbb\xbfid,name\r\na,"b\r\n', "file/quote"),
        (b'id,name\na,"b"c\n', "file/quote"),
    ],
)
def test_a_file_that_cannot_be_read_is_left(tmp_path: Path, content: bytes, code: str) -> None:
    """Where the text is not sound nothing is touched, and that is said."""
    path = tmp_path / "chips.csv"
    path.write_bytes(content)
    found = fix(path, against="none")
    assert not found.files
    assert [one.code for one in found.left] == [code]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_stays_a_file(tmp_path: Path, content: bytes) -> None:
    """No repair makes a header out of nothing, or deletes all there is."""
    path = tmp_path / "chips.csv"
    path.write_bytes(content)
    for file in fix(path, against="none").files:
        assert file.after == content.removeprefix(b"\xef\xbb\xbf")


def test_a_descriptor_with_half_a_character(tmp_path: Path) -> None:
    """JSON's escape of a lone surrogate is written back as it was."""
    (tmp_path / "topics.csv").write_bytes(b"id,title\r\na,A\r\n")
    resource = {"name": "topics", "path": "topics.csv", "bytes": 15}
    text = json.dumps({"title": "\ud800", "resources": [resource]}, indent=2)
    (tmp_path / "datapackage.json").write_text(text)
    fix(tmp_path, against="none").write()
    after = (tmp_path / "datapackage.json").read_text()
    assert after == text.replace('"bytes": 15', '"bytes": 13')


def test_the_descriptor_follows(tmp_path: Path) -> None:
    """A package's descriptor states what its files hold after they are fixed, and only that."""
    content = b"id,title\r\na,A\r\n"
    (tmp_path / "topics.csv").write_bytes(content)
    stated = {"bytes": len(content), "hash": hashlib.sha256(content).hexdigest()}
    stated["hash"] = f"sha256:{stated['hash']}"
    resource = {"name": "topics", "path": "topics.csv", **stated}
    descriptor = tmp_path / "datapackage.json"
    descriptor.write_text(json.dumps({"title": "日本", "resources": [resource]}, indent=4))
    found = fix(tmp_path, against="none")
    assert [file.path.name for file in found.files] == ["topics.csv", "datapackage.json"]
    found.write()
    assert validate(tmp_path, against="none").valid
    after = descriptor.read_text()
    assert after.startswith('{\n    "title": "\\u65e5\\u672c"')
    assert json.loads(after)["resources"][0]["bytes"] == len(content) - 2
    # One that was not true before is not made true in silence.
    resource["bytes"] = 1
    descriptor.write_text(json.dumps({"resources": [resource]}))
    (tmp_path / "topics.csv").write_bytes(content)
    found = fix(tmp_path, against="none")
    assert [file.path.name for file in found.files] == ["topics.csv"]
    assert [one.code for one in found.left] == ["file/hash"]


def test_a_diff_makes_the_invisible_visible() -> None:
    """A byte order mark and a carriage return can be seen, and steer no terminal."""
    pieces = [("a,b\r\n", "a,b\n"), ("c,\x1b[31m\n", "c,\x1b[31m\n")]
    assert unified("f.csv", pieces, "\ufeffa,b\r\n") == (
        "--- f.csv\n+++ f.csv (fixed)\n@@ -1,2 +1,2 @@\n-\\ufeffa,b␍\n+a,b\n c,␛[31m\n"
    )


def test_unknown_columns_keep_their_place(tmp_path: Path) -> None:
    """Where a column is not known, the order of columns is not for us to choose."""
    path = write_csv(tmp_path / "topics.csv", [["title", "id", "colour"], ["A", "a", "red"]])
    assert not fix(path, against="none").files
    own = write_csv(tmp_path / "topics.csv", [["x_b", "title", "id", "x_a"], ["1", "A", "a", "2"]])
    (file,) = fix(own, against="none").files
    assert file.after == b"id,title,x_b,x_a\na,A,1,2\n"


@pytest.mark.parametrize(("name", "delimiter"), [("chips.tsv", "\t"), ("chips.csv", ";")])
def test_a_file_keeps_its_delimiter(tmp_path: Path, name: str, delimiter: str) -> None:
    """What stands between columns stays, and is told apart from what stands in a value."""
    path = tmp_path / name
    rows = [["id", "name", "memory_gb"], ["a", " A;B,C ", "1,024"]]
    path.write_bytes("".join(delimiter.join(row) + "\r\n" for row in rows).encode()
                     .replace(b" A;B,C ", b'" A;B,C "'))  # fmt: skip
    found = fix(path, against="none")
    assert [one.new for one in found.repairs if one.column] == ["1024", "A;B,C"]
    found.write()
    (header, row) = read(path.read_text(), delimiter) or []
    assert header == rows[0]
    assert row == ["a", "A;B,C", "1024"]
    assert not fix(path, against="none").files


def test_what_is_left_whole_is_known_all_the_same(tmp_path: Path) -> None:
    """What programs write and archives hold is not changed, which is said; a record in it is what
    a reference means, and not what has its id for an alias elsewhere."""
    pl.DataFrame({"id": ["h20"], "name": [" H20 "]}).write_parquet(tmp_path / "chips.parquet")
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as archive:
        archive.writestr("topics.csv", "id,title\na, A\n")
    write_csv(
        tmp_path / "event_chips.csv", [["event_id", "chip_id", "role"], ["e", "h20", "subject"]]
    )
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    found = fix(tmp_path, against=write_folder(tmp_path.with_name("base")))
    assert not found.files
    assert not found.repairs
    left = {(Path(one.path).name, one.code) for one in found.left}
    assert left == {("chips.parquet", "file/format"), ("topics.csv", "file/format")}
    found.write()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
