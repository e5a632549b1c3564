"""The parts rules are made of: what is compared, followed or required, named by table and column.

A part is data. The engine interprets it on columns of distinct values, whichever executor runs.
"""

from __future__ import annotations

from typing import NamedTuple


class Path(NamedTuple):
    """Where a value is found from a row: its own column, or a column of the record it names.

    `column` alone is the row's own; with `table`, the row's `column` names a record of that table
    (by its id, or by a record reference) and `of` is that record's column.
    """

    column: str
    table: str | None = None
    of: str | None = None
    by_reference: bool = False
    """Whether `column` holds a record reference, `table/id`, rather than an id."""


class Where(NamedTuple):
    """A condition on a row: a value found by a path is, or is not, one of some texts."""

    path: Path
    among: tuple[str, ...]
    negated: bool = False


class Order(NamedTuple):
    """In each row of a table, the date `first` does not come after the date `then`."""

    table: str
    first: Path
    then: Path
    field: str
    """The column the finding is placed at."""
    where: tuple[Where, ...] = ()


class Edges(NamedTuple):
    """The edges of a graph that must have no cycle: a row links `start` to `end`.

    `start` None means the row's own id; `prefix` is put before ids so that edges of one graph may
    come from several tables.
    """

    table: str
    start: str | None
    end: str
    where: tuple[Where, ...] = ()
