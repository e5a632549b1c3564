"""Changing several files of a folder at once: all of them or none, killed at any moment.

Where the system can exchange two folders in one step (Linux, `renameat2`), the new state is built
beside the folder and exchanged for it; then the folder itself is brought up to date unseen and
exchanged back, so that whoever stands in it stays in it. At every moment the folder's path leads
to the old files or to the new ones.

Elsewhere the new files are written into a hidden folder inside, a journal is put in place by one
renaming (that is the moment that counts), and each file is moved over the old one. A process
killed among these moves leaves a journal, which `recover` completes. docs/decisions/ tells why.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import shutil
import stat
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

_JOURNAL = "journal.json"
_INSIDE = ".merging"


def replace_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files of a folder, by path relative to it: after this all are new, or none is.

    The folder must be locked. Raises OSError where they cannot be written; the folder is as it
    was then.
    """
    folder = folder.resolve()
    recover(folder)
    if not _by_exchange(folder, files):
        _in_place(folder, files)


def pending(folder: Path) -> bool:
    """Whether a change of the folder was cut short half way, and waits for `recover`."""
    return (folder.resolve() / _INSIDE / _JOURNAL).exists()


def recover(folder: Path) -> None:
    """Complete what a killed process had begun for good, and clear away what it had only begun.

    The folder must be locked. Changes nothing where nothing was begun.
    """
    folder = folder.resolve()
    beside, inside = _beside(folder), folder / _INSIDE
    if beside.exists():
        journal = _read_journal(beside)
        ids = [_identity(folder), _identity(beside / "new")]
        if journal and ids == [journal["new"], journal["old"]]:
            _carry_back(folder, beside, journal["files"])
        _discard(beside)
    if inside.exists():
        journal = _read_journal(inside)
        if journal:
            _move_in(folder, inside, journal["files"])
        _discard(inside)


# By exchange


def _by_exchange(folder: Path, files: Mapping[str, bytes]) -> bool:
    """Change the files by exchanging folders; False, with nothing changed, where that cannot be."""
    beside = _beside(folder)
    new = beside / "new"
    try:
        os.mkdir(beside, 0o700)
        _mirror(folder, new, files)
        _write_journal(
            beside, {"old": _identity(folder), "new": _identity(new), "files": sorted(files)}
        )
        exchange(folder, new)
    except OSError as error:
        _discard(beside)
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
            raise
        return False
    except BaseException:
        # Interrupted, perhaps when the folders had changed places already: that is not undone.
        journal = _read_journal(beside)
        if not journal or _identity(folder) == journal["old"]:
            _discard(beside)
        raise
    # The new state is in place: what is left is to let the folder itself have it. Where that
    # fails nothing is lost, and the next `recover` does it.
    with suppress(OSError):
        _sync(folder.parent)
        _carry_back(folder, beside, sorted(files))
        _discard(beside)
    return True


def exchange(one: Path, other: Path) -> None:
    """Let two paths change places in one step; raises OSError where the system cannot."""
    call = None
    if sys.platform == "linux":
        call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    here, both = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    if call(here, os.fsencode(one), here, os.fsencode(other), both) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(one))


def _mirror(folder: Path, new: Path, files: Mapping[str, bytes]) -> None:
    """A second folder with the new files; all that stays as it is, is linked, not copied."""
    changed = {new / name for name in files}
    os.mkdir(new)
    for where, folders, names in os.walk(folder):
        there = new / Path(where).relative_to(folder)
        for name in folders:
            source = Path(where, name)
            if source.is_symlink():
                os.symlink(os.readlink(source), there / name)
            else:
                os.mkdir(there / name)
        for name in names:
            if there / name in changed:
                continue
            source = Path(where, name)
            if source.is_symlink():
                os.symlink(os.readlink(source), there / name)
            elif stat.S_ISREG(source.lstat().st_mode):
                os.link(source, there / name)
            else:
                raise OSError(errno.ENOTSUP, "neither a file nor a folder", str(source))
        shutil.copystat(where, there)
    for name, content in files.items():
        target = new / name
        _make_folders(target.parent)
        _write(target, content, like=folder / name)
    for where, _, _ in os.walk(new):
        _sync(Path(where))


def _carry_back(folder: Path, beside: Path, files: Iterable[str]) -> None:
    """Bring the folder that was exchanged away up to date, and exchange it back."""
    own = beside / "new"
    for name in files:
        target = own / name
        _make_folders(target.parent)
        link = beside / "link"
        with suppress(FileNotFoundError):
            os.unlink(link)
        os.link(folder / name, link)
        os.replace(link, target)
        _sync(target.parent)
    _sync(own)
    exchange(folder, own)
    _sync(folder.parent)
    _sync(beside)


# In place


def _in_place(folder: Path, files: Mapping[str, bytes]) -> None:
    inside = folder / _INSIDE
    order = sorted(files, key=lambda name: (name == "datapackage.json", name))
    try:
        os.mkdir(inside, 0o700)
        for number, name in enumerate(order):
            _write(inside / str(number), files[name], like=folder / name)
        _write_journal(inside, {"files": order})
    except BaseException:
        if not (inside / _JOURNAL).exists():
            _discard(inside)
        raise
    _move_in(folder, inside, order)
    _discard(inside)


def _move_in(folder: Path, inside: Path, files: Iterable[str]) -> None:
    for number, name in enumerate(files):
        staged = inside / str(number)
        if staged.exists():
            target = folder / name
            _make_folders(target.parent)
            os.replace(staged, target)
            _sync(target.parent)
    # Before the rest is cleared away, so that the journal is never read without what it names.
    os.unlink(inside / _JOURNAL)
    _sync(inside)


# Files


def write_file(target: Path, content: bytes) -> None:
    """Write one file whole or not at all: beside it first, then renamed over it."""
    target = target.resolve()
    beside = target.with_name(f".{target.name[:50]}.{os.getpid()}.new")
    try:
        _write(beside, content, like=target)
        os.replace(beside, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise
    _sync(target.parent)


def _write(path: Path, content: bytes, like: Path | None = None) -> None:
    handle = os.open(
        path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o666
    )
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    finally:
        os.close(handle)
    if like is not None and like.is_file():
        shutil.copymode(like, path)


def _write_journal(work: Path, journal: dict[str, Any]) -> None:
    """Put the journal in place in one step, once all it speaks of is on the disk."""
    _sync(work)
    begun = work / f"{_JOURNAL}.new"
    _write(begun, json.dumps(journal).encode())
    os.replace(begun, work / _JOURNAL)
    _sync(work)


def _read_journal(work: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads((work / _JOURNAL).read_bytes())
    except FileNotFoundError:
        return None
    return found


def _make_folders(folder: Path) -> None:
    if not folder.is_dir():
        _make_folders(folder.parent)
        os.mkdir(folder)
        _sync(folder.parent)


def _sync(folder: Path) -> None:
    """Have a folder's entries on the disk; Windows has no such thing."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _discard(work: Path) -> None:
    if work.exists():
        shutil.rmtree(work)


def _beside(folder: Path) -> Path:
    return folder.parent / f".{folder.name}.merging"


def _identity(path: Path) -> list[int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return [found.st_dev, found.st_ino]
