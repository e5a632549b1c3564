"""Merging: what is contributed gets in, all else stays, and what is faulty is refused."""

from __future__ import annotations

import csv
import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chippolicy import load, validate
from chippolicy._resources import resource
from chippolicy.contribute.changelog import with_entries
from chippolicy.contribute.diff import Kind, compare, diff
from chippolicy.contribute.lock import BusyError, locked
from chippolicy.contribute.merge import RefusedError, merge, merging, preview
from chippolicy.contribute.sheets import UnsoundError, read_sheets
from chippolicy.derive.datapackage import datapackage
from chippolicy.derive.plan import load_plan
from chippolicy.rules.examples import MARK
from chippolicy.testing import Dataset, csv_folder, datasets
from tests.contribute.package import state, write_contribution, write_package
from tests.small import TABLES, write_csv

FEW = settings(max_examples=max(settings().max_examples // 4, 10))


@pytest.fixture(autouse=True, scope="module")
def no_waiting_for_the_disk() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda handle: None)
        yield


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return write_package(tmp_path / "package")


@pytest.fixture
def contribution(tmp_path: Path) -> Path:
    return write_contribution(tmp_path / "contribution")


def rows(package: Path, table: str) -> list[str]:
    return (package / "data" / f"{table}.csv").read_text().splitlines()


def test_what_a_merge_writes(package: Path, contribution: Path) -> None:
    """Rows are added, changed and retired; files are sorted; the rest of the package is left."""
    before = state(package)
    done = merge(str(contribution), package)
    after = state(package)
    assert rows(package, "chips") == [
        "id,name,designer_id,announced,memory_gb,derived_from_id,x_shelf,x_note",
        "nvidia-b30a,NVIDIA B30A,nvidia,2025-08-19,144,,,reported",
        # The column that the contribution lacks keeps its value; the retired id is led on.
        "nvidia-h20,NVIDIA H20,nvidia,2023-11-09,141,nvidia-hopper-h100,B3,",
        "nvidia-hopper-h100,NVIDIA H100,nvidia,2022-03-22,80,,,",
    ]
    cited = [row.partition(",")[0] for row in rows(package, "citations")[1:]]
    assert cited == sorted(cited)
    assert "chips/nvidia-h100" not in cited
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {"data/chips.csv", "data/citations.csv", "data/redirects.csv",
                       "data/topics.csv", "datapackage.json", "CHANGELOG-DATA.md"}  # fmt: skip
    assert set(before) <= set(after)
    assert validate(package, against="none").valid
    assert {table.name for table in done.diff.tables} == {
        "chips", "citations", "redirects", "topics",
    }  # fmt: skip
    told = after["CHANGELOG-DATA.md"].splitlines()
    assert told[:2] == ["# Data changelog", ""]
    assert told[5:] == [
        "## [Unreleased]",
        "",
        "### Added",
        "",
        "- topics: `tariffs`",
        "- chips: column `x_note`",
        "- chips: `nvidia-b30a`",
        "- citations: 1 record",
        "- redirects: `chips/nvidia-h100`",
        "",
        "### Changed",
        "",
        "- `chips/nvidia-h20`: memory_gb `96` → `141`, "
        "derived_from_id `nvidia-h100` → `nvidia-hopper-h100`",
        "- `chips/nvidia-hopper-h100`: is the new name of `chips/nvidia-h100`",
        "- citations: 1 record under another name",
    ]


def test_merging_twice_is_merging_once(package: Path, contribution: Path) -> None:
    """What is there already changes nothing, not a byte of any file."""
    merge(str(contribution), package)
    before = state(package)
    done = merge(str(contribution), package)
    assert not done.files
    assert state(package) == before
    assert diff(package, contribution, partial=True).same


def test_a_preview_tells_the_same_and_writes_nothing(package: Path, contribution: Path) -> None:
    """`--dry-run` shows the very files that a merge then writes."""
    before = state(package)
    shown = preview(str(contribution), package)
    assert state(package) == before
    assert sorted(path.name for path in package.parent.iterdir()) == ["contribution", "package"]
    merge(str(contribution), package)
    assert all((package / name).read_bytes() == text for name, text in shown.files.items())


@FEW
@given(datasets(max_rows=2))
def test_a_data_set_merged_into_an_empty_package_is_that_data_set(
    dataset: Dataset,
) -> None:
    """Whatever is merged comes out as it went in, value for value, and the package is valid."""
    with TemporaryDirectory() as folder:
        package = Path(folder, "package")
        package.mkdir()
        (package / "topics.csv").write_text("id,title,summary\n")
        source = csv_folder(dataset, Path(folder, "source"))
        assume(any(source.iterdir()) and validate(source, against="none").valid)
        merge(str(source), package)
        assert validate(package, against="none").valid
        given_, merged = read_sheets(source), read_sheets(package)
        assert compare(merged, given_, partial=True).same
        assert all(not table.of(Kind.REMOVED) for table in compare(given_, merged).tables)


@FEW
@given(datasets(max_rows=2), st.data())
def test_what_a_contribution_does_not_name_stays(dataset: Dataset, data: st.DataObject) -> None:
    """A contribution of some rows with another value changes those rows and no other."""
    named = {
        name: made
        for name, made in dataset.items()
        if made and "summary" in load_plan().tables[name].by_name
    }
    if not named:
        return
    table = data.draw(st.sampled_from(sorted(named)))
    row = data.draw(st.sampled_from(named[table]))
    with TemporaryDirectory() as folder:
        package = csv_folder(dataset, Path(folder, "package"))
        assume(validate(package, against="none").valid)
        plan = load_plan().tables[table]
        columns = [name for name in plan.names if plan.by_name[name].required]
        changed = {name: row[name] for name in columns} | {"summary": "Another summary."}
        header = [*columns, "summary"]
        source = Path(folder, f"{table}.csv")
        write_csv(source, [header, [str(changed[name]) for name in header]])
        before = read_sheets(package)
        merge(str(source), package)
        found = compare(before, read_sheets(package))
        fields = [
            (change.kind, one.field, one.new)
            for told in found.tables
            for change in told.changes
            for one in change.fields
        ]
        expected = [(Kind.CHANGED, "summary", "Another summary.")]
        assert fields == ([] if row.get("summary") == "Another summary." else expected)


def test_a_field_that_no_record_names_keeps_its_values(package: Path, tmp_path: Path) -> None:
    """In JSON as in CSV: a column that is not there is not one that is blank."""
    before = (package / "data" / "actors.csv").read_text()
    header, first, *_ = csv.reader(before.splitlines())
    record = dict(zip(header, first, strict=True))
    left_out = next(name for name in header if record[name] and name not in ("id", "name", "kind"))
    given = {name: record[name] for name in ("id", "kind")} | {"name": "Another name"}
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({"actors": [given]}))
    merge(str(path), package)
    after = next(
        one
        for one in csv.DictReader((package / "data" / "actors.csv").read_text().splitlines())
        if one["id"] == record["id"]
    )
    assert after == {**record, "name": "Another name"}
    assert after[left_out]


