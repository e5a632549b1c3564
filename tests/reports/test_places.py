"""The place of a finding in every format: line and column, sheet and cell, row, byte offset."""

from __future__ import annotations

import gzip
import io
import json
import re
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from chippolicy import validate
from chippolicy.findings import Finding, Place, Report, Severity
from chippolicy.formats.cells import encode
from chippolicy.formats.csv import written
from chippolicy.reports import render
from chippolicy.reports.lines import line_starts
from tests.reports.formats import CASES, Case
from tests.reports.test_github import read as command
from tests.reports.test_html import drawn
from tests.reports.test_junit import SCHEMA as JUNIT
from tests.reports.test_sarif import VALIDATOR as SARIF
from tests.reports.test_sarif import names

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "schemas/report.schema.json").read_text("utf-8"))
BREAK = re.compile("\r\n|\n|\r")
by_case = pytest.mark.parametrize(
    "case", CASES, ids=[f"{number}-{case.name}{case.inner}" for number, case in enumerate(CASES)]
)


def checked(case: Case, folder: Path) -> tuple[Report, Finding]:
    """The report on a case, and its one finding of a wrong form."""
    report = validate(case.write(folder), against="none")
    (finding,) = [one for one in report if one.code == "value/format"]
    return report, finding


def unpacked(path: str) -> bytes:
    """The bytes of a file, of the member of an archive, or of what gzip has packed."""
    archive, _, member = path.partition(".zip/")
    if member:
        with zipfile.ZipFile(f"{archive}.zip") as inside:
            return inside.read(member)
    data = Path(path).read_bytes()
    return gzip.decompress(data) if path.endswith(".gz") else data


def region_of(report: Report, finding: Finding) -> dict[str, int]:
    (result,) = [
        one
        for one in json.loads(render(report, "sarif"))["runs"][0]["results"]
        if one["ruleId"] == finding.code
    ]
    region: dict[str, int] = result["locations"][0]["physicalLocation"]["region"]
    return region


def at_region(data: bytes, region: dict[str, int]) -> str:
    """What stands in a region of a text, byte order marks apart."""
    line = BREAK.split(data.decode("utf-8-sig"))[region["startLine"] - 1]
    return line[region["startColumn"] - 1 : region["endColumn"] - 1]


@by_case
def test_a_finding_says_where_it_is(case: Case, tmp_path: Path) -> None:
    _, finding = checked(case, tmp_path)
    assert finding.path == f"{tmp_path / case.name}{case.inner}"
    assert (finding.line, finding.column) == (case.line, "id")
    assert (finding.pointer, finding.cell) == (case.pointer, case.cell)
    assert finding.sheet == ("topics" if case.cell else None)


@by_case
def test_the_region_is_the_value(case: Case, tmp_path: Path) -> None:
    """SARIF and annotations mark the value itself; files without lines have no line in them."""
    report, finding = checked(case, tmp_path)
    region = region_of(report, finding)
    _, properties, message = next(
        found
        for line in render(report, "github").splitlines()[:-1]
        if (found := command(line))[1]["title"] == finding.code
    )
    if case.value_line is None:
        assert region == {"startLine": 1}
        assert not properties.keys() & {"line", "col"}
        assert f"\nat {case.spot}\n" in message
        return
    assert region["startLine"] == case.value_line
    assert at_region(unpacked(str(finding.path)), region) == case.marked
    assert properties["line"] == str(region["startLine"])
    assert properties["col"] == str(region["startColumn"])
    assert case.spot not in message


@by_case
def test_a_place_without_a_line_is_a_logical_location(case: Case, tmp_path: Path) -> None:
    report, finding = checked(case, tmp_path)
    results = json.loads(render(report, "sarif"))["runs"][0]["results"]
    (result,) = [one for one in results if one["ruleId"] == finding.code]
    logical = {kind: name for name, kind in names(result["locations"][0])}
    place = f"!topics!{case.cell}" if case.cell else f"!{case.line}!id"
    cell = None if case.value_line else f"{finding.path}{place}"
    assert logical.get("cell") == cell
    assert logical["record"] == "topics/Bad Id"
    assert (f"\nAt {case.spot}.\n" in result["message"]["text"]) == (cell is not None)


