"""Raw tables: what a file of any format holds, before it is known what its columns mean."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple


class Plain(str):
    """A word without quotation marks, whose type its column decides: YAML's plain scalar."""

    __slots__ = ()


class Digits(str):
    """A number with the digits it is written in, which a double may not carry."""

    __slots__ = ()


class Nested(NamedTuple):
    """A list or an object where a single value should stand; `what` says which."""

    what: str


class Unsound(NamedTuple):
    """A value that stands for none, such as a spreadsheet's #N/A or JSON's NaN."""

    text: str


class Styled(NamedTuple):
    """A spreadsheet's number or time with the format it is shown in."""

    value: int | float | date | datetime | time
    format: str


Value = None | bool | int | float | str | date | datetime | time | Nested | Unsound | Styled
"""What one cell may hold. A `str` is text that is meant as text, unless it is Plain or Digits."""


class RawRow(NamedTuple):
    """One record: its values, by name or in the header's order, and where it begins."""

    line: int
    """The physical line, the sheet's row, or the number of the row in a file without lines."""
    values: Mapping[str, Value] | Sequence[Value]
    item: int | None = None
    """Its number in the list it is in, from 0; None where it is in none."""
    doubled: tuple[str, ...] = ()
    """Names that stand twice in the record."""


class RawText(NamedTuple):
    """One record as the text of a JSON value, with all that is nested in it."""

    line: int
    """The physical line it begins at."""
    text: str


class RawProblem(NamedTuple):
    """A place where a file is not what its format asks for, or holds no record."""

    code: str
    message: str
    line: int | None = None
    last: bool = False
    """Whether nothing after it could be read."""
    hint: str | None = None
    """How to mend it, where that is not what the rule says."""
    cell: str | None = None
    """The cell of a sheet it is in."""


class RawTable(NamedTuple):
    """The records of one table, which can be gone through more than once."""

    name: str | None
    """What the file calls it: a dataset's key, a sheet's name; None where the file is one table."""
    rows: Callable[[], Iterator[RawRow | RawProblem]]
    header: tuple[str, ...] | None = None
    """The columns as they are written; None where each record has its own names."""
    header_line: int = 1
    pointer: str | None = None
    """The JSON Pointer of the list of records, or None where there is no such thing."""
    sheet: str | None = None
    """The sheet's name, where cells have names such as C7."""
    typed: bool = True
    """Whether text and numbers are told apart on purpose, as JSON does and spreadsheets do not."""
    shares: bool = False
    """Whether one value of the file may stand for several, as by YAML's anchors and merges."""
    texts: Callable[[], Iterator[RawText | RawProblem]] | None = None
    """The records as JSON, where they can hold more than flat values."""


class RawError(Exception):
    """A file of which nothing can be read; `problem` says why."""

    def __init__(self, problem: RawProblem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def described(value: Any) -> str:
    """A value of JSON or YAML in words, for messages."""
    match value:
        case None:
            return "null"
        case bool():
            return "a truth value"
        case list() | tuple():
            return "a list"
        case Mapping():
            return "an object"
        case Plain() | Digits() | int() | float():
            return "a single value"
        case str():
            return "a text"
    return "a single value"


def pointer_to(*parts: str | int) -> str:
    """A JSON Pointer (RFC 6901)."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)


def no_table(
    names: Collection[str], lists: Collection[str], table: str | None, line: int
) -> RawProblem | None:
    """What is wrong with an object in which no name is a table's; None where that is no matter.

    `lists`: those of its names under which a list stands; `table`: the one that it is a record of
    if it is one.
    """
    if not names:
        return RawProblem("file/empty", "holds an empty object; expected records", hint=_HOW)
    if table is not None and lists:
        message = f"holds a list under {min(lists)!r}, which is no table; expected the list alone"
        hint = f'Write the list alone, or name it by its table: {{"{table}": [ … ]}}.'
        return RawProblem("file/shape", message, line, hint=hint)
    if table is None and not lists:
        told = ", ".join(repr(name) for name in list(names)[:_TOLD])
        more = ", …" if len(names) > _TOLD else ""
        message = f"holds an object whose names are of no table: {told}{more}"
        hint = (
            "Put each table's records in a list that bears its name; if the file is one record, "
            "name its table with --table."
        )
        return RawProblem("table/unknown", message, line, hint=hint)
    return None


_TOLD = 6
_HOW = "Write a list of records, or an object with a list for each table."


def nothing() -> RawProblem:
    """What is wrong with a file of no values."""
    return RawProblem("file/empty", "holds nothing; expected a list of records", hint=_HOW)


def twice(name: str) -> str:
    """What is said of a list whose name stands twice."""
    return f"holds two lists that are called {name!r}; most programs read the last alone"
