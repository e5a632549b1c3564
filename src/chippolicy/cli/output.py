"""Where output goes: results to stdout or whole to a file, diagnostics to stderr."""

from __future__ import annotations

import io
import os
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import click

from chippolicy.cli.exits import UnwritableError
from chippolicy.reports.visible import visible

PIPE_WIDTH = 100


def make_safe(stream: IO[Any]) -> None:
    """Let a stream show what its encoding lacks as an escape, instead of failing."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")


def in_color(wanted: bool | None) -> bool:
    """Whether stdout gets color: as asked for, else on a terminal without NO_COLOR."""
    if wanted is not None:
        return wanted
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not plain


def width() -> int:
    """The columns of the terminal on stdout, or what a pipe or file gets."""
    if not sys.stdout.isatty():
        return PIPE_WIDTH
    import shutil

    return shutil.get_terminal_size((PIPE_WIDTH, 25)).columns


def terminal_width() -> int | None:
    """The columns of the terminal on stdout; None for a pipe or file, which has none."""
    return width() if sys.stdout.isatty() else None


def emit(text: str) -> None:
    """Write a result to stdout; a reader that has gone away is no error."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        # Python flushes stdout once more at exit and would complain then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise _unwritable("the output", error) from error


def diagnose(text: str) -> None:
    """Write a diagnostic to stderr, nothing in it left to steer the terminal."""
    lines = (visible(line) for line in text.split("\n"))
    # With nobody left to tell there is nothing to do: the exit status still says it.
    with suppress(OSError):
        click.echo("\n".join(lines), err=True)


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all: beside it first, then renamed over it.

    Raises UnwritableError where that cannot be done.
    """
    data = text.encode("utf-8", errors="backslashreplace")
    try:
        with suppress(FileNotFoundError):
            # A link that leads to itself is an error here, and one of resolve's own below.
            path.stat()
        # Through a link to the file it leads to; what is no file (a pipe, /dev/null) is written to.
        target = path.resolve()
        if target.exists() and not target.is_file():
            target.write_bytes(data)
        else:
            _replace(target, data)
    except OSError as error:
        raise _unwritable(repr(str(path)), error) from error


def _unwritable(what: str, error: OSError) -> UnwritableError:
    return UnwritableError(f"cannot write {what}: {(error.strerror or str(error)).lower()}")


def _replace(target: Path, data: bytes) -> None:
    # Imported here, as shutil above: they would cost every start some milliseconds.
    import tempfile

    handle, name = tempfile.mkstemp(prefix=f".{target.name[:50]}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(name, _mode(target))
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _mode(target: Path) -> int:
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        # There is no way to ask for the mask but to set it.
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