@by_case
@pytest.mark.parametrize("width", [60, 80])
def test_a_terminal_shows_the_place_and_the_line(case: Case, width: int, tmp_path: Path) -> None:
    _, finding = checked(case, tmp_path)
    text = render(Report((finding,)), width=width)
    assert f"\n  {case.spot}  error  value/format  topics/Bad Id\n" in text
    assert (" | " in text) == (case.value_line is not None)
    if case.value_line is not None:
        found = re.search(r"\n *([0-9]+) \| (.*)\n *\|( *)(\^+)\n", text)
        assert found
        assert int(found[1]) == case.value_line
        assert found[4] == "^" * len(case.marked)
        assert case.marked in found[2]


@by_case
def test_junit_names_the_place(case: Case, tmp_path: Path) -> None:
    report, finding = checked(case, tmp_path)
    sign = ": " if case.value_line is None else ":"
    assert f">{finding.path}{sign}{case.spot}: error: id is 'Bad Id'" in render(report, "junit")


@by_case
def test_html_draws_the_row(case: Case, tmp_path: Path) -> None:
    _, finding = checked(case, tmp_path)
    row, page = drawn("", finding)
    assert row == case.row
    assert page.marks == ["Bad Id"]
    assert "line" not in case.row or f"line {case.line}" in "".join(page.words)
    assert "line" in case.row or case.spot in "".join(page.words)


@by_case
def test_the_offset_is_that_of_the_record_line(case: Case, tmp_path: Path) -> None:
    """JSON, JSON Lines and CSV have the offset of the record's line in the unpacked text."""
    report, finding = checked(case, tmp_path)
    at = list(report).index(finding)
    offset = json.loads(render(report, "json"))["findings"][at]["offset"]
    assert json.loads(render(report, "jsonl").splitlines()[at])["offset"] == offset
    if case.value_line is None:
        assert offset is None
        return
    begins = unpacked(str(finding.path))[offset:].decode()
    assert begins.startswith(case.record)
    table = render(Report((finding,)), "csv").splitlines()
    assert f",{offset},1," in table[1]


@by_case
def test_every_format_is_valid_under_its_schema(case: Case, tmp_path: Path) -> None:
    report, _ = checked(case, tmp_path)
    SARIF.validate(json.loads(render(report, "sarif")))
    JUNIT.validate(render(report, "junit"))
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(render(report, "json")))


# Texts that are sound cells, and hard on whoever counts lines, columns and bytes.
TEXT = st.text(
    st.sampled_from("ab \"',;:#-&*!|>[]{}%@`?\\/~日本語（）é😀\u3000\u2028\x85\n\t"), max_size=12
)


def as_lines(records: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records)


WRITTEN: dict[str, Callable[[list[dict[str, Any]], int | None], str]] = {
    "topics.csv": lambda records, _: written(
        ["id", "summary"], ([encode(v) for v in one.values()] for one in records)
    ),
    "topics.jsonl": lambda records, _: as_lines(records),
    "topics.json": lambda records, indent: json.dumps(records, ensure_ascii=False, indent=indent),
    "all.json": lambda records, indent: json.dumps(
        {"x": 1, "topics": records}, ensure_ascii=False, indent=indent
    ),
    "topics.yaml": lambda records, indent: yaml.safe_dump(
        records, allow_unicode=bool(indent), sort_keys=False, default_flow_style=indent == 2
    ),
    "all.yaml": lambda records, indent: yaml.safe_dump(
        {"topics": records}, allow_unicode=True, default_style='"' if indent else None, width=20
    ),
}


