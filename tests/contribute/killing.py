"""Run as a script: merge over and over, each time struck at a later operation on a file.

`killing.py MODE WAY STEP FOLDER`: MODE is exchange or in-place; WAY is kill (the process ends
there and then, inside a write after half of it) or fail (the operation raises). STEP is how many
operations to go on to the next blow. For each blow one JSON line tells what the package was after
it, and after the next merge's recovery.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from chippolicy.contribute import switch
from chippolicy.contribute.lock import locked
from chippolicy.contribute.merge import merge
from chippolicy.engine import validate
from tests.contribute.package import state, write_contribution, write_package

CHANGING = (
    "open", "write", "fsync", "mkdir", "link", "symlink", "replace", "rename", "unlink", "remove",
    "rmdir", "chmod", "utime", "truncate",
)  # fmt: skip
"""The functions of `os` that a merge may change the disk by."""


class Blow:
    """Counts the operations on files, and strikes at one of them."""

    def __init__(self, at: int, way: str) -> None:
        self.at, self.way, self.count = at, way, 0

    def wrap(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def struck(*arguments: Any, **named: Any) -> Any:
            if name == "open" and not (len(arguments) > 1 and arguments[1] & os.O_CREAT):
                return function(*arguments, **named)
            self.count += 1
            if self.count == self.at:
                if self.way == "fail":
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                if name == "write":
                    function(arguments[0], arguments[1][: len(arguments[1]) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*arguments, **named)

        return struck


def uncounted(folder: Path) -> Callable[[str, tuple[Any, ...]], None]:
    """An audit hook that refuses to open a file below a folder for writing but by `os.open`."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], (str, os.PathLike)):
            path, mode = Path(os.fspath(arguments[0])), arguments[1]
            if mode is not None and set(mode) & set("wax+") and path.is_relative_to(folder):
                raise RuntimeError(f"{path} is written behind the back of the count")

    return hook


def strike(package: Path, contribution: Path, mode: str, blow: Blow) -> int:
    """Merge in a process of its own; its wait status."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    status = 70
    sys.addaudithook(uncounted(package.parent))
    try:
        if mode == "in-place":
            switch.exchange = unsupported
        for name in CHANGING:
            # Counted, but not waited for: a process that is killed leaves the disk's cache alone.
            function = (lambda handle: None) if name == "fsync" else getattr(os, name)
            setattr(os, name, blow.wrap(name, function))
        switch.exchange = blow.wrap("exchange", switch.exchange)
        try:
            merge(str(contribution), package)
            status = 0 if blow.count < blow.at else 1
        except OSError:
            status = 2
    finally:
        os._exit(status)


def unsupported(one: Path, other: Path) -> None:
    raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))


def named(found: dict[str, str], old: dict[str, str], new: dict[str, str]) -> str:
    return "old" if found == old else "new" if found == new else "half"


def without_work(found: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in found.items() if not name.startswith(".merging")}


def main(mode: str, way: str, step: int, folder: Path) -> None:
    contribution = write_contribution(folder / "contribution")
    original = write_package(folder / "original")
    setattr(os, "fsync", lambda handle: None)  # noqa: B010
    merged = shutil.copytree(original, folder / "merged", symlinks=True)
    assert strike(merged, contribution, mode, Blow(-1, way)) == 1 << 8
    old, new = state(original), state(merged)
    for at in count(1, step):
        place = folder / "place"
        package = shutil.copytree(original, place / "package", symlinks=True)
        inode = package.stat().st_ino
        status = strike(package, contribution, mode, Blow(at, way))
        found = state(package)
        told: dict[str, Any] = {
            "at": at,
            "status": "killed" if os.WIFSIGNALED(status) else os.WEXITSTATUS(status),
            "exact": named(found, old, new),
            "files": named(without_work(found), old, new),
            "pending": switch.pending(package),
            "data": named(
                {n: t for n, t in without_work(found).items() if n != "CHANGELOG-DATA.md"},
                {n: t for n, t in old.items() if n != "CHANGELOG-DATA.md"},
                {n: t for n, t in new.items() if n != "CHANGELOG-DATA.md"},
            ),
            "valid": validate(package, against="none").valid,
        }
        with locked(package):
            switch.recover(package)
        told["recovered"] = named(state(package), old, new)
        told["same_folder"] = package.stat().st_ino == inode
        told["beside"] = sorted(path.name for path in place.iterdir())
        merge(str(contribution), package)
        told["merged_again"] = named(state(package), old, new)
        shutil.rmtree(place)
        print(json.dumps(told), flush=True)
        if status == 0:
            break


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
