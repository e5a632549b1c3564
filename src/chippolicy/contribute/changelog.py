"""The changelog of a package's data, in the form of Keep a Changelog."""

from __future__ import annotations

from collections.abc import Iterator

from chippolicy.contribute.diff import Diff, Kind, TableDiff
from chippolicy.contribute.markdown import code

FILE = "CHANGELOG-DATA.md"

_HEAD = """\
# Data changelog

What changed in the data of this package, in the form of
[Keep a Changelog](https://keepachangelog.com/en/1.1.0/).
"""
_HEADING = "## [Unreleased]"
_SECTIONS = ("Added", "Changed", "Removed")
_LISTED = 20
_FIELDS = 6


def with_entries(text: str | None, diff: Diff, date: str | None = None) -> str:
    """The changelog with what a diff tells, under the heading of what is not yet released.

    `text` is the changelog as it stands, None for none. Nothing is read from a clock: a `date`
    that is given stands before each entry.
    """
    ends = "\r\n" if text is not None and "\r\n" in text else "\n"
    lines = (text if text is not None else _HEAD).replace("\r\n", "\n").rstrip("\n").split("\n")
    start = _unreleased(lines)
    end = next(
        (at for at in range(start + 1, len(lines)) if lines[at].startswith("## ")), len(lines)
    )
    rest = lines[end:]
    section = lines[start + 1 : end]
    entries: dict[str, tuple[str, ...]] = {}
    for name, told in zip(_SECTIONS, (_added(diff), _changed(diff), _removed(diff)), strict=True):
        entries[name] = tuple(f"- {date}: {one}" if date else f"- {one}" for one in told)
    new = [*lines[: start + 1], *_filled(section, entries)]
    if rest:
        new += ["", *rest]
    return "".join(f"{line}{ends}" for line in new)


def _unreleased(lines: list[str]) -> int:
    """Where the heading of what is not yet released stands; it is put there if it is not."""
    for at, line in enumerate(lines):
        if line.lower().startswith(("## [unreleased]", "## unreleased")):
            return at
    at = next((at for at, line in enumerate(lines) if line.startswith("## ")), len(lines))
    # A blank line before the heading, and one after it where something follows.
    lines[at:at] = [
        *([""] if at and lines[at - 1] else []),
        _HEADING,
        *([""] if at < len(lines) else []),
    ]
    return lines.index(_HEADING)


def _filled(section: list[str], entries: dict[str, tuple[str, ...]]) -> list[str]:
    """The part under the heading, with entries at the end of the sections they belong to."""
    parts: list[tuple[str, list[str]]] = [("", [])]
    for line in section:
        if line.startswith("### "):
            parts.append((line.removeprefix("### ").strip(), []))
        else:
            parts[-1][1].append(line)
    for name, told in entries.items():
        if told:
            at = next((body for title, body in parts if title == name), None)
            if at is None:
                at = []
                parts.append((name, at))
            while at and not at[-1]:
                at.pop()
            at += told
    known = {name: number for number, name in enumerate(_SECTIONS)}
    parts[1:] = sorted(parts[1:], key=lambda part: known.get(part[0], len(known)))
    lines: list[str] = []
    for title, body in parts:
        while body and not body[-1]:
            body.pop()
        while body and not body[0]:
            del body[0]
        if title:
            lines += ["", f"### {title}", "", *body]
        elif body:
            lines += ["", *body]
    return lines


def _added(diff: Diff) -> Iterator[str]:
    for table in diff.tables:
        if table.presence is Kind.ADDED:
            yield f"the table {table.name}"
        if table.columns_added:
            columns = "column" if len(table.columns_added) == 1 else "columns"
            yield f"{table.name}: {columns} {', '.join(map(code, table.columns_added))}"
        yield from _listed(table, Kind.ADDED)


def _listed(table: TableDiff, kind: Kind, aside: str = "") -> Iterator[str]:
    """The records of a kind: by id where an id says something, else how many."""
    changes = table.of(kind)
    if not changes:
        return
    if len(table.plan.key) > 1:
        records = "record" if len(changes) == 1 else "records"
        yield f"{table.name}: {len(changes):,} {records}{aside}"
        return
    refs = [code(change.record.partition("/")[2]) for change in changes[:_LISTED]]
    more = len(changes) - len(refs)
    yield f"{table.name}: {', '.join(refs)}" + (f" and {more:,} more" if more else "")


def _changed(diff: Diff) -> Iterator[str]:
    for table in diff.tables:
        told = 0
        renamed = table.of(Kind.RENAMED)
        if len(table.plan.key) > 1:
            # Their names are made of the names of others, which are told.
            yield from _listed(table, Kind.RENAMED, " under another name")
            renamed = ()
        for change in (*table.of(Kind.CHANGED), *renamed):
            told += 1
            if told > _LISTED:
                continue
            said = [
                f"{one.field} {code(one.old, 80) or 'blank'} → {code(one.new, 80) or 'blank'}"
                for one in change.fields[:_FIELDS]
            ]
            more = len(change.fields) - len(said)
            said += [f"{more} more fields"] * bool(more)
            if change.was is not None:
                said.insert(0, f"is the new name of {code(change.was)}")
            yield f"{code(change.record)}: {', '.join(said)}"
        if told > _LISTED:
            yield f"{table.name}: {told - _LISTED:,} more records changed"


def _removed(diff: Diff) -> Iterator[str]:
    for table in diff.tables:
        if len(table.plan.key) > 1:
            yield from _listed(table, Kind.REMOVED)
            continue
        for change in table.of(Kind.REMOVED)[:_LISTED]:
            became = change.redirected_to
            yield code(change.record) + (f": {code(became)} took its place" if became else "")
        more = len(table.of(Kind.REMOVED)) - _LISTED
        if more > 0:
            yield f"{table.name}: {more:,} more records removed"
