"""Dates in order: the date rules read plainly, one row at a time, and rows mended by them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from chippolicy.edtf import Truth, parse
from chippolicy.rules import RULES, Order, Path, Where

Row = dict[str, Any]
Tables = Mapping[str, Sequence[Row]]


class Disorder(NamedTuple):
    """A row in which one date comes, or may come, after another."""

    code: str
    part: Order
    row: Row
    certain: bool
    cells: tuple[tuple[Row, str], tuple[Row, str]]
    """The two dates, each as a row and its column."""


def disorders(tables: Tables) -> Iterator[Disorder]:
    """Every pair of dates of a data set that a rule finds out of order, or in doubt."""
    by_reference = {
        f"{name}/{row['id']}": row
        for name, rows in tables.items()
        for row in rows
        if isinstance(row.get("id"), str)
    }
    for rule in RULES:
        for part in rule.parts:
            if not isinstance(part, Order):
                continue
            for row in tables.get(part.table, ()):
                first = _cell(part.first, row, by_reference)
                then = _cell(part.then, row, by_reference)
                if not first or not then:
                    continue
                if not all(_holds(where, row, by_reference) for where in part.where):
                    continue
                truth = _after(first[0][first[1]], then[0][then[1]])
                if truth is Truth.YES or (truth is Truth.CANNOT_TELL and rule.doubtful):
                    yield Disorder(rule.code, part, row, truth is Truth.YES, (first, then))


def put_in_order(tables: Tables, required: Mapping[str, frozenset[str]]) -> None:
    """Blank dates, those of `required` columns left alone, until no two are out of order."""
    owner = {id(row): name for name, rows in tables.items() for row in rows}
    while True:
        found = next(disorders(tables), None)
        if found is None:
            return
        for row, column in reversed(found.cells):
            if column not in required[owner[id(row)]]:
                del row[column]
                break


def _after(first: str, then: str) -> Truth:
    # Written alike they are the same time, as far as anybody knows.
    return Truth.NO if first == then else parse(then).before(parse(first))


def _target(path: Path, row: Row, by_reference: Mapping[str, Row]) -> tuple[Row, str] | None:
    if path.table is None or path.of is None:
        return row, path.column
    key = row.get(path.column)
    if not isinstance(key, str):
        return None
    whole = key if path.by_reference else f"{path.table}/{key}"
    other = by_reference.get(whole) if whole.startswith(f"{path.table}/") else None
    return None if other is None else (other, path.of)


def _cell(path: Path, row: Row, by_reference: Mapping[str, Row]) -> tuple[Row, str] | None:
    found = _target(path, row, by_reference)
    return found if found and found[0].get(found[1]) else None


def _holds(where: Where, row: Row, by_reference: Mapping[str, Row]) -> bool:
    found = _target(where.path, row, by_reference)
    if found is None:
        return False
    value = found[0].get(found[1]) or ""
    return (value in where.among) != where.negated
