"""Scratch: files that are there for the time of a run, such as what was packed in an archive."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any


class Scratch(AbstractContextManager["Scratch"]):
    """A folder for a run, made when something is first put into it, and removed at the end."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._folder: Path | None = None
        self._count = 0

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, where)

    def at_end(self, then: Callable[[], None]) -> None:
        """Have something done at the end of the run; an interrupt ends it at once."""

        def ended(kind: type[BaseException] | None, *_: object) -> None:
            if kind is None or not issubclass(kind, KeyboardInterrupt):
                then()

        self._stack.push(ended)

    def folder(self) -> Path:
        """A new, empty folder."""
        if self._folder is None:
            # Imported here: most runs need no such folder.
            import tempfile

            made = tempfile.TemporaryDirectory(prefix="chippolicy-", ignore_cleanup_errors=True)
            self._folder = Path(self._stack.enter_context(made))
        self._count += 1
        new = self._folder / str(self._count)
        new.mkdir()
        return new

    def file(self, name: str) -> Path:
        """Where a new file of that name can be written."""
        return self.folder() / name


_held: tuple[Any, bytes] | None = None


def held_input() -> bytes | None:
    """What was read of standard input already; None if nothing was."""
    return _held[1] if _held is not None and _held[0] is sys.stdin else None


def standard_input() -> bytes:
    """All of standard input, which can be read but once."""
    global _held
    if _held is None or _held[0] is not sys.stdin:
        _held = (sys.stdin, sys.stdin.buffer.read())
    return _held[1]
