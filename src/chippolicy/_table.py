"""One table of a dataset: read when it is first touched, its records built when asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from chippolicy.derive.plan import ColumnPlan, TablePlan, load_plan
from chippolicy.formats.cells import decode, encode
from chippolicy.formats.csv import StructureError, placed_rows
from chippolicy.rules.nearest import nearest

if TYPE_CHECKING:
    from pydantic import ValidationError

    from chippolicy.records import Record

R = TypeVar("R", bound="Record", covariant=True)
T = TypeVar("T")

Key = str | tuple[Any, ...]
"""A record's key: its text, parts joined with `+`, or the parts themselves."""

_LONGEST = 60


class DataError(ValueError):
    """Data that cannot be loaded: the file, and where known the line, column and value."""

    def __init__(
        self,
        reason: str,
        *,
        path: Path | None = None,
        line: int | None = None,
        column: str | None = None,
        value: str | None = None,
    ) -> None:
        self.reason, self.path, self.line = reason, path, line
        self.column, self.value = column, value
        place = ":".join(str(part) for part in (path, line) if part is not None)
        what = f"{column}: {reason}" if column else reason
        super().__init__(f"{place}: {what}" if place else what)


class UnknownFieldError(ValueError):
    """A table has no such field; the message offers the nearest."""


@dataclass(frozen=True)
class Sheet:
    """What a CSV holds, as text: cells are not looked at yet."""

    header: tuple[str, ...]
    lines: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: dict[tuple[str, ...], int]
    """The number of the row that has a key."""


@dataclass(frozen=True, eq=False, repr=False)
class Table(Generic[R]):
    """The records of one table, in the file's order.

    Iterating gives records; `table[key]`, `get` and `in` take a key as text (`"nvidia-h20"`, parts
    of a composite key joined: `"nvidia-h20+fp8"`) or a tuple of its parts. A file that is no sound
    table raises `DataError` when the table is first touched, a bad cell when its record is.
    """

    plan: TablePlan
    path: Path | None
    """The CSV, or None where the dataset does not have this table: it is empty then."""

    @property
    def name(self) -> str:
        """The table's name."""
        return self.plan.name

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the file, or of the empty table, in their order."""
        return self._sheet.header

    def __repr__(self) -> str:
        return f"<Table {self.name} of {self.path}>"

    def __len__(self) -> int:
        return len(self._sheet.rows)

    def __iter__(self) -> Iterator[R]:
        return map(self.record_at, range(len(self)))

    def __contains__(self, key: object) -> bool:
        return self.number_of(key) is not None

    def __getitem__(self, key: Key) -> R:
        number = self.number_of(key)
        if number is None:
            near = nearest(key, self.keys()) if isinstance(key, str) else None
            hint = f"; did you mean {near!r}?" if near else ""
            raise KeyError(f"no record {key!r} in {self.name}{hint}")
        return self.record_at(number)

    @overload
    def get(self, key: Key) -> R | None: ...

    @overload
    def get(self, key: Key, default: T) -> R | T: ...

    def get(self, key: Key, default: T | None = None) -> R | T | None:
        """The record with a key, or the default."""
        number = self.number_of(key)
        return default if number is None else self.record_at(number)

    def keys(self) -> tuple[str, ...]:
        """The key of every record as text, in the file's order."""
        return tuple(map("+".join, self._sheet.numbers))

    def where(self, **equals: Any) -> tuple[R, ...]:
        """The records whose fields have the values given; a set, list or tuple means any of them.

        None means blank. Raises UnknownFieldError for a field the table does not have.
        """
        return tuple(self.record_at(number) for number in self.matching(equals))

    def rows(self, **equals: Any) -> Iterator[dict[str, str]]:
        """The rows as text by column, perhaps only those that `where` would find."""
        for number in self.matching(equals):
            yield self.row_at(number)

    def values(self, **equals: Any) -> Iterator[dict[str, Any]]:
        """The same rows as JSON would have them: numbers, true and false, None for blank."""
        for row in self.rows(**equals):
            yield {
                name: decode(self.plan.by_name[name].base, text)
                if name in self.plan.by_name
                else text or None
                for name, text in row.items()
            }

    def must_have(self, names: Iterable[str]) -> tuple[str, ...]:
        """The names as they are; raises UnknownFieldError if one is no field of the table."""
        found = tuple(names)
        for name in found:
            self._index(name)
        return found

    def matching(self, equals: Mapping[str, Any]) -> Iterator[int]:
        """The numbers of the rows (from 0) whose fields have the values given."""
        tests = [(self._index(name), self._accepted(name, value)) for name, value in equals.items()]
        for number, cells in enumerate(self._sheet.rows):
            if all(self._text(index, cells) in accepted for index, accepted in tests):
                yield number

    def row_at(self, number: int) -> dict[str, str]:
        """The row with a number (from 0) as text by column."""
        return dict(zip(self.columns, self._sheet.rows[number], strict=True))

    def record_at(self, number: int) -> R:
        """The record of the row with a number (from 0)."""
        record = self._records.get(number)
        if record is None:
            record = self._records.setdefault(number, self._build(number))
        return record

    @property
    def sheet(self) -> Sheet:
        """What the file holds, as text: read now if it was not."""
        return self._sheet

    @cached_property
    def _records(self) -> dict[int, R]:
        return {}

    @cached_property
    def _sheet(self) -> Sheet:
        if self.path is None:
            return Sheet(self.plan.names, (), (), {})
        return _read(self.path, self.plan)

    @cached_property
    def _by_text(self) -> dict[str, int]:
        texts: dict[str, int] = {}
        for key, number in self._sheet.numbers.items():
            texts.setdefault("+".join(key), number)
        return texts

    def number_of(self, key: object) -> int | None:
        """The number (from 0) of the row that has a key, or None."""
        if isinstance(key, str):
            return self._by_text.get(key)
        if isinstance(key, tuple):
            return self._sheet.numbers.get(tuple(map(encode, key)))
        if getattr(key, "table", None) == self.name:
            parts = tuple(encode(getattr(key, part)) for part in self.plan.key)
            return self._sheet.numbers.get(parts)
        return None

    def _index(self, name: str) -> int | None:
        if name in self.columns:
            return self.columns.index(name)
        if name in self.plan.by_name:
            return None  # an optional column that the file leaves out: always blank
        near = nearest(name, self.columns)
        hint = f"; did you mean {near!r}?" if near else ""
        raise UnknownFieldError(f"{self.name} has no field {name!r}{hint}")

    @staticmethod
    def _text(index: int | None, cells: tuple[str, ...]) -> str:
        return "" if index is None else cells[index]

    def _accepted(self, name: str, value: Any) -> _Accepted:
        values = value if isinstance(value, (set, frozenset, list, tuple)) else (value,)
        return _Accepted(self.plan.by_name.get(name), frozenset(map(encode, values)))

    def _build(self, number: int) -> R:
        from pydantic import ValidationError

        from chippolicy.records import TABLES

        values: dict[str, Any] = {}
        for name, text in self.row_at(number).items():
            column = self.plan.by_name.get(name)
            values[name] = decode(column.base, text) if column else (text or None)
        try:
            # mypy cannot know which class a table's name stands for; `_dataset_tables` says it.
            return TABLES[self.name].model_validate(values)  # type: ignore[return-value]
        except ValidationError as error:
            raise self._fault(number, error) from None

    def _fault(self, number: int, error: ValidationError) -> DataError:
        first, *others = error.errors(include_url=False)
        name = str(first["loc"][0]) if first["loc"] else None
        text = self.row_at(number).get(name, "") if name else ""
        column = self.plan.by_name.get(name) if name else None
        expected = f"expected {column.expected}" if column else first["msg"]
        reason = f"{_short(text)}: {expected}" if text else f"blank: {expected}"
        if others:
            reason += f" (and {len(others)} more in this row)"
        return DataError(
            f"{reason}. `chippolicy validate` tells every fault and how to mend it",
            path=self.path,
            line=self._sheet.lines[number],
            column=name,
            value=text,
        )