def test_errors_are_refused(package: Path, contribution: Path) -> None:
    """A contribution with errors changes nothing, and its findings are told."""
    write_csv(contribution / "chips.csv", [["id", "name", "designer_id"], ["a", "A", "nobody"]])
    before = state(package)
    with pytest.raises(RefusedError) as caught:
        merge(str(contribution), package)
    assert "ref/dangling" in {finding.code for finding in caught.value.report}
    assert state(package) == before


def test_example_rows_are_refused(package: Path, tmp_path: Path) -> None:
    """What `init` wrote as an example never gets into a package."""
    write_csv(tmp_path / "topics.csv", [["id", "title"], ["example-topic", "A topic"]])
    with pytest.raises(RefusedError) as caught:
        merge(str(tmp_path / "topics.csv"), package)
    assert [finding.code for finding in caught.value.report] == ["key/example"]


def test_the_mark_of_examples_stays_behind(package: Path, tmp_path: Path) -> None:
    """The column that marked examples, once blank, becomes no column of the package, and `diff`
    does not tell it."""
    source = write_csv(tmp_path / "topics.csv", [["id", "title", MARK.column], ["new", "New", ""]])
    (table,) = diff(package, source, partial=True).tables
    assert not table.columns_added
    merge(str(source), package)
    assert rows(package, "topics")[0] == "id,title"


def test_a_retired_id_cannot_come_back(package: Path, tmp_path: Path) -> None:
    """A row under an id that the package retired is refused."""
    write_csv(tmp_path / "chips.csv", [["id", "name"], ["nvidia-hgx-h20", "H20"]])
    with pytest.raises(RefusedError) as caught:
        merge(str(tmp_path / "chips.csv"), package)
    assert "key/retired" in {finding.code for finding in caught.value.report}


def test_a_contribution_may_name_a_retired_id(package: Path, tmp_path: Path) -> None:
    """A reference to a retired id is led on to what took its place."""
    source = tmp_path / "source"
    source.mkdir()
    header = ["statement_id", "record"]
    subject = ["huang-no-threat", "chips/nvidia-hgx-h20"]
    write_csv(source / "statement_subjects.csv", [header, subject])
    merge(str(source), package)
    assert "huang-no-threat,chips/nvidia-h20" in rows(package, "statement_subjects")


