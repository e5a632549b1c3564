"""Inputs: from the paths a person names to the files and the tables they hold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from chippolicy.derive.plan import Plan
from chippolicy.engine.faults import finding
from chippolicy.findings import Finding
from chippolicy.rules import nearest

_USUAL = frozenset({"md5", "sha1", "sha256", "sha512"})
"""What descriptors use, and every Python has."""
DESCRIPTOR = "datapackage.json"


class Input(NamedTuple):
    """A file to check: where it is, how it is called, and what its descriptor says of it."""

    path: Path
    shown: str
    table: str
    size: int | None = None
    algorithm: str | None = None
    digest: str | None = None


def resolve(
    paths: Iterable[str], plan: Plan, table: str | None = None
) -> Iterator[Input | Finding]:
    """Each file the paths name, folders and data packages opened up; a problem as a finding."""
    for text in dict.fromkeys(paths):
        path = Path(text)
        try:
            yield from _one(path, text, plan, table)
        except OSError as error:
            yield unreadable(text, error)


def meant(problem: Finding, plan: Plan) -> str | None:
    """The table that an input which is a problem would have held, if that can be told."""
    return problem.table or nearest(Path(problem.path or "").stem, plan.tables)


def unreadable(shown: str, error: OSError, table: str | None = None) -> Finding:
    """The finding for a file that cannot be opened."""
    place = {"path": shown, "table": table}
    if isinstance(error, FileNotFoundError):
        return finding("file/not-found", f"there is no {shown!r}", **place)
    reason = (error.strerror or str(error)).lower()
    return finding("file/unreadable", f"{shown!r} cannot be read: {reason}", **place)


def _one(path: Path, shown: str, plan: Plan, table: str | None) -> Iterator[Input | Finding]:
    if path.is_dir():
        yield from _folder(path, shown, plan)
    elif not path.exists():
        yield unreadable(shown, FileNotFoundError())
    elif path.suffix.lower() == ".json":
        yield from _package(path, shown, plan)
    elif path.suffix.lower() == ".csv" or table:
        yield _file(path, shown, table or path.stem, plan)
    else:
        yield finding(
            "file/format",
            f"{shown!r} is not a CSV file, a folder of them or a {DESCRIPTOR}",
            path=shown,
        )


def _folder(path: Path, shown: str, plan: Plan) -> Iterator[Input | Finding]:
    descriptor = path / DESCRIPTOR
    if descriptor.exists():
        yield from _package(descriptor, f"{shown.rstrip('/')}/{DESCRIPTOR}", plan)
        return
    files = sorted(file for file in path.iterdir() if file.suffix.lower() == ".csv")
    if not files:
        yield finding("file/no-tables", f"the folder {shown!r} holds no tables", path=shown)
    for file in files:
        yield _file(file, f"{shown.rstrip('/')}/{file.name}", file.stem, plan)


def _file(path: Path, shown: str, table: str, plan: Plan, **expected: Any) -> Input | Finding:
    if table in plan.tables:
        return Input(path, shown, table, **expected)
    near = nearest(table, plan.tables)
    return finding(
        "table/unknown",
        f"{table!r} is not a table; the tables are {', '.join(plan.tables)}",
        hint=f"Did you mean {near}? Rename the file, or name its table with --table {near}."
        if near
        else None,
        path=shown,
        value=table,
    )


def _package(path: Path, shown: str, plan: Plan) -> Iterator[Input | Finding]:
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
    folder = shown.removesuffix(path.name)
    for number, resource in enumerate(resources, 1):
        if not isinstance(resource, dict):
            yield broken(f"resource {number} is not an object")
            continue
        name, part = resource.get("name"), resource.get("path")
        if isinstance(part, list) and len(part) == 1:
            part = part[0]
        if not isinstance(name, str) or not isinstance(part, str):
            yield broken(f"resource {number} has no name and path")
            continue
        if part.startswith("/") or ".." in Path(part).parts or "://" in part or "\0" in part:
            yield broken(f"resource {name!r} lies outside the package: {part!r}")
            continue
        yield from _resource(path.parent / part, folder + part, name, resource, plan)


def _resource(
    path: Path, shown: str, name: str, resource: dict[str, Any], plan: Plan
) -> Iterator[Input | Finding]:
    if not path.exists():
        yield unreadable(shown, FileNotFoundError(), name if name in plan.tables else None)
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
    yield _file(
        path,
        shown,
        name,
        plan,
        size=size if isinstance(size, int) else None,
        algorithm=algorithm,
        digest=digest,
    )


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
