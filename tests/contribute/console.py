"""Console blocks of a document: their commands, what they print and how they end.

Run as a script on a document, it writes into it what its commands print now.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_SECONDS = re.compile(r"[0-9]+\.[0-9]{2} s\b")


@dataclass
class Command:
    """One command of a document: its lines, the output below it, the exit status it tells."""

    text: str
    output: str
    status: int


def commands(markdown: str) -> Iterator[Command]:
    """The commands of each block that is marked as `console`: `$` begins one, `>` goes on."""
    for block in re.findall("^```console\n(.*?)^```", markdown, re.MULTILINE | re.DOTALL):
        found: list[tuple[list[str], list[str]]] = []
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append(([line[2:]], []))
            elif (line == ">" or line.startswith("> ")) and not found[-1][1]:
                found[-1][0].append(line[2:])
            else:
                found[-1][1].append(line)
        for lines, output in found:
            first, _, told = lines[0].partition("   # exit status ")
            text = "\n".join([first, *lines[1:]])
            yield Command(text, "".join(f"{line}\n" for line in output), int(told or 0))


def run(command: Command, folder: Path) -> tuple[str, int]:
    """What a command prints, on either stream, and its exit status; times made the same."""
    programs = folder.parent / "bin"
    programs.mkdir(exist_ok=True)
    program = programs / "chippolicy"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m chippolicy "$@"\n')
    program.chmod(0o755)
    result = subprocess.run(
        ["bash", "-c", f"exec 2>&1\n{command.text}"],
        cwd=folder,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"},
        check=False,
    )
    return timeless(result.stdout), result.returncode


def timeless(output: str) -> str:
    """Output without how long it took."""
    return _SECONDS.sub("0.01 s", output)


def must_run(commands: Iterable[Command], folder: Path) -> None:
    """Run commands in a folder; each prints what stands below it, and ends as it says."""
    for command in commands:
        output, status = run(command, folder)
        assert (command.text, output, status) == (
            command.text,
            timeless(command.output),
            command.status,
        )


def rewritten(markdown: str, folder: Path) -> str:
    """The document with the output and the exit status that its commands have now."""

    def block(match: re.Match[str]) -> str:
        lines = []
        for command in commands(match[0]):
            output, status = run(command, folder)
            first, *more = command.text.split("\n")
            told = f"   # exit status {status}" if status else ""
            lines += [f"$ {first}{told}", *(f"> {line}".rstrip() for line in more)]
            lines += output.splitlines()
        return "```console\n" + "".join(f"{line}\n" for line in lines) + "```"

    return re.sub("^```console\n(.*?)^```", block, markdown, flags=re.MULTILINE | re.DOTALL)


if __name__ == "__main__":
    import shutil
    import tempfile

    from chippolicy._resources import resource

    document = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch, "place")
        shutil.copytree(resource("datapackage"), place / "datapackage")
        document.write_text(rewritten(document.read_text(encoding="utf-8"), place), "utf-8")