def test_retiring_brings_citations_together(package: Path, tmp_path: Path) -> None:
    """Two records of one source become one with both citations, under numbers of their own."""
    write_csv(
        tmp_path / "redirects.csv", [["old", "new"], ["chips/nvidia-h100", "chips/nvidia-h20"]]
    )
    with pytest.raises(RefusedError) as caught:
        merge(str(tmp_path / "redirects.csv"), package)
    # The H20 was derived from the H100: now it would be from itself.
    assert {finding.code for finding in caught.value.report} == {"graph/cycle"}
    header = ["id", "name", "derived_from_id"]
    source = tmp_path / "both"
    source.mkdir()
    shutil.move(tmp_path / "redirects.csv", source)
    write_csv(source / "chips.csv", [header, ["nvidia-h20", "NVIDIA H20", ""]])
    merge(str(source), package)
    found = [row for row in rows(package, "citations") if row.startswith("chips/nvidia-h20,*,")]
    assert found == [
        "chips/nvidia-h20,*,data-sheet,1,page 2,supports,single,,",
        "chips/nvidia-h20,*,data-sheet,2,,supports,single,,",
    ]


def test_two_figures_under_one_key_are_refused(package: Path, tmp_path: Path) -> None:
    """Where retiring an id leaves two records that differ under one key, nobody guesses."""
    source = tmp_path / "source"
    source.mkdir()
    write_csv(source / "chips.csv", [TABLES["chips"][0][:2], ["nvidia-new", "New"]])
    write_csv(
        source / "chip_throughput.csv",
        [TABLES["chip_throughput"][0], ["nvidia-new", "fp8", "8", "999"]],
    )
    supports = ["*", "data-sheet", "1", "", "supports", "single", "", ""]
    new = ["chips/nvidia-new", "chip_throughput/nvidia-new+fp8"]
    write_csv(
        source / "citations.csv", [TABLES["citations"][0], *([ref, *supports] for ref in new)]
    )
    merge(str(source), package)
    retired = write_csv(
        tmp_path / "redirects.csv", [["old", "new"], ["chips/nvidia-h20", "chips/nvidia-new"]]
    )
    before = state(package)
    with pytest.raises(RefusedError) as caught:
        merge(str(retired), package)
    assert "key/duplicate" in {finding.code for finding in caught.value.report}
    assert state(package) == before


def test_a_package_that_was_tampered_with_is_refused(package: Path, contribution: Path) -> None:
    """A file that is not what the descriptor says is not silently made good."""
    with (package / "data" / "topics.csv").open("a") as file:
        file.write("more,More\n")
    with pytest.raises(UnsoundError) as caught:
        merge(str(contribution), package)
    assert [finding.code for finding in caught.value.report] == ["file/hash"]


def test_the_shipped_descriptor_is_what_would_be_derived(tmp_path: Path) -> None:
    """Merged into a copy of the shipped package, the descriptor is the one `derive` would make."""
    package = shutil.copytree(resource("datapackage"), tmp_path / "package")
    source = write_csv(
        tmp_path / "sources.csv",
        [["id", "kind", "title", "url"], ["zz-new", "news", "Neu|es", "https://example.org/neu"]],
    )
    merge(str(source), package)
    found = json.loads((package / "datapackage.json").read_text())
    assert found == datapackage(package)
    assert load(package).sources["zz-new"].title == "Neu|es"


@pytest.mark.parametrize("described", [True, False])
def test_a_table_keeps_its_file_and_delimiter(tmp_path: Path, described: bool) -> None:
    """A table in a file of another name or with other delimiters stays there, and so written."""
    package = tmp_path / "package"
    package.mkdir()
    (package / "topics.tsv").write_text("id\ttitle\nold\tOld, too\n")
    (package / "sources.CSV").write_text("id,kind,title\ns,news,S\n")
    files = {"topics.tsv", "sources.CSV"}
    if described:
        dialect = {"dialect": {"delimiter": "\t"}}
        resources = [{"name": "topics", "path": "topics.tsv", **dialect},
                     {"name": "sources", "path": "sources.CSV"}]  # fmt: skip
        (package / "datapackage.json").write_text(json.dumps({"resources": resources}))
        files |= {"datapackage.json"}
    source = tmp_path / "source"
    source.mkdir()
    write_csv(source / "topics.csv", [["id", "title"], ["new", 'New, "more"']])
    write_csv(source / "sources.csv", [["id", "kind", "title"], ["s-2", "news", "S"]])
    merge(str(source), package)
    assert {path.name for path in package.iterdir()} == {*files, "CHANGELOG-DATA.md"}
    assert (package / "topics.tsv").read_text() == (
        'id\ttitle\nnew\t"New, ""more"""\nold\tOld, too\n'
    )
    assert validate(package, against="none").valid
    assert set(read_sheets(package)["topics"].by_key) == {("new",), ("old",)}
    assert not merge(str(source), package).files


