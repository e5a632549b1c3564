"""The command as a shell runs it: streams, terminals, pipes, completion."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete

from chippolicy.cli.app import COMMANDS, app
from chippolicy.cli.version import version_line
from tests.cli.conftest import Invoke, Run

COMMAND = [sys.executable, "-m", "chippolicy"]


def on_a_terminal(*arguments: str, columns: int = 40, **env: str) -> str:
    """What a command prints on a terminal of some width."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=follower,
        stderr=follower,
        env={**os.environ, "COLUMNS": str(columns), "TERM": "xterm-256color", **env},
    )
    os.close(follower)
    output = b""
    while True:
        try:
            part = os.read(leader, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        output += part
    process.wait()
    os.close(leader)
    return output.decode().replace("\r\n", "\n")


def test_version_is_the_same_by_the_short_way_and_by_click(run: Run, invoke: Invoke) -> None:
    from chippolicy import __version__
    from chippolicy.derive import DATA_VERSION, SCHEMA_VERSION

    line = f"chippolicy {__version__} (schemas {SCHEMA_VERSION}, data {DATA_VERSION})\n"
    assert version_line() + "\n" == line
    short = run("--version")
    assert (short.stdout, short.stderr, short.returncode) == (line, "", 0)
    assert invoke("--version").stdout == line
    assert invoke("--version", "validate").stdout == line


@pytest.mark.parametrize("name", list(COMMANDS))
def test_the_list_of_commands_tells_their_own_short_help(name: str, invoke: Invoke) -> None:
    command = import_module(f"chippolicy.cli.{name}").command
    assert isinstance(command, click.Command)
    assert command.short_help == COMMANDS[name]
    assert name in invoke("--help").stdout
    helped = invoke(name, "--help")
    assert helped.exit_code == 0
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.opts[0] in helped.stdout


def test_without_a_command_the_help_is_shown(run: Run) -> None:
    result = run()
    assert result.returncode == 2
    assert "Commands:" in result.stdout + result.stderr


def test_a_fault_of_ours_is_70_with_one_short_message(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import chippolicy.engine\n"
        "def fail(*_, **__): raise RuntimeError('boom\\x1b[31m')\n"
        "chippolicy.engine.validate = fail\n"
    )
    paths = os.pathsep.join([str(tmp_path), *sys.path])
    result = run("validate", "a b.csv", env={"PYTHONPATH": paths})
    assert result.returncode == 70
    assert result.stdout == ""
    assert "RuntimeError: boom␛[31m" in result.stderr
    assert "Please report it" in result.stderr
    assert f"version: {version_line()}" in result.stderr
    assert "command: chippolicy validate 'a b.csv'" in result.stderr
    assert "Traceback" not in result.stderr
    told = run("validate", env={"PYTHONPATH": paths, "CHIPPOLICY_DEBUG": "1"})
    assert told.returncode == 70
    assert "Traceback" in told.stderr


def test_unsound_data_is_3_in_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "chips.csv").write_text("id,nmae\n")
    result = run("list", "chips", "--data", tmp_path)
    assert result.returncode == 3
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1


