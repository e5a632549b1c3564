"""Readers: the tables in a file that is no CSV text, converted so that they can be checked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chippolicy.derive.plan import Plan
from chippolicy.engine.faults import finding
from chippolicy.engine.intake.scratch import Scratch
from chippolicy.engine.intake.source import Input, unknown_table
from chippolicy.findings import Finding, Severity
from chippolicy.formats.opening import kind_of
from chippolicy.formats.raw import RawError, RawProblem, RawTable
from chippolicy.formats.tables import EXTRAS, read_tables
from chippolicy.rules import nearest

_RESOURCES = "resources"


def read(
    path: Path,
    form: str,
    shown: str,
    plan: Plan,
    scratch: Scratch,
    table: str | None,
    stem: str,
) -> Iterator[Input | Finding | None]:
    """The tables of a file; None where it is a data package's descriptor.

    `table`: the one it was said to hold; `stem`: the file's name, which may say so.
    """
    from chippolicy.engine.intake.convert import convert

    known = table or (stem if stem in plan.tables else None)
    try:
        raws = read_tables(path, form, plan.tables, known)
    except RawError as error:
        yield as_finding(error.problem, shown, known)
        return
    except UnicodeDecodeError:
        yield _misencoded(path, shown, known)
        return
    except ImportError:
        yield _lacking(form, shown, known)
        return
    if form == "json" and any(raw.name == _RESOURCES for raw in raws):
        yield None
        return
    for raw in raws:
        name = _table_of(raw, raws, plan, table, stem)
        if name not in plan.tables:
            yield _stranger(name, raw, raws, shown, plan)
            continue
        target = scratch.file(f"{name}.csv")
        try:
            converted = convert(raw, target, shown, plan.tables[name])
        except UnicodeDecodeError:
            yield _misencoded(path, shown, name)
            continue
        yield Input(target, shown, name, converted=converted)


def holds_records(path: Path, plan: Plan) -> bool:
    """Whether a JSON or YAML file is one of records, though its name does not say so.

    It has a list for a table, or is a list and almost has a table's name.
    """
    form, stem, gzipped = kind_of(path.name)
    if gzipped:
        return nearest(stem, plan.tables) is not None
    try:
        raws = read_tables(path, str(form), plan.tables, None)
    except (RawError, OSError, ImportError, UnicodeDecodeError):
        return False
    if any(raw.name is None for raw in raws):
        return nearest(stem, plan.tables) is not None
    return any(raw.name in plan.tables for raw in raws)


def _table_of(raw: RawTable, raws: list[RawTable], plan: Plan, table: str | None, stem: str) -> str:
    if raw.name is None:
        return table or stem
    if raw.name in plan.tables or len(raws) > 1 or raw.sheet is None:
        return raw.name
    # A workbook of one sheet, which programs call Sheet1: the file's name tells.
    for name in (table, stem):
        if name in plan.tables:
            return str(name)
    return raw.name


def _stranger(name: str, raw: RawTable, raws: list[RawTable], shown: str, plan: Plan) -> Finding:
    """A list or sheet that is of no table."""
    near = nearest(name, plan.tables)
    if raw.name is None:
        return unknown_table(name, shown, plan)
    if raw.sheet is None:
        hint = f"Did you mean {near}? Rename the list." if near else "Rename the list."
        return unknown_table(name, shown, plan, pointer=raw.pointer, hint=hint)
    among = any(other.name in plan.tables for other in raws)
    if among and not near:
        # A sheet of notes beside the tables is nothing wrong, but it is said not to be read.
        return finding(
            "table/unknown",
            f"the sheet {name!r} bears no table's name and was not read",
            hint="Give it the name of a table if it is meant to be read.",
            severity=Severity.NOTE,
            path=shown,
            sheet=name,
            value=name,
        )
    hint = f"Did you mean {near}? Rename the sheet." if near else "Rename the sheet."
    return unknown_table(name, shown, plan, sheet=name, hint=hint)


def as_finding(problem: RawProblem, shown: str, table: str | None = None) -> Finding:
    """A problem with a file as a whole."""
    from chippolicy.engine.intake.convert import hint_for, in_words

    place: dict[str, Any] = {"path": shown, "table": table, "line": problem.line}
    return finding(problem.code, in_words(problem, shown), hint=hint_for(problem, shown), **place)


def _misencoded(path: Path, shown: str, table: str | None) -> Finding:
    from chippolicy.engine.soundness import look, misencoded

    return misencoded(look(path), shown, table)


def _lacking(form: str, shown: str, table: str | None) -> Finding:
    extra = EXTRAS[form]
    return finding(
        "file/format",
        f"{shown!r} cannot be read: what reads {form} files is not installed",
        hint=f"Run: pip install 'chippolicy[{extra}]'",
        path=shown,
        table=table,
    )
