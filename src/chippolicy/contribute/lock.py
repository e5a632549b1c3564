"""One at a time: a lock on a folder that the system frees when its holder ends, however it ends."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PAUSE = 0.05


class BusyError(Exception):
    """Somebody else holds the lock, and did not let go in time."""


@contextmanager
def locked(
    folder: Path, wait: float = 30.0, on_wait: Callable[[], None] = lambda: None
) -> Iterator[None]:
    """Hold the lock of a folder; `on_wait` is called once if it is not free at once.

    The lock is that of a file beside the folder, `.<name>.lock` (inside it where nothing can be
    written beside it). The file says nothing by itself: one that a killed process left behind
    locks nobody out. Raises BusyError after `wait` seconds, OSError where there can be no lock.
    """
    path = _lock_file(folder)
    deadline = time.monotonic() + wait
    told = False
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            if _seize(handle) and _is_still(path, handle):
                break
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)
        if time.monotonic() >= deadline:
            raise BusyError(f"another merge into {str(folder)!r} is under way")
        if not told:
            told = True
            on_wait()
        time.sleep(_PAUSE)
    try:
        yield
    finally:
        # Removed while it is held, so that nobody who finds it can hold another of that name.
        with suppress(OSError):
            os.unlink(path)
        os.close(handle)


def _lock_file(folder: Path) -> Path:
    if os.access(folder.parent, os.W_OK):
        return folder.parent / f".{folder.name}.lock"
    return folder / ".lock"


def _is_still(path: Path, handle: int) -> bool:
    """Whether the locked file is the one that is found by the name: the last holder removed his."""
    try:
        found, held = os.stat(path), os.fstat(handle)
    except FileNotFoundError:
        return False
    return (found.st_dev, found.st_ino) == (held.st_dev, held.st_ino)


if sys.platform == "win32":
    import msvcrt

    def _seize(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _seize(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
