"""Exit statuses: every way a command can end, in this process."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from chippolicy import __main__
from chippolicy.cli.exits import FAULT, FOUND, INTERRUPTED, UNREADABLE, USAGE
from chippolicy.cli.run import run
from chippolicy.cli.version import version_line


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("chippolicy.engine.validate", fail)


def test_the_statuses_are_those_of_the_contract() -> None:
    assert (FOUND, USAGE, UNREADABLE, FAULT, INTERRUPTED) == (1, 2, 3, 70, 130)


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["--version"], 0),
        (["--help"], 0),
        (["rules", "ref/dangling"], 0),
        (["show", "zzzzzzzz"], 1),
        (["validate", "--nope"], 2),
        ([], 2),
        (["list", "chips", "--data", "no/such/folder"], 3),
        (["validate", "no/such/file.csv"], 3),
    ],
)
def test_a_command_ends_with_its_status(arguments: list[str], status: int) -> None:
    assert run(arguments) == status


def test_data_that_is_unsound_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "chips.csv").write_text("id,nmae\n")
    assert run(["show", "a", "--data", str(tmp_path)]) == UNREADABLE
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("Error: ")
    assert told.err.count("\n") == 1


def test_a_fault_of_ours_asks_to_be_reported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(monkeypatch, RuntimeError("boom\x1b[31m"))
    assert run(["validate", "a b.csv"]) == FAULT
    told = capsys.readouterr().err
    assert "RuntimeError: boom␛[31m" in told
    assert f"version: {version_line()}" in told
    assert "command: chippolicy validate 'a b.csv'" in told
    assert "Traceback" not in told
    monkeypatch.setenv("CHIPPOLICY_DEBUG", "1")
    assert run(["validate"]) == FAULT
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_is_quiet(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(monkeypatch, KeyboardInterrupt())
    assert run(["validate"]) == INTERRUPTED
    assert capsys.readouterr().err.strip() == "interrupted"


def test_a_pipe_that_breaks_under_click_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, BrokenPipeError())
    assert run(["validate"]) == 0


def left_with(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> list[int]:
    """The statuses that `main` would end the process with."""
    left: list[int] = []
    monkeypatch.setattr("os._exit", left.append)
    monkeypatch.setattr("sys.argv", ["chippolicy", *arguments])
    __main__.main()
    # The command turns the collector off for its short life; this process goes on.
    gc.enable()
    return left


def test_main_leaves_with_the_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert left_with(monkeypatch, "--version") == [0]
    assert capsys.readouterr().out == version_line() + "\n"
    assert left_with(monkeypatch, "show", "zzzzzzzz") == [FOUND]


def test_an_interrupt_before_the_command_is_130_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(__main__, "run", fail)
    assert left_with(monkeypatch, "validate") == [INTERRUPTED]
