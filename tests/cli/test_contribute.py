"""`init`, `fix`, `diff` and `merge` on the command line: what they print and how they end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chippolicy.contribute.lock import locked
from tests.cli.conftest import Invoke, Run
from tests.contribute.package import state, write_contribution, write_package
from tests.small import write_csv, write_folder


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return write_package(tmp_path / "package")


@pytest.fixture
def contribution(tmp_path: Path) -> Path:
    return write_contribution(tmp_path / "contribution")


def test_diff_ends_with_0_for_the_same(invoke: Invoke, package: Path) -> None:
    result = invoke("diff", package, package)
    assert result.exit_code == 0
    assert result.stdout.startswith("same: ")
    assert invoke("diff", "bundled", "bundled").exit_code == 0


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_diff_ends_with_1_for_a_difference(
    invoke: Invoke, package: Path, contribution: Path, form: str
) -> None:
    result = invoke("diff", package, contribution, "--partial", "--format", form)
    assert result.exit_code == 1
    assert "nvidia-b30a" in result.stdout
    if form == "json":
        assert json.loads(result.stdout)["summary"]["added"] == 4


def test_diff_ends_with_3_for_what_cannot_be_read(
    invoke: Invoke, package: Path, tmp_path: Path
) -> None:
    double = write_csv(tmp_path / "topics.csv", [["id", "title"], ["a", "A"], ["a", "B"]])
    for other in (double, tmp_path / "nowhere"):
        result = invoke("diff", package, other)
        assert result.exit_code == 3
        assert result.stdout == ""
    assert "key/duplicate" in invoke("diff", package, double).stderr


def test_fix_shows_then_writes(invoke: Invoke, tmp_path: Path) -> None:
    path = tmp_path / "topics.csv"
    path.write_bytes(b"id,title\r\na,A\r\n")
    for options in ((), ("--check",)):
        result = invoke("fix", path, *options)
        assert result.exit_code == 1
        assert "-a,A␍" in result.stdout
        assert path.read_bytes() == b"id,title\r\na,A\r\n"
    result = invoke("fix", path, "--write")
    assert result.exit_code == 0
    assert "fixed in 1 file: 2 file/line-ends" in result.stderr
    assert path.read_bytes() == b"id,title\na,A\n"
    result = invoke("fix", path)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "nothing to fix\n")


@pytest.mark.parametrize(
    ("code", "table", "content", "mended"),
    [
        ("file/bom", "topics", "\ufeffid,title\na,A\n", "id,title\na,A\n"),
        ("file/line-ends", "topics", "id,title\r\na,A\n", "id,title\na,A\n"),
        ("file/blank-row", "topics", "id,title\na,A\n\n,\n", "id,title\na,A\n"),
        ("text/blank", "topics", "id,title\na,\u3000A \n", "id,title\na,A\n"),
        (
            "value/format",
            "event_chips",
            "event_id,chip_id,role\ne,H20チップ,subject\n",
            "event_id,chip_id,role\ne,nvidia-h20,subject\n",
        ),
        (
            "ref/redirected",
            "event_chips",
            "event_id,chip_id,role\ne,nvidia-hgx-h20,subject\n",
            "event_id,chip_id,role\ne,nvidia-h20,subject\n",
        ),
        (
            "value/type",
            "chips",
            'id,name,memory_gb\na,A,"1,024"\n',
            "id,name,memory_gb\na,A,1024\n",
        ),
        (
            "value/date",
            "chips",
            'id,name,announced\na,A,"August 11, 2025"\n',
            "id,name,announced\na,A,2025-08-11\n",
        ),
        ("table/column-order", "topics", "title,id\nA,a\n", "id,title\na,A\n"),
    ],
)
def test_fix_undoes_what_validate_tells(
    invoke: Invoke, tmp_path: Path, code: str, table: str, content: str, mended: str
) -> None:
    """Each repair from end to end: told, shown, written, and then neither told nor shown."""
    base, path = write_folder(tmp_path / "base"), tmp_path / f"{table}.csv"
    path.write_bytes(content.encode())
    against = ("--against", base)
    assert code in invoke("validate", path, *against).stdout
    checked = invoke("fix", path, "--check", *against)
    assert checked.exit_code == 1
    assert f"1 {code}" in checked.stderr or f"2 {code}" in checked.stderr
    assert path.read_bytes() == content.encode()
    written = invoke("fix", path, "--write", *against)
    assert (written.exit_code, written.stdout) == (0, checked.stdout)
    assert path.read_bytes() == mended.encode()
    assert code not in invoke("validate", path, *against).stdout
    again = invoke("fix", path, "--check", *against)
    assert (again.exit_code, again.stdout, again.stderr) == (0, "", "nothing to fix\n")


def test_notes_fail_only_where_told_to(invoke: Invoke, tmp_path: Path) -> None:
    """How a file is laid out is no fault, but for who is strict."""
    path = tmp_path / "topics.csv"
    path.write_bytes(b"\xef\xbb\xbftitle,id\r\nA,a\r\n")
    result = invoke("validate", path, "--against", "none")
    assert result.exit_code == 0
    assert "valid, with 3 notes in 1 file" in result.stdout
    assert invoke("validate", path, "--against", "none", "--strict").exit_code == 1


def test_fix_does_what_it_can_where_an_input_cannot_be_read(invoke: Invoke, tmp_path: Path) -> None:
    path = tmp_path / "topics.csv"
    path.write_bytes(b"id,title\r\n")
    result = invoke("fix", tmp_path / "nowhere.csv", path, "--write")
    assert result.exit_code == 3
    assert "file/not-found" in result.stderr
    assert path.read_bytes() == b"id,title\n"


def test_merge_shows_and_writes(invoke: Invoke, package: Path, contribution: Path) -> None:
    before = state(package)
    result = invoke("merge", contribution, "--into", package, "--dry-run")
    assert result.exit_code == 0
    assert "+ nvidia-b30a" in result.stdout
    assert "not written (--dry-run)" in result.stderr
    assert state(package) == before
    written = invoke("merge", contribution, "--into", package, "--date", "2026-12-01")
    assert written.exit_code == 0
    assert written.stdout == result.stdout
    assert "- 2026-12-01: topics: `tariffs`" in (package / "CHANGELOG-DATA.md").read_text()
    again = invoke("merge", contribution, "--into", package)
    assert again.exit_code == 0
    assert "nothing to merge" in again.stderr


def test_merge_refuses_with_findings(invoke: Invoke, package: Path, tmp_path: Path) -> None:
    source = write_csv(tmp_path / "chips.csv", [["id", "name"], ["a", "A"]])
    before = state(package)
    result = invoke("merge", source, "--into", package)
    assert result.exit_code == 1
    assert "evidence/uncited" in result.stderr
    assert "not merged" in result.stderr
    assert state(package) == before


def test_merge_needs_a_package(
    invoke: Invoke, package: Path, contribution: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(contribution)
    assert invoke("merge", contribution).exit_code == 2
    monkeypatch.chdir(package)
    assert invoke("merge", contribution).exit_code == 0
    assert "nvidia-b30a" in Path("data/chips.csv").read_text()


def test_merge_never_writes_into_the_installed_package(
    invoke: Invoke, package: Path, contribution: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = package.rename(package.parent / "site-packages")
    monkeypatch.setattr("chippolicy._resources.resource", lambda name: installed)
    before = state(installed)
    assert invoke("merge", contribution, "--into", installed).exit_code == 2
    assert state(installed) == before


@pytest.mark.parametrize("date", ["yesterday", "20261201", "2026-13-01", "2026-12"])
def test_merge_takes_days_only(
    invoke: Invoke, package: Path, contribution: Path, date: str
) -> None:
    assert invoke("merge", contribution, "--into", package, "--date", date).exit_code == 2


def test_merge_gives_up_where_it_cannot_have_the_package(
    invoke: Invoke, package: Path, contribution: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(0, 1000, 20))
    monkeypatch.setattr("chippolicy.contribute.lock.time.monotonic", lambda: next(clock))
    with locked(package):
        result = invoke("merge", contribution, "--into", package)
    assert result.exit_code == 2
    assert "waiting for another merge" in result.stderr
    assert "is under way" in result.stderr


def test_init_names_what_it_writes(invoke: Invoke, tmp_path: Path) -> None:
    result = invoke("init", tmp_path / "new", "--tables", "chips, events")
    assert result.exit_code == 0
    assert all(Path(line).is_file() for line in result.stdout.splitlines())
    assert (tmp_path / "new" / "chips.csv").exists()
    again = invoke("init", tmp_path / "new")
    assert again.exit_code == 2
    assert "events.csv" in again.stderr
    assert invoke("init", tmp_path / "other", "--tables", "chipz").exit_code == 2
    assert not (tmp_path / "other").exists()


def test_the_commands_run_as_a_process(run: Run, package: Path, contribution: Path) -> None:
    assert run("diff", package, contribution).returncode == 1
    assert run("merge", contribution, "--into", package).returncode == 0
    assert run("fix", package).returncode == 0