@pytest.mark.parametrize(
    "files",
    [
        {"topics.json": b'[{"id": "old", "title": "Old"}]'},
        {"topics.csv.gz": gzip.compress(b"id,title\nold,Old\n")},
        {"topics.csv": b"id,title\nold,Old\n", "topics.tsv": b"id\ttitle\nolder\tOlder\n"},
    ],
    ids=["json", "packed", "two"],
)
def test_a_table_that_is_not_one_csv_file_is_not_written(
    tmp_path: Path, files: dict[str, bytes]
) -> None:
    """Where a package keeps a table otherwise than in one CSV file, a merge that changes it is
    refused, and one that changes another table is not."""
    package = tmp_path / "package"
    package.mkdir()
    for name, content in files.items():
        (package / name).write_bytes(content)
    (tmp_path / "topics.csv").write_text("id,title\nnew,New\n")
    before = {path.name: path.read_bytes() for path in package.iterdir()}
    with pytest.raises(RefusedError) as caught:
        merge(str(tmp_path / "topics.csv"), package)
    assert [finding.code for finding in caught.value.report] == ["file/format"]
    assert {path.name: path.read_bytes() for path in package.iterdir()} == before
    write_csv(tmp_path / "sources.csv", [["id", "kind", "title"], ["s", "news", "S"]])
    merge(str(tmp_path / "sources.csv"), package)
    assert (package / "sources.csv").is_file()


def test_a_changelog_that_cannot_be_read_is_not_written(package: Path, contribution: Path) -> None:
    """A changelog in another encoding is refused by name, and nothing is changed."""
    (package / "CHANGELOG-DATA.md").write_bytes("# Änderungen\n".encode("cp1252"))
    with pytest.raises(RefusedError) as caught:
        merge(str(contribution), package)
    (told,) = caught.value.report.findings
    assert told.code == "file/encoding"
    assert (told.path or "").endswith("CHANGELOG-DATA.md")


def test_one_at_a_time(package: Path, contribution: Path) -> None:
    """While one merge is under way another waits, and gives up in time."""
    with (
        merging(str(contribution), package),
        pytest.raises(BusyError),
        merging(str(contribution), package, wait=0.1),
    ):
        raise AssertionError("both were let in")
    with locked(package, wait=0):
        pass
    assert not (package.parent / ".package.lock").exists()


def test_merges_at_once_all_get_in(package: Path, tmp_path: Path) -> None:
    """Many merges started together each add their row: none overwrites another's."""
    names = [f"topic-{number}" for number in range(6)]
    running = []
    for name in names:
        (tmp_path / name).mkdir()
        write_csv(tmp_path / name / "topics.csv", [["id", "title"], [name, "A topic"]])
        line: list[str | Path] = [
            sys.executable,
            "-m",
            "chippolicy",
            "merge",
            str(tmp_path / name),
            "--into",
            package,
        ]
        running.append(
            subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        )
    for one in running:
        _, told = one.communicate(timeout=120)
        assert one.returncode == 0, told
    found = read_sheets(package)["topics"].by_key
    assert {(name,) for name in names} <= set(found)
    assert validate(package, against="none").valid


class TestChangelog:
    """Entries find their place; what stood there stays, word for word."""

    def test_it_goes_below_what_is_unreleased(self, package: Path, contribution: Path) -> None:
        found = preview(str(contribution), package).diff
        text = (
            "# Log\n\n## [Unreleased]\n\n### Added\n\n- This.\n\n### Fixed\n\n- That.\n\n"
            "## [1.0] - 2026-01-01\n\n### Added\n\n- All.\n"
        )
        new = with_entries(text, found, "2026-12-01")
        lines = new.splitlines()
        assert [line for line in lines if line.startswith("#")] == [
            "# Log", "## [Unreleased]", "### Added", "### Changed", "### Fixed",
            "## [1.0] - 2026-01-01", "### Added",
        ]  # fmt: skip
        kept = iter(lines)
        assert all(line in kept for line in text.splitlines() if line)
        assert lines[lines.index("- This.") + 1] == "- 2026-12-01: topics: `tariffs`"

    def test_a_heading_is_made_where_there_is_none(self, package: Path, contribution: Path) -> None:
        found = preview(str(contribution), package).diff
        new = with_entries("# Log\r\n\r\n## [1.0]\r\n\r\n- All.\r\n", found)
        assert new.startswith("# Log\r\n\r\n## [Unreleased]\r\n\r\n### Added\r\n\r\n- topics")
        assert new.endswith("\r\n\r\n## [1.0]\r\n\r\n- All.\r\n")
        assert "\n" not in new.replace("\r\n", "")
