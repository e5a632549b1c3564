"""Whatever is given, there is a report: every line of "wrong input gets", and then noise."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chippolicy import Report, Severity, validate
from chippolicy.derive.plan import load_plan
from chippolicy.findings import Finding
from chippolicy.formats import csv as csv_format
from chippolicy.rules import CATALOG, FAMILIES

SOURCES = "id,kind,title\nreport,news,A report\n"
TOPICS = "id,title\na,A\n"
CITATIONS = "record,field,source_id,n,relation,confidence\n"


def write(folder: Path, **files: str | bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (folder / f"{name}.csv").write_bytes(data)
    return folder


def codes(report: Report) -> list[str]:
    return [one.code for one in report]


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    report = validate(tmp_path / "events.csv", against="none")
    assert [(one.code, one.path) for one in report] == [
        ("file/not-found", str(tmp_path / "events.csv"))
    ]
    assert report.exit_code() == 3
    assert report.unreadable


@pytest.mark.parametrize("path", ["", "a\0b.csv", "x" * 5_000, "x" * 300 + ".csv", "\udcff.csv"])
def test_a_path_that_cannot_be(path: str) -> None:
    report = validate([path], against="none")
    assert report.exit_code() in (0, 3)
    assert len(report) <= 1 or path == ""


def test_every_other_file_is_checked(tmp_path: Path) -> None:
    """Files that cannot be read keep no other from being checked."""
    write(
        tmp_path,
        sources=SOURCES.encode("utf-16"),
        topics="",
        names='record,language,kind,name\n"',
        event="id\n",
        redirects="old;new\n",
        country_groups="country_group,country,source_id\nD:9,CN,report\n",
    )
    report = validate([tmp_path, tmp_path / "chips.csv"], against="none")
    assert sorted((Path(one.path or "").name, one.code) for one in report) == [
        ("chips.csv", "file/not-found"),
        ("country_groups.csv", "value/format"),
        ("event.csv", "table/unknown"),
        ("names.csv", "file/quote"),
        ("redirects.csv", "file/delimiter"),
        ("sources.csv", "file/encoding"),
        ("topics.csv", "file/empty"),
    ]
    assert report.exit_code() == 3
    assert {Path(one.path).name for one in report.files} == {
        *(f"{name}.csv" for name in ("chips", "country_groups", "event", "names")),
        *(f"{name}.csv" for name in ("redirects", "sources", "topics")),
    }


_HUGE = """
import resource, sys
from chippolicy import validate
report = validate(sys.argv[1], against="none")
(finding,) = report
print(finding.code, finding.line, finding.column, len(finding.message), len(finding.value))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.parametrize("piece", ["x", "x,\n"])
def test_a_cell_of_100_megabytes(tmp_path: Path, piece: str) -> None:
    """A cell of 100 MB is one finding, told briefly, and costs less than a gigabyte."""
    file = tmp_path / "topics.csv"
    with file.open("w", encoding="utf-8") as text:
        text.write('id,title,summary\na,A,"one\ntwo"\nb,B,"')
        for _ in range(100):
            text.write(piece * (1_000_000 // len(piece)))
        text.write('"\nc,C,\n')
    done = subprocess.run(
        [sys.executable, "-c", _HUGE, str(file)], capture_output=True, text=True, check=True
    )
    told, peak = done.stdout.splitlines()
    code, line, column, message, value = told.split()
    assert (code, line, column) == ("file/cell-limit", "4", "summary")
    assert int(message) < 300
    assert int(value) < 300
    # Kilobytes on Linux.
    assert int(peak) < 1_000_000


def test_a_cell_too_long_to_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell past all limits ends the reading of its file: what follows it is not guessed at."""
    monkeypatch.setattr(csv_format, "MAX_CELL", 1_000)
    long = "x,y\n" * 1_000
    write(tmp_path, topics=f'id,title,summary\na,A,\nb,B,"{long}"\n', sources=SOURCES)
    write(tmp_path, names="record,language,kind,name\ntopics/c,en,alias,C\n")
    report = validate(tmp_path, against="none")
    assert [(one.code, one.line) for one in report] == [("file/cell-limit", 3)]
    assert csv.field_size_limit() != 1_000


def test_the_same_fault_in_many_rows_is_told_once(tmp_path: Path) -> None:
    rows = "".join(f"s{n},book,S\n" for n in range(3_000))
    write(tmp_path, sources=f"id,kind,title\n{rows}")
    (finding,) = validate(tmp_path, against="none")
    assert (finding.code, finding.count, finding.line) == ("value/enumeration", 3_000, 2)
    assert [place.line for place in finding.places] == list(range(2, 12))
    assert finding.places[0].record == finding.record == "sources/s0"


@pytest.mark.parametrize("blank", ["", "\n", ",,\n"])
def test_rows_past_the_first_block(tmp_path: Path, blank: str) -> None:
    """What is wrong far down a file is found at its line, also where the file is read slowly."""
    rows = "".join(f's{n},news,"S\n{n}"\n' for n in range(2_500)).replace("\n1999", "")
    rows = rows.replace("\n", " ").replace('" ', '"\n')
    write(tmp_path, sources=f"id,kind,title\n{rows}S,news,S\n{blank}t,news\n")
    found = {(one.code, one.line) for one in validate(tmp_path, against="none")}
    last = 2_502
    assert found == {("value/format", last), ("file/ragged-row", last + 1 + bool(blank))} | (
        {("file/blank-row", last + 1)} if blank else set()
    )


def test_two_files_of_one_table(tmp_path: Path) -> None:
    """A row that is in two files of a table is told of the second, with the place of the first."""
    first = write(tmp_path / "1", topics=TOPICS)
    second = write(tmp_path / "2", topics="id,title\nb,B\na,A\n")
    (finding,) = validate([first, second], against="none")
    assert finding.code == "key/duplicate"
    assert finding.path == f"{second}/topics.csv"
    assert f"{first}/topics.csv, line 2" in finding.message
    # The same path twice is one input.
    assert list(validate([first, str(first)], against="none")) == []


def test_a_base_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """What keeps the base from being read is told, and hides nothing but what hangs on it."""
    given = write(
        tmp_path / "given",
        country_groups="country_group,country,source_id\nD:5,CN,report\nD:9,CN,report\n",
        topics=TOPICS,
    )
    base = write(tmp_path / "base", sources=SOURCES.encode("utf-16"))
    assert codes(validate(given, against=base)) == ["file/encoding", "value/format"]
    report = validate(given, against=tmp_path / "nowhere")
    assert codes(report) == ["value/format", "file/not-found"]
    assert report.exit_code() == 3


@pytest.mark.parametrize(
    ("base", "found"),
    [
        ('id,title\na,"A" b\n', ["file/quote"]),
        ("title,summary\nA,B\n", ["table/missing-column"]),
        ("", ["file/empty"]),
        ("id,title\na\n", ["file/ragged-row"]),
        ("\n", ["file/empty"]),
        (b"id,title\na,\xff\n", ["file/encoding"]),
        ("id,title\na,A\n", []),
        ("id,title\na,B\n", ["key/clash"]),
        ("id,title\nA,B\n", []),
    ],
)
def test_a_base_that_is_not_sound(tmp_path: Path, base: str | bytes, found: list[str]) -> None:
    """A base that is not sound is told, or passed over, and never a traceback."""
    given = write(tmp_path / "given", topics="id,title,x_mine\na,A,\n")
    report = validate(given, against=write(tmp_path / "base", topics=base))
    assert codes(report) == found


def test_validated_against_itself(tmp_path: Path) -> None:
    folder = write(tmp_path, topics=TOPICS, sources=SOURCES)
    assert list(validate(folder, against=folder)) == []


def test_a_contribution_to_the_shipped_package(tmp_path: Path) -> None:
    """A file of its own refers to shipped records; what is a shipped record's it may not take."""
    write(
        tmp_path,
        events="id,kind,title,date\nzz-test-event,policy,A test,2025-08-11\n",
        event_chips="event_id,chip_id,role\nzz-test-event,nvidia-h20,subject\n",
        citations=CITATIONS + "events/zz-test-event,*,fr-87-62186,1,qualifies,single\n",
        chips="id,name\nnvidia-h20,Another chip\n",
    )
    report = validate(tmp_path)
    wrong = {one.code for one in report} - {"key/clash"}
    assert wrong <= {"ref/dangling"}, list(report)
    (clash,) = [one for one in report if one.code == "key/clash"]
    assert (clash.record, clash.column, clash.line) == ("chips/nvidia-h20", "name", 2)


def test_what_is_told_can_be_chosen(tmp_path: Path) -> None:
    write(tmp_path, topics="id,title\nA,A\nA b,\n", sources="id,kind,title\ns,book,S\n")
    everything = validate(tmp_path, against="none")
    assert sorted(codes(everything)) == [
        "value/enumeration",
        "value/format",
        "value/format",
        "value/missing",
    ]
    assert set(codes(validate(tmp_path, against="none", select=["value/format"]))) == {
        "value/format"
    }
    assert codes(validate(tmp_path, against="none", ignore=["value"])) == []
    short = validate(tmp_path, against="none", max_findings=1)
    assert len(short) == 1
    assert (short.errors, short.total, short.valid) == (4, 4, False)


def test_a_table_named_by_option(tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text(TOPICS)
    assert list(validate(file, against="none", table="topics")) == []
    assert codes(validate(file, against="none")) == ["file/format"]


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({"table": "chip"}, "chips"),
        ({"select": ["date/ordr"]}, "date/order"),
        ({"ignore": ["valu"]}, "value"),
        ({"table": "?"}, "unknown table"),
    ],
)
def test_wrong_options_are_refused_with_the_nearest(options: Any, hint: str) -> None:
    with pytest.raises(ValueError, match=hint):
        validate([], **options)


def test_nothing_to_check() -> None:
    report = validate([], against="none")
    assert (list(report), report.rows, report.valid) == ([], 0, True)


def test_the_shipped_package_by_default() -> None:
    report = validate()
    assert list(report) == []
    assert report.rows > 1_000
    assert set(report.tables) == set(load_plan().tables)


# Noise

_PIECES = [
    "id", "kind", "title", "name", "record", "field", "source_id", "n", "start", "x_a", ",", ",",
    ",", "\n", "\n", "\r", "\r\n", '"', '""', ";", "\t", " ", "\0", "\ufeff", "a", "report",
    "topics/a", "sources/report", "2025-08-11", "2025/2024", "1", "4,800", "半導体", "*", "news",
    "\u202e", "\x85", "person", "+", "/",
]  # fmt: skip
_NOISE = st.one_of(
    st.binary(max_size=60),
    st.lists(st.sampled_from(_PIECES), max_size=40).map(lambda parts: "".join(parts).encode()),
    st.lists(st.sampled_from(_PIECES), max_size=20).map(
        lambda parts: "".join(parts).encode("utf-16")
    ),
)


@st.composite
def _spoiled(draw: st.DrawFn) -> tuple[str, bytes]:
    """A file with its header and some rows, a few of its bytes changed."""
    table = draw(st.sampled_from(sorted(load_plan().tables)))
    names = load_plan().tables[table].names
    cell = st.sampled_from([one for one in _PIECES if one not in '\r\n,"'])
    rows = draw(st.lists(st.lists(cell, min_size=len(names), max_size=len(names)), max_size=4))
    content = "\n".join(",".join(row) for row in [[*names], *rows]).encode()
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(content)))
        content = content[:at] + draw(_NOISE) + content[at + draw(st.integers(0, 3)) :]
    return table, content