@given(
    summaries=st.lists(TEXT, min_size=1, max_size=4),
    name=st.sampled_from(list(WRITTEN)),
    indent=st.sampled_from([None, 0, 2]),
    is_crlf=st.booleans(),
    bom=st.sampled_from(["", "\ufeff"]),
    packed=st.sampled_from(["", ".gz"]),
    data=st.data(),
)
@settings(max_examples=300, deadline=None)
def test_whatever_stands_around_a_value_its_region_and_offset_are_exact(
    summaries: list[str],
    name: str,
    indent: int | None,
    is_crlf: bool,
    bom: str,
    packed: str,
    data: st.DataObject,
) -> None:
    """The region is the very value, and the bytes at the offset begin its record's line."""
    at = data.draw(st.integers(0, len(summaries) - 1))
    records = [
        {"id": "BAD" if number == at else f"t-{number}", "summary": summary}
        for number, summary in enumerate(summaries)
    ]
    text = WRITTEN[name](records, indent)
    if is_crlf:
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    content = (bom + text).encode()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name + packed)
        path.write_bytes(gzip.compress(content) if packed else content)
        report = validate(path, against="none", select=["value/format"])
        (finding,) = [one for one in report if one.value == "BAD"]
        only = Report((finding,))
        region = region_of(only, finding)
        offset = json.loads(render(only, "jsonl"))["offset"]
    assert at_region(content, region) in ("BAD", '"BAD"')
    assert finding.line is not None
    breaks = [match.end() for match in BREAK.finditer(content.decode())]
    assert offset == len(content.decode()[: ([0, *breaks])[finding.line - 1]].encode())
    # The record begins on that line: the id, its first field, stands there or on the next one.
    begins = content[offset:].decode().removeprefix("\ufeff").lstrip()
    assert region["startLine"] - finding.line in (0, 1)
    if name.endswith(".csv"):
        assert begins.startswith("BAD,")
    elif name.endswith(".jsonl"):
        assert begins.startswith('{"id": "BAD"')
    elif name.endswith(".json") and indent is not None:
        assert re.match(r'\{\s*"id": "BAD"', begins)
    elif name == "all.yaml" or (name == "topics.yaml" and indent != 2):
        assert re.match('- "?id"?: "?BAD', begins)


@given(
    # Among them what Python takes for the end of a line, and editors do not.
    tail=st.text(st.sampled_from("\r\n日a\v\f\x1c\x85\u2028"), max_size=12).map(str.encode),
    before=st.integers(0, 12),
    lines=st.lists(st.integers(-1, 20), max_size=6),
)
def test_lines_begin_where_an_editor_begins_them(
    tail: bytes, before: int, lines: list[int]
) -> None:
    """Each of some lines begins behind a CR LF, LF or CR, wherever the file is cut in reading."""
    content = b"x" * ((1 << 20) - before) + tail
    ends = [match.end() for match in re.finditer(rb"\r\n|\n|\r", content)]
    expected = {
        line: [0, *ends][line - 1] for line in sorted(set(lines)) if 1 <= line <= len(ends) + 1
    }
    assert line_starts(io.BytesIO(content), lines) == expected


def test_an_offset_is_null_where_there_is_none(tmp_path: Path) -> None:
    here = tmp_path / "f.csv"
    here.write_text("a\n1\n")
    broken = tmp_path / "g.csv.gz"
    broken.write_bytes(gzip.compress(b"a\n1\n")[:-9])
    places = [(here, None), (here, 99), (tmp_path / "gone.csv", 1), (broken, 9), ("\0", 1)]
    report = Report(
        tuple(
            Finding("a/b", Severity.ERROR, "m", path=str(path), line=line) for path, line in places
        )
    )
    assert [one["offset"] for one in json.loads(render(report, "json"))["findings"]] == [None] * 5


def folded(path: str, **told: Any) -> Finding:
    places = tuple(Place(line, f"topics/{line}") for line in (5, 9, 12))
    return Finding(
        "a/b", Severity.ERROR, "m", path=path, line=5, column="id", count=7, places=places, **told
    )


@pytest.mark.parametrize(
    ("finding", "times", "told", "name"),
    [
        (
            folded("a.csv"),
            "lines 5, 9, 12, …",
            "7 times, also on lines [9](1), [12](2), ….",
            None,
        ),
        (
            folded("a.xlsx", sheet="s", cell="AB5"),
            "cells AB5, AB9, AB12, …",
            "At AB5 (sheet s).\n7 times, also in cells [AB9](1), [AB12](2), ….",
            "a.xlsx!s!AB9",
        ),
        (
            folded("a.xlsx", sheet="s"),
            "rows 5, 9, 12, …",
            "At row 5, id (sheet s).\n7 times, also in rows [9](1), [12](2), ….",
            "a.xlsx!s!9",
        ),
        (
            folded("a.parquet"),
            "rows 5, 9, 12, …",
            "At row 5, id.\n7 times, also in rows [9](1), [12](2), ….",
            "a.parquet!9!id",
        ),
    ],
)
def test_further_places_are_lines_rows_or_cells(
    finding: Finding, times: str, told: str, name: str | None
) -> None:
    report = Report((finding,))
    assert f"    7 times: {times}\n" in render(report)
    (result,) = json.loads(render(report, "sarif"))["runs"][0]["results"]
    assert result["message"]["text"] == f"m\n{told}"
    near = result["relatedLocations"][0]
    assert next((one for one, kind in names(near) if kind != "record"), None) == name
    line = near["physicalLocation"]["region"]["startLine"]
    assert line == (9 if name is None else 1)