@dataclass(frozen=True)
class _Accepted:
    """The cell texts that count as one of some values, however a number is written."""

    column: ColumnPlan | None
    texts: frozenset[str]

    def __contains__(self, text: str) -> bool:
        if text in self.texts:
            return True
        return self.column is not None and encode(decode(self.column.base, text)) in self.texts


def _read(path: Path, plan: TablePlan) -> Sheet:
    try:
        return _checked(path, plan)
    except UnicodeDecodeError as error:
        raise DataError(f"not UTF-8 at byte {error.start}", path=path) from error
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror or error}", path=path) from error


def _checked(path: Path, plan: TablePlan) -> Sheet:
    header: tuple[str, ...] | None = None
    lines: list[int] = []
    rows: list[tuple[str, ...]] = []
    numbers: dict[tuple[str, ...], int] = {}
    place: list[int] = []
    for line, row in placed_rows(path):
        if isinstance(row, StructureError):
            raise DataError(row.reason, path=path, line=line)
        if header is None:
            header = tuple(row)
            place = _key_places(path, header, plan)
        elif row:
            if len(row) != len(header):
                reason = f"{len(row)} cells under {len(header)} columns"
                raise DataError(reason, path=path, line=line)
            key = tuple(row[index] for index in place)
            if key in numbers:
                reason = f"a second record {'+'.join(key)!r}; the first is in line "
                reason += str(lines[numbers[key]])
                raise DataError(reason, path=path, line=line)
            numbers[key] = len(rows)
            lines.append(line)
            rows.append(tuple(row))
    if header is None:
        raise DataError("the file is empty", path=path)
    return Sheet(header, tuple(lines), tuple(rows), numbers)


def _key_places(path: Path, header: tuple[str, ...], plan: TablePlan) -> list[int]:
    def refuse(name: str, reason: str) -> DataError:
        return DataError(reason, path=path, line=1, column=name)

    for name in header:
        if header.count(name) > 1:
            raise refuse(name, "the column is there twice")
        if name not in plan.by_name and not re.fullmatch(load_plan().extra_column, name):
            near = nearest(name, plan.names)
            hint = f"; did you mean {near!r}?" if near else "; your own begin with x_"
            raise refuse(name, f"{plan.name} has no such column{hint}")
    for column in plan.columns:
        if (column.required or column.name in plan.key) and column.name not in header:
            raise refuse(column.name, "the column is missing")
    return [header.index(name) for name in plan.key]


def _short(text: str) -> str:
    told = repr(text if len(text) <= _LONGEST else text[:_LONGEST])
    return told if len(text) <= _LONGEST else f"{told}…"