def sound(report: Report) -> None:
    """Whether a report says all that a report must."""
    json.dumps(report.as_dict())
    for one in report:
        assert isinstance(one, Finding)
        assert one.code in CATALOG
        assert one.code.partition("/")[0] in FAMILIES
        assert isinstance(one.severity, Severity)
        assert one.message
        assert one.hint
        assert one.count >= 1
        assert one.line is None or one.line >= 1
    assert report.exit_code() in (0, 1, 3)


@given(st.lists(_spoiled(), min_size=1, max_size=3), st.booleans())
@example([("topics", b"id,title\n\na,A\n\0")], False)
def test_noise_gets_a_report(files: list[tuple[str, bytes]], as_base: bool) -> None:
    """Whatever bytes the files hold, there is a report, and the valid file beside is still read."""
    with TemporaryDirectory() as place:
        folder = write(Path(place) / "given", **dict(files))
        extra = write(Path(place) / "valid", topics=TOPICS)
        report = validate([folder, extra], against="none")
        sound(report)
        valid = [one for one in report.files if one.path == f"{extra}/topics.csv"]
        assert [(one.table, one.rows) for one in valid] == [("topics", 1)]
        if as_base:
            sound(validate(extra, against=folder))


@given(_NOISE)
def test_noise_alone_gets_a_report(content: bytes) -> None:
    """Whatever bytes a file holds, there is a report on it."""
    with TemporaryDirectory() as place:
        for name in ("topics", "citations"):
            write(Path(place), **{name: content})
        sound(validate(place, against="none"))


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(
        ["sources", "sources.csv", "../x", "/x", "", "md5:", "sha256:00", "shake_256:1", "\ud800",
         "a\0b", "http://x", ".", "x" * 300, ":", "blake2b:00"]
    ),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["name", "path", "hash", "bytes", "resources", "schema"]), inner, max_size=4
    ),
    max_leaves=12,
)  # fmt: skip