@pytest.mark.parametrize(
    ("told", "spot"),
    [
        ({"line": 7, "column": "title", "sheet": "事件", "cell": "C7"}, "C7 (sheet 事件)"),
        ({"line": 7, "sheet": "事件"}, "row 7 (sheet 事件)"),
        ({"column": "title", "sheet": "事件"}, "title (sheet 事件)"),
        ({"sheet": "事件"}, "sheet 事件"),
    ],
)
def test_places_in_a_workbook_have_words(told: dict[str, Any], spot: str) -> None:
    report = Report((Finding("a/b", Severity.ERROR, "m", path="b.xlsx", **told),))
    assert f"\n  {spot}  error  a/b\n" in render(report)
    assert f">b.xlsx: {spot}: error: m" in render(report, "junit")
    assert f"<bdi>{spot}" in render(report, "html")


def test_standard_input_has_excerpts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO("id;title\nBad Id;日本\n".encode()))
    monkeypatch.setattr("sys.stdin", stream)
    report = validate("-", table="topics", against="none", select=["value/format"])
    assert "     2 | Bad Id;日本\n       | ^^^^^^\n" in render(report)
    assert json.loads(render(report, "jsonl"))["offset"] == 9
    assert "<td><mark>" in render(report, "html")


def test_a_field_that_is_not_there_has_the_line_of_its_record(tmp_path: Path) -> None:
    for name, text in {
        "topics.json": '[\n {"id": "a", "title": "x"},\n {\n  "id": "b"}]',
        "topics.jsonl": '\n{"id": "a", "title": "x"}\n{"id": "b"}\n',
        "topics.yaml": "- {id: a, title: x}\n\n- id: b\n",
    }.items():
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        report = validate(path, against="none", select=["value/missing"])
        (finding,) = report
        assert finding.line == 3
        assert region_of(report, finding) == {"startLine": 3}, name
        row, _ = drawn("", finding)
        assert row == "line|id|title\n3|b|!no cell"


def test_a_document_too_large_to_search_shows_the_line_of_the_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "topics.json"
    path.write_text('[\n{"id":\n"Bad Id", "title": "x"}]', encoding="utf-8")
    report = validate(path, against="none", select=["value/format"])
    (finding,) = report
    assert region_of(report, finding)["startLine"] == 3
    monkeypatch.setattr("chippolicy.reports.excerpt.MOST_WHOLE", {"json": 20, "yaml": 20})
    assert region_of(report, finding) == {"startLine": 2}
    assert '     2 | {"id":\n' in render(report)


def test_a_value_far_along_a_long_line_is_shown_with_its_column(tmp_path: Path) -> None:
    path = tmp_path / "topics.jsonl"
    start = '{"summary": "' + "日" * 50_000 + '", "id": '
    path.write_text(f'{start}"Bad Id", "title": "{"x" * 9_000}"}}\n', encoding="utf-8")
    report = validate(path, against="none", select=["value/format"])
    (finding,) = [one for one in report if one.column == "id"]
    only = Report((finding,))
    assert region_of(only, finding)["startColumn"] == len(start) + 1
    text = render(only)
    assert re.search(r'\n     1 \| ….*"Bad Id", "title": "x*…\n       \| +\^{8}\n', text)
    assert len(text) < 1_000


def test_rows_below_the_last_finding_are_not_read(tmp_path: Path) -> None:
    """What stands behind the last finding, sound or not, makes no difference to the page."""
    path = tmp_path / "topics.jsonl"
    # Reading on to the end would fail there, and the row would not be drawn.
    path.write_bytes(b'{"id": "Bad Id", "title": "x"}\n' + b"{}\n" * 300_000 + b"\xff\n")
    finding = Finding(
        "value/format", Severity.ERROR, "m", path=str(path), line=1, column="id", value="Bad Id"
    )
    assert drawn("", finding)[0] == "line|id|title\n1|!Bad Id|x"
