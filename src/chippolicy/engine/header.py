"""The header of a file: which column stands where, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from chippolicy.derive.plan import Plan, TablePlan
from chippolicy.engine.columns import shown
from chippolicy.engine.faults import finding
from chippolicy.findings import Finding
from chippolicy.rules import nearest

_LONGEST_NAME = 80
"""A longer text in a header, in characters, is held for no misspelling."""


class Header(NamedTuple):
    """Where a file's columns stand."""

    cells: tuple[str, ...]
    own: dict[str, int]
    """The contributor's own columns, `x_…`."""
    known: dict[str, int]
    """The table's columns."""
    lost: frozenset[str]
    """Required columns that are not there, so that what hangs on them is not judged."""


def read_header(
    cells: list[str], plan: Plan, table: TablePlan, path: str
) -> tuple[Header | None, list[Finding]]:
    """A header's columns and findings; None where the file cannot be read by it."""
    place: dict[str, Any] = {"path": path, "table": table.name, "line": 1}
    own: dict[str, int] = {}
    known: dict[str, int] = {}
    findings: list[Finding] = []
    strange: list[str] = []
    is_own = re.compile(plan.extra_column).fullmatch
    for index, name in enumerate(cells):
        if name in known or name in own:
            findings.append(
                finding(
                    "table/doubled-column",
                    f"the column {shown(name)} is there twice: as number "
                    f"{(known | own)[name] + 1} and as number {index + 1}",
                    column=name,
                    value=name,
                    **place,
                )
            )
        elif name in table.by_name:
            known[name] = index
        elif is_own(name):
            own[name] = index
        else:
            strange.append(name)
    missing = [name for name in table.names if name not in known]
    meant: set[str] = set()
    if strange and not names_columns(cells, table):
        # A title, a note or a record stands where the header should: that is one fault.
        named = next(filter(str.strip, strange), "")
        return None, [
            finding(
                "table/unknown-column",
                f"no column of {table.name} is named here, but {shown(named)}; its columns are "
                f"{', '.join(table.names)}; no row was checked",
                hint="Write the names of the columns first, and take away what stands before them.",
                column=named,
                value=named,
                **place,
            )
        ]
    for name in strange:
        near = _near(name, missing)
        if near in meant:
            near = None
        if near:
            meant.add(near)
        findings.append(
            finding(
                "table/unknown-column",
                f"{shown(name)} is not a column of {table.name}; "
                f"its columns are {', '.join(table.names)}",
                hint=f"Did you mean {near}? A column of your own begins with x_." if near else None,
                column=name,
                value=name,
                **place,
            )
        )
    lost = [name for name in missing if table.by_name[name].required]
    # A misspelt column is one fault, not also a missing one.
    findings += [
        finding(
            "table/missing-column",
            f"the required column {name} is not there",
            column=name,
            **place,
        )
        for name in lost
        if name not in meant
    ]
    return Header(tuple(cells), own, known, frozenset(lost)), findings


def names_columns(cells: Iterable[str], table: TablePlan) -> bool:
    """Whether the cells of a header name any column of a table, be it misspelt."""
    return any(name in table.by_name or _near(name, table.names) for name in cells)


def _near(name: str, names: Iterable[str]) -> str | None:
    """The column a name may be meant for; a longer text is none."""
    return nearest(name, names) if len(name) <= _LONGEST_NAME else None