@given(_JSON | st.fixed_dictionaries({"resources": st.lists(_JSON, max_size=3)}))
def test_any_descriptor_gets_a_report(descriptor: Any) -> None:
    """Whatever a descriptor holds, there is a report."""
    with TemporaryDirectory() as place:
        write(Path(place), sources=SOURCES)
        (Path(place) / "datapackage.json").write_text(json.dumps(descriptor))
        sound(validate(place, against="none"))


@given(
    st.lists(
        st.fixed_dictionaries(
            {"name": st.sampled_from(["sources", "topics", "zz"])},
            optional={
                "path": st.sampled_from(
                    ["sources.csv", "gone.csv", ".", "../x", "\ud800", "x" * 300, ["sources.csv"]]
                ),
                "hash": st.sampled_from(["md5:00", "sha256:00", "shake_256:1", "none:1", "", 7]),
                "bytes": st.sampled_from([0, len(SOURCES), True, "1", -1, None]),
            },
        ),
        min_size=1,
        max_size=3,
    )
)  # fmt: skip
def test_any_resource_gets_a_report(resources: list[dict[str, Any]]) -> None:
    """Whatever a descriptor says of its resources, there is a report."""
    with TemporaryDirectory() as place:
        write(Path(place), sources=SOURCES)
        (Path(place) / "datapackage.json").write_text(json.dumps({"resources": resources}))
        sound(validate(place, against="none"))


@given(st.binary(max_size=40))
def test_any_bytes_as_a_descriptor_get_a_report(content: bytes) -> None:
    """Whatever bytes stand in place of a descriptor, there is a report."""
    with TemporaryDirectory() as place:
        (Path(place) / "datapackage.json").write_bytes(content)
        sound(validate(place, against="none"))
