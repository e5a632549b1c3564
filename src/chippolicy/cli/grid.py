"""Rows as a grid that fits a terminal: the key, the label, and what else there is room for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from chippolicy.derive.plan import NUMBERS
from chippolicy.reports.page import rendered
from chippolicy.reports.visible import visible

if TYPE_CHECKING:
    from chippolicy.derive.plan import TablePlan

_WIDEST = 40
_LONG = frozenset({"text", "url"})
_GAP = 2
"""Columns between two columns: one of padding, one that the box takes."""


def grid(
    plan: TablePlan,
    asked: Sequence[str] | None,
    rows: Sequence[Mapping[str, str]],
    width: int,
    color: bool,
) -> str:
    """The rows under their columns' names; with no columns asked for, the most telling ones."""
    names = asked or _telling(plan, rows, width)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, _GAP - 1, 0, 0), show_edge=False)
    for name in names:
        numeric = name in plan.by_name and plan.by_name[name].base in NUMBERS
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(visible(row.get(name, ""))) for name in names))
    return rendered([table], width, color)


def _telling(plan: TablePlan, rows: Sequence[Mapping[str, str]], width: int) -> list[str]:
    chosen = [*plan.key, *([plan.label] if plan.label and plan.label not in plan.key else [])]
    room = width - sum(_natural(name, rows) for name in chosen)
    for column in plan.columns:
        size = _natural(column.name, rows)
        if (
            column.name not in chosen
            and column.kind not in _LONG
            and size <= room
            and any(row.get(column.name) for row in rows)
        ):
            chosen.append(column.name)
            room -= size
    return [name for name in plan.names if name in chosen]


def _natural(name: str, rows: Sequence[Mapping[str, str]]) -> int:
    longest = max((cell_len(visible(row.get(name, ""))) for row in rows), default=0)
    return max(len(name), min(longest, _WIDEST)) + _GAP
