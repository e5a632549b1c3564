"""Resolving: from the paths a person names to the files and the tables they hold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from chippolicy.derive.plan import Plan
from chippolicy.engine.faults import finding
from chippolicy.engine.intake.scratch import Scratch, standard_input
from chippolicy.engine.intake.source import (
    DESCRIPTOR,
    Input,
    unknown_table,
    unreadable,
    usual_delimiter,
)
from chippolicy.findings import Finding, Severity
from chippolicy.formats.cells import is_writable
from chippolicy.formats.opening import (
    CSV,
    GZIP,
    STDIN,
    SUFFIXES,
    ZIP,
    format_inside,
    kind_of,
    separator,
)
from chippolicy.rules import nearest

_USUAL = frozenset({"md5", "sha1", "sha256", "sha512"})
"""What descriptors use, and every Python has."""
_DEEPEST = 3
"""So many archives may lie in one another."""


def resolve(
    paths: Iterable[str], plan: Plan, scratch: Scratch, table: str | None = None
) -> Iterator[Input | Finding]:
    """Each table in the files that the paths name; a problem as a finding.

    Folders, archives and data packages are opened up, and what is no CSV text is put into
    `scratch` as such.
    """
    seen: set[tuple[Path, str | None]] = set()
    for text in dict.fromkeys(paths):
        opening = _Opening(plan, scratch, table, seen)
        try:
            yield from opening.path(Path(text), text)
        except OSError as error:
            yield unreadable(text, error)


def meant(problem: Finding, plan: Plan) -> str | None:
    """The table that an input which is a problem would have held, if that can be told."""
    return problem.table or nearest(kind_of(problem.path or "").stem, plan.tables)


class _Opening:
    """Opens up what one path names."""

    def __init__(
        self,
        plan: Plan,
        scratch: Scratch,
        table: str | None,
        seen: set[tuple[Path, str | None]],
    ) -> None:
        self._plan = plan
        self._scratch = scratch
        self._table = table
        self._depth = 0
        self._seen = seen
        """The files that were read, each with the table it was said to hold."""
        self._packages: set[Path] = set()
        """The descriptors that are being read."""

    def path(self, path: Path, shown: str) -> Iterator[Input | Finding]:
        """The tables of a file or folder."""
        if shown == STDIN:
            yield from self._standard_input()
        elif path.is_dir():
            yield from self._folder(path, shown)
        elif not path.exists():
            yield unreadable(shown, FileNotFoundError())
        else:
            yield from self._file(path, shown)

    def _standard_input(self) -> Iterator[Input | Finding]:
        path = self._scratch.file("stdin")
        path.write_bytes(standard_input())
        form = format_inside(path)
        if form == GZIP:
            packed, path = path, self._scratch.file("stdin")
            if problem := self._unpacked(packed, path, STDIN):
                yield problem
                return
            form = format_inside(path)
        yield from self._formatted(path, form, STDIN, "")

    def _folder(self, path: Path, shown: str) -> Iterator[Input | Finding]:
        descriptor = path / DESCRIPTOR
        base = shown.rstrip("/")
        if descriptor.exists():
            yield from self._package(descriptor, f"{base}/{DESCRIPTOR}")
            return
        files = sorted(file for file in path.iterdir() if self._is_data(file))
        if not files:
            below = self._below(path)
            hint = f"There are tables in {', '.join(below)}: name one." if below else None
            message = f"the folder {shown!r} holds no tables"
            yield finding("file/no-tables", message, hint=hint, path=shown)
            return
        for file in files:
            yield from self._file(file, f"{base}/{file.name}", table=None)
        for file in sorted(path.iterdir()):
            form, stem, _ = kind_of(file.name)
            if form is None and stem in self._plan.tables and file.is_file():
                yield finding(
                    "table/unknown",
                    f"'{base}/{file.name}' was not read: it is not of a kind that is",
                    hint=f"If it holds {stem}, save it as CSV or XLSX.",
                    path=f"{base}/{file.name}",
                    severity=Severity.NOTE,
                )

    def _below(self, path: Path) -> list[str]:
        """The folders in a folder that hold files with a table's name."""
        found: list[str] = []
        for folder in sorted(path.iterdir()):
            if not folder.is_dir() or folder.name.startswith("."):
                continue
            try:
                names = [kind_of(file.name) for file in folder.iterdir()]
            except OSError:
                continue
            if any(one.format and one.stem in self._plan.tables for one in names):
                found.append(folder.name)
        return found

    def _is_data(self, file: Path) -> bool:
        """Whether a file in a folder is read: a table by its name, or a file of several."""
        form, stem, _ = kind_of(file.name)
        if form is None or file.name.startswith((".", "~$")):
            return False
        if form not in ("json", "yaml") or stem in self._plan.tables:
            return True
        # Folders hold settings, too, which are nobody's data.
        from chippolicy.engine.intake.readers import holds_records

        return holds_records(file, self._plan)

    def _file(
        self, path: Path, shown: str, table: str | None = None, **expected: Any
    ) -> Iterator[Input | Finding]:
        this = (path.resolve(), table)
        if this in self._seen:
            # Named twice, as in `validate data data/events.csv`, it is read once all the same.
            return
        self._seen.add(this)
        try:
            yield from self._opened(path, shown, table, **expected)
        except OSError as error:
            # The others are read all the same.
            stem = kind_of(path.name).stem
            known = table or (stem if stem in self._plan.tables else None)
            yield unreadable(shown, error, known)

    def _opened(
        self, path: Path, shown: str, table: str | None = None, **expected: Any
    ) -> Iterator[Input | Finding]:
        form, stem, gzipped = kind_of(path.name)
        table = table or self._table
        if form is None and not gzipped and table is None:
            kinds = ", ".join(suffix.removeprefix(".") for suffix in SUFFIXES)
            yield finding(
                "file/format",
                f"{shown!r} is not a file of a kind that is read ({kinds}), a folder of them or "
                f"a {DESCRIPTOR}",
                path=shown,
            )
            return
        if gzipped:
            packed, path = path, self._scratch.file(path.stem)
            if problem := self._unpacked(packed, path, shown):
                yield problem
                return
            expected["whole"] = packed
        if form is None:
            form = format_inside(path)
        yield from self._formatted(path, form, shown, stem, table, **expected)

    def _unpacked(self, path: Path, target: Path, shown: str) -> Finding | None:
        from chippolicy.engine.intake.readers import as_finding
        from chippolicy.formats.opening import gunzip
        from chippolicy.formats.raw import RawError

        try:
            gunzip(path, target)
        except RawError as error:
            return as_finding(error.problem, shown)
        return None

    def _formatted(
        self,
        path: Path,
        form: str,
        shown: str,
        stem: str,
        table: str | None = None,
        **expected: Any,
    ) -> Iterator[Input | Finding]:
        table = table or self._table
        if form == CSV:
            yield self._csv(path, shown, table or stem, **expected)
        elif form == ZIP:
            yield from self._archive(path, shown)
        elif form == "json" and path.name == DESCRIPTOR:
            yield from self._package(path, shown)
        else:
            from chippolicy.engine.intake.readers import read

            for one in read(path, form, shown, self._plan, self._scratch, table, stem):
                if one is None:
                    yield from self._package(path, shown)
                else:
                    yield (
                        one._replace(**{"whole": path, **expected})
                        if isinstance(one, Input)
                        else one
                    )

    def _archive(self, path: Path, shown: str) -> Iterator[Input | Finding]:
        if self._depth == _DEEPEST:
            message = f"{shown!r} lies in an archive in an archive, and was not opened"
            yield finding("file/unreadable", message, path=shown)
            return
        self._depth += 1
        yield from self._unpacked_archive(path, shown)
        self._depth -= 1

    def _unpacked_archive(self, path: Path, shown: str) -> Iterator[Input | Finding]:
        from chippolicy.engine.intake.readers import as_finding
        from chippolicy.formats.opening import unzip
        from chippolicy.formats.raw import RawError

        folder = self._scratch.folder()
        try:
            left = unzip(path, folder)
        except RawError as error:
            yield as_finding(error.problem, shown)
            return
        for name in left:
            yield finding(
                "file/unreadable",
                f"{shown!r} holds {name!r}, a path that cannot be unpacked safely; it was not read",
                hint="Pack the file anew, under a plain name inside of the archive.",
                path=shown,
            )
        inside = shown
        # Archives often hold one folder, which holds the rest.
        while len(entries := list(folder.iterdir())) == 1 and entries[0].is_dir():
            folder, inside = entries[0], f"{inside}/{entries[0].name}"
        yield from self._folder(folder, inside)

    def _csv(self, path: Path, shown: str, table: str, **expected: Any) -> Input | Finding:
        plan = self._plan.tables.get(table)
        if plan is None:
            return unknown_table(table, shown, self._plan)
        if "delimiter" not in expected:
            usual = usual_delimiter(shown)
            try:
                expected["delimiter"] = found = separator(path, plan.by_name, usual)
            except OSError as error:
                return unreadable(shown, error, table)
            expected["declared"] = found == usual
        return Input(path, shown, table, **expected)

    def _package(self, path: Path, shown: str) -> Iterator[Input | Finding]:
        def broken(message: str) -> Finding:
            return finding("file/descriptor", message, path=shown)

        try:
            raw = json.loads(path.read_bytes())
        except (ValueError, RecursionError) as error:
            yield broken(f"{shown!r} is not JSON: {error}")
            return
        resources = raw.get("resources") if isinstance(raw, dict) else None
        if not isinstance(resources, list) or not resources:
            yield broken(f"{shown!r} lists no resources: it is not a data package's descriptor")
            return
        here = path.resolve()
        if here in self._packages:
            yield broken(f"{shown!r} lists itself")
            return
        self._packages.add(here)
        folder = shown.removesuffix(path.name)
        for number, resource in enumerate(resources, 1):
            if not isinstance(resource, dict):
                yield broken(f"resource {number} is not an object")
                continue
            name, part = resource.get("name"), resource.get("path")
            if isinstance(part, list) and len(part) == 1:
                part = part[0]
            if not isinstance(name, str) or not isinstance(part, str):
                called = f"resource {name!r}" if isinstance(name, str) else f"resource {number}"
                if isinstance(part, list):
                    yield broken(f"{called} has several paths; expected one file for a table")
                elif "data" in resource:
                    yield broken(f"{called} has its data in the descriptor; expected a file")
                else:
                    yield broken(f"{called} has no name and path")
                continue
            if not is_writable(name + part):
                yield broken(f"resource {number} has half a character in its name or path")
                continue
            if part.startswith("/") or ".." in Path(part).parts or "://" in part or "\0" in part:
                yield broken(f"resource {name!r} lies outside the package: {part!r}")
                continue
            yield from self._resource(path.parent / part, folder + part, name, resource)

    def _resource(
        self, path: Path, shown: str, name: str, resource: dict[str, Any]
    ) -> Iterator[Input | Finding]:
        if not path.exists():
            known = name if name in self._plan.tables else None
            yield unreadable(shown, FileNotFoundError(), known)
            return
        size = resource.get("bytes")
        stated = resource.get("hash")
        algorithm, digest = None, None
        if isinstance(stated, str) and stated:
            # Without a prefix the specification means md5.
            prefix, _, rest = stated.rpartition(":")
            algorithm, digest = (prefix or "md5").lower(), rest.lower()
            if not _has_digest(algorithm):
                message = f"resource {name!r} has a hash of a kind that is not known: {stated!r}"
                yield finding("file/descriptor", message, path=shown)
                algorithm, digest = None, None
        expected: dict[str, Any] = {
            "size": size if isinstance(size, int) else None,
            "algorithm": algorithm,
            "digest": digest,
        }
        dialect = resource.get("dialect")
        delimiter = dialect.get("delimiter") if isinstance(dialect, dict) else None
        if isinstance(delimiter, str) and len(delimiter) == 1 and delimiter not in '"\r\n':
            expected |= {"delimiter": delimiter, "declared": True}
        yield from self._file(path, shown, name, **expected)


def _has_digest(algorithm: str) -> bool:
    """Whether an algorithm is there, and its digests have one length."""
    if algorithm in _USUAL:
        return True
    # Imported here: it costs milliseconds, and only descriptors ask for it.
    import hashlib

    try:
        return hashlib.new(algorithm, usedforsecurity=False).digest_size > 0
    except ValueError:
        return False
