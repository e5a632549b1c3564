"""What differs between two states of the data: by key, field by field, renamings known."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from chippolicy.contribute.redirects import Redirects
from chippolicy.contribute.sheets import Key, Sheet, place_of, read_sheets, without_marks
from chippolicy.derive.plan import TablePlan, load_plan


class Kind(StrEnum):
    """What became of a record, or of a table."""

    ADDED = "added"
    CHANGED = "changed"
    RENAMED = "renamed"
    REMOVED = "removed"


@dataclass(frozen=True)
class FieldChange:
    """One field's text before and after; blank where there was or is none."""

    field: str
    old: str
    new: str


@dataclass(frozen=True)
class Change:
    """What became of one record."""

    kind: Kind
    record: str
    """The record's reference: the new one, for one that was removed the old one."""
    fields: tuple[FieldChange, ...]
    """The fields that differ; of an added or removed record those that are not blank."""
    was: str | None = None
    """The reference it had before it was renamed."""
    redirected_to: str | None = None
    """Where a redirect leads from a record that was removed."""


@dataclass(frozen=True)
class TableDiff:
    """What differs in one table."""

    plan: TablePlan
    presence: Kind | None = None
    """ADDED or REMOVED where only one of the two states has the table at all."""
    columns_added: tuple[str, ...] = ()
    columns_removed: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def name(self) -> str:
        """The table's name."""
        return self.plan.name

    def of(self, kind: Kind) -> tuple[Change, ...]:
        """The changes of a kind."""
        return tuple(change for change in self.changes if change.kind is kind)


@dataclass(frozen=True)
class Diff:
    """Everything that differs: the tables in reading order, those alike left out."""

    tables: tuple[TableDiff, ...]
    records: int = 0
    """How many records of either state were compared."""

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.tables

    def count(self, kind: Kind) -> int:
        """How many records were added, changed, renamed or removed."""
        return sum(len(table.of(kind)) for table in self.tables)


def diff(
    old: str | os.PathLike[str],
    new: str | os.PathLike[str],
    *,
    partial: bool = False,
    table: str | None = None,
) -> Diff:
    """Compare two packages, folders or files; `bundled` stands for the shipped package.

    Where one of the two is a single file, only its table is compared. `partial`: `new` is a
    contribution, so that what it does not have is not removed. `table`: the table of single files
    whose names do not say it. Raises UnsoundError where a state cannot be read row by row.
    """
    before, after = read_sheets(old, table), read_sheets(new, table)
    if partial:
        after = without_marks(after)
    for path, here, there in ((old, before, after), (new, after, before)):
        if Path(place_of(path)).suffix.lower() != ".json" and Path(place_of(path)).is_file():
            for name in there.keys() - here.keys():
                del there[name]
    return compare(before, after, partial=partial)


def compare(old: Mapping[str, Sheet], new: Mapping[str, Sheet], *, partial: bool = False) -> Diff:
    """Compare the tables of two states; see `diff`."""
    known = (old, new) if partial else (new,)
    redirects = Redirects.of(state.get("redirects") for state in known)
    tables = []
    records = 0
    for name, plan in load_plan().tables.items():
        before, after = old.get(name), new.get(name)
        if (before is None and after is None) or (after is None and partial):
            continue
        records += len((before.by_key if before else {}) | (after.by_key if after else {}))
        table = _compare(plan, before, after, redirects, partial)
        if table.presence or table.columns_added or table.columns_removed or table.changes:
            tables.append(table)
    return Diff(tuple(tables), records)


def _compare(
    plan: TablePlan,
    before: Sheet | None,
    after: Sheet | None,
    redirects: Redirects,
    partial: bool,
) -> TableDiff:
    old = before.by_key if before else {}
    new = after.by_key if after else {}
    columns_old = before.columns if before else ()
    columns_new = after.columns if after else ()
    # What a contribution's file has no column for, it says nothing of.
    silent = frozenset(columns_old).difference(columns_new) if partial else frozenset()
    added = dict.fromkeys(key for key in new if key not in old)
    removed = [key for key in old if key not in new]
    changes = []
    for key in new.keys() & old.keys():
        fields = _fields(plan, old[key], new[key], silent)
        if fields:
            changes.append(Change(Kind.CHANGED, _ref(plan, key), fields))
    for key in sorted(removed):
        ref = _ref(plan, key)
        successor = _successor(plan, key, redirects)
        if successor is not None and successor.key in added:
            del added[successor.key]
            fields = _fields(plan, old[key], new[successor.key], silent.union(plan.key))
            changes.append(Change(Kind.RENAMED, successor.ref, fields, was=ref))
        elif not partial or successor is not None:
            fields = _fields(plan, old[key], {}, frozenset(plan.key))
            to = successor.ref if successor else None
            changes.append(Change(Kind.REMOVED, ref, fields, redirected_to=to))
    for key in added:
        fields = _fields(plan, {}, new[key], frozenset(plan.key))
        changes.append(Change(Kind.ADDED, _ref(plan, key), fields))
    order = list(Kind)
    one_sided = before is None or after is None
    return TableDiff(
        plan,
        (Kind.ADDED if before is None else Kind.REMOVED) if one_sided else None,
        () if one_sided else tuple(name for name in columns_new if name not in columns_old),
        ()
        if one_sided or partial
        else tuple(name for name in columns_old if name not in columns_new),
        tuple(sorted(changes, key=lambda one: (order.index(one.kind), one.record))),
    )


def _fields(
    plan: TablePlan, old: Mapping[str, str], new: Mapping[str, str], without: frozenset[str]
) -> tuple[FieldChange, ...]:
    names = dict.fromkeys(
        (*(name for name in plan.names if name in old or name in new), *old, *new)
    )
    return tuple(
        FieldChange(name, old.get(name, ""), new.get(name, ""))
        for name in names
        if name not in without and old.get(name, "") != new.get(name, "")
    )


def _ref(plan: TablePlan, key: Key) -> str:
    return f"{plan.name}/{'+'.join(key)}"


class _Successor(NamedTuple):
    ref: str
    key: Key | None
    """Its key; None where it is in another table."""


def _successor(plan: TablePlan, key: Key, redirects: Redirects) -> _Successor | None:
    """What took a record's place, by a redirect of it or of an id in its key."""
    new = redirects.successor(_ref(plan, key))
    if new is not None:
        table, _, joined = new.partition("/")
        parts = (joined,) if len(plan.key) == 1 else tuple(joined.split("+"))
        return _Successor(new, parts if table == plan.name else None)
    followed = redirects.key(plan, key) if redirects and len(plan.key) > 1 else key
    return _Successor(_ref(plan, followed), followed) if followed != key else None


def totals(of: Diff) -> str:
    """How many records were added, changed, renamed and removed, in words."""
    counts = Counter({kind: of.count(kind) for kind in Kind})
    return ", ".join(f"{counts[kind]:,} {kind}" for kind in Kind if counts[kind])
