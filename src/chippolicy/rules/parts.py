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
    slip: str | None = None
    """The rule that is told where the two are in order, but the same day with its day and month
    swapped; None: nothing is said then."""


class Edges(NamedTuple):
    """The edges of a graph that must have no cycle: a row links `start` to `end`.

    `start` None means the row's own id; `prefix` is put before ids so that edges of one graph may
    come from several tables.
    """

    table: str
    start: str | None
    end: str
    where: tuple[Where, ...] = ()


class Text(NamedTuple):
    """No text of some kinds of column has what a finder of `rules.letters` finds."""

    finder: str
    kinds: tuple[str, ...]
    """The kinds of value whose columns are looked at."""
    own: bool = False
    """Whether the contributor's own columns, `x_…`, are looked at as well."""


class Slip(NamedTuple):
    """What a figure beyond a limit most likely is, and how it is brought back."""

    words: str
    factor: float


class Range(NamedTuple):
    """The figures of a column lie between two limits, as far as the world goes."""

    table: str
    column: str
    least: float | None = None
    most: float | None = None
    under: Slip | None = None
    over: Slip | None = None
    where: tuple[Where, ...] = ()


class Domain(NamedTuple):
    """The values a metric can have: from `least` to `most`, or one of `choices` alone."""

    least: float = 0
    most: float = float("inf")
    choices: tuple[float, ...] = ()


class Clauses(NamedTuple):
    """Thresholds that hold together: rows with the same `group` are AND."""

    table: str
    group: tuple[str, ...]
    metric: str
    comparator: str
    value: str
    domains: tuple[tuple[str, Domain], ...]
    """The metrics that cannot have every value from 0 up."""
    never: bool
    """Whether what can never hold is told, or what always holds."""


class Bounded(NamedTuple):
    """A record of a table for which `where` holds is named by a row of one of some tables."""

    table: str
    where: tuple[Where, ...]
    named_by: tuple[tuple[str, str], ...]
    """Tables and their columns that hold the record's id."""
    words: str
    """What such a record is, and what it lacks, for messages."""


class Aliases(NamedTuple):
    """No two records of a table go by one name, letter case, width and blanks left aside."""

    table: str
    record: str
    name: str
    labels: tuple[tuple[str, str], ...]
    """The tables whose records have a name of their own, and its column."""


class Sparse(NamedTuple):
    """No figure of a record is twice what the others of the same record imply."""

    table: str
    of: str
    format: str
    bits: str
    figure: str
    formats: tuple[str, ...]
    """The formats that one kind of arithmetic unit runs: others are apart."""


class Outgrown(NamedTuple):
    """A part made for some market does not exceed the part it derives from, format by format."""

    parts: str
    market: str
    markets: tuple[str, ...]
    parent: str
    figures: Sparse
    """Where the figures of parts are."""


class Computed(NamedTuple):
    """Figures that a contributor has worked out agree with what they are worked out from."""

    table: str
    tpp: str
    density: str
    area: str
    figures: Sparse
    """Where the figures of parts are."""


class IdDay(NamedTuple):
    """A record's id that begins with a date begins with the record's own."""

    table: str
    column: str
    swapped: bool
    """Whether a day is told that differs by day and month alone, or any other that differs."""


class Marked(NamedTuple):
    """No row of any table is marked: by anything in a column, or by how an id in its key begins."""

    column: str
    """A contributor's own column that is there for the mark."""
    prefix: str


Part = (
    Order
    | Edges
    | Text
    | Range
    | Clauses
    | Bounded
    | Aliases
    | Sparse
    | Outgrown
    | Computed
    | IdDay
    | Marked
)
"""Every kind of part a rule is made of."""