def test_an_interrupt_is_130(tmp_path: Path) -> None:
    fifo = tmp_path / "chips.csv"
    os.mkfifo(fifo)
    process = subprocess.Popen(
        [*COMMAND, "list", "chips", "--data", str(fifo)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    # It waits for the other end of the pipe: once that is open, it is inside the command.
    with fifo.open("w"):
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert output == ""
    assert "interrupted" in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize("arguments", [["list", "citations"], ["validate", "nowhere.csv"]])
def test_a_reader_that_goes_away_is_no_error(arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    result = subprocess.run(
        [*COMMAND, *arguments], stdout=writer, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writer)
    assert "Error" not in result.stderr
    assert "Traceback" not in result.stderr
    assert result.returncode == (3 if arguments[0] == "validate" else 0)


def test_diagnostics_that_nobody_reads_change_nothing() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    result = subprocess.run([*COMMAND, "list", "chips"], stdout=writer, stderr=writer, check=False)
    os.close(writer)
    assert result.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_told(run: Run) -> None:
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [*COMMAND, "rules"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert result.returncode == 2
    assert result.stderr == "Error: cannot write the output: no space left on device\n"


def test_an_encoding_that_lacks_letters_gets_escapes(run: Run) -> None:
    result = run("show", "jensen-huang", env={"PYTHONIOENCODING": "ascii"})
    assert result.returncode == 0
    assert "\\u30b8\\u30a7\\u30f3" in result.stdout


def test_color_is_for_terminals_and_no_color_is_honored(faulty: Path) -> None:
    arguments = ("validate", str(faulty), "--against", "none")
    assert "\x1b[1;31merror" in on_a_terminal(*arguments)
    assert "\x1b" not in on_a_terminal(*arguments, NO_COLOR="1")
    assert "\x1b" not in on_a_terminal(*arguments, TERM="dumb")
    assert "\x1b" not in on_a_terminal(*arguments, "--no-color")
    assert "\x1b[1;31merror" in on_a_terminal(*arguments, "--color", NO_COLOR="1")
    piped = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False)
    assert "\x1b" not in piped.stdout


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_a_terminal_is_never_overrun(faulty: Path, columns: int) -> None:
    arguments = ("validate", str(faulty), "--against", "none", "--no-color")
    output = on_a_terminal(*arguments, columns=columns)
    assert max(map(len, output.splitlines())) <= columns
    assert "nvida" in output


def test_what_a_pipe_gets_does_not_depend_on_the_terminal(run: Run) -> None:
    narrow = run("list", "chips", env={"COLUMNS": "40"})
    assert narrow.stdout == run("list", "chips", env={"COLUMNS": "200"}).stdout


def completed(words: str) -> list[str]:
    """What the shell is offered for the last of some words."""
    *arguments, last = words.split(" ")[1:]
    shell = ShellComplete(app, {}, "chippolicy", "_CHIPPOLICY_COMPLETE")
    return [item.value for item in shell.get_completions(arguments, last)]


def test_the_shell_asks_by_the_environment(run: Run) -> None:
    words = {"COMP_WORDS": "chippolicy show nvidia-h2", "COMP_CWORD": "2"}
    result = run(env={"_CHIPPOLICY_COMPLETE": "bash_complete", **words})
    assert "plain,nvidia-h20\n" in result.stdout
    assert result.stderr == ""


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("chippolicy ", "validate"),
        ("chippolicy sh", "show"),
        ("chippolicy list ch", "chip_throughput"),
        ("chippolicy list chips --format js", "jsonl"),
        ("chippolicy show nvidia-h", "nvidia-h20"),
        ("chippolicy show chips/nvidia-h", "chips/nvidia-h20"),
        ("chippolicy show chip_throughput/nvidia-h20+", "chip_throughput/nvidia-h20+fp8"),
        ("chippolicy rules ref", "ref/dangling"),
        ("chippolicy validate --select date", "date/order"),
        ("chippolicy validate --report j", "json="),
        ("chippolicy validate --format t", "text"),
        ("chippolicy schema da", "dataset"),
        ("chippolicy schema chips --kind s", "sql"),
        ("chippolicy completion z", "zsh"),
        ("chippolicy --v", "--version"),
    ],
)
def test_completion_offers(words: str, offered: str) -> None:
    found = completed(words)
    assert offered in found
    last = words.rpartition(" ")[2]
    assert all(one.startswith(last) for one in found)


def test_completion_offers_nothing_after_what_is_not_known() -> None:
    assert completed("chippolicy nope x") == []
    assert completed("chippolicy show nope/x") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_call_the_command(invoke: Invoke, shell: str) -> None:
    script = invoke("completion", shell).stdout
    assert f"_CHIPPOLICY_COMPLETE={shell}_complete" in script
    assert "chippolicy" in script


LIBRARY = "import chippolicy; chippolicy.validate('datapackage', engine='frames')"
AS_COMMAND = """
import sys, chippolicy.__main__ as command
command._leave = lambda status: None
sys.argv[1:] = ["validate", "datapackage", "--engine", "frames"]
command.main()
"""


@pytest.mark.parametrize(("use", "sets"), [(LIBRARY, False), (AS_COMMAND, True)])
def test_only_the_command_sets_how_polars_reads(use: str, sets: bool) -> None:
    """The environment is the process's: a library leaves it to its host; what is set stays."""
    code = f"""
import os
os.environ["POLARS_CSV_CHUNK_SIZE"] = "77"
os.environ.pop("POLARS_NDJSON_CHUNK_SIZE", None)
{use}
assert os.environ["POLARS_CSV_CHUNK_SIZE"] == "77"
assert ("POLARS_NDJSON_CHUNK_SIZE" in os.environ) is {sets}
"""
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
