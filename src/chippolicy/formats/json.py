"""JSON and JSON Lines: records with the line each begins at, and the place of any value."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator
from functools import cached_property, partial
from pathlib import Path
from typing import Any, NamedTuple

from chippolicy.formats.raw import (
    Digits,
    Nested,
    RawError,
    RawProblem,
    RawRow,
    RawTable,
    RawText,
    Unsound,
    Value,
    described,
    no_table,
    nothing,
    pointer_to,
    twice,
)

_blank = re.compile(r"[ \t\n\r]*").match
_DEPTH = "it is nested too deeply"


class _Object(dict[str, Any]):
    """An object, with the names that stand in it twice."""

    doubled: tuple[str, ...] = ()


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    found = _Object(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        found.doubled = tuple(dict.fromkeys(name for name in names if names.count(name) > 1))
    return found


def _integer(digits: str) -> int | Digits:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else Digits(digits)


_LONGEST_INTEGER = 40
"""So many digits are read as a number; Python reads no more than 4,300, and none is meant."""

_decoder = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=Digits,
    parse_constant=Unsound,
    strict=True,
)


def read_json(path: Path, tables: Collection[str], table: str | None) -> list[RawTable]:
    """The tables of a JSON file: a list of records, or a list for each table.

    `table`: the one that a bare list or record is of. Raises RawError where there is none, and
    UnicodeDecodeError where it is not UTF-8.
    """
    text = _Text(path.read_text(encoding="utf-8-sig"))
    at = text.after_blanks(0)
    match text.value[at : at + 1]:
        case "[":
            return [_table(None, text, partial(_list_items, text, at, outermost=True), "")]
        case "{":
            return _of_object(text, at, tables, table)
        case "":
            raise RawError(nothing())
    value, _ = text.decode(at)
    raise RawError(
        RawProblem(
            "file/shape",
            f"holds {described(value)}; expected a list of records, or an object with a list for "
            "each table",
            text.line(at),
        )
    )


def _of_object(text: _Text, at: int, tables: Collection[str], table: str | None) -> list[RawTable]:
    members: list[tuple[str, int]] = []
    fault: RawProblem | None = None
    seen: set[str] = set()
    try:
        for member in text.members(at, outermost=True):
            # One by one: what stands before a fault is kept.
            members.append(member)  # noqa: PERF402
    except RawError as error:
        fault = error.problem
    last = next((start for name, start in reversed(members) if name in tables), None)
    if last is None:
        if fault is not None:
            raise RawError(fault)
        lists = [name for name, start in members if _begins_list(text, start, table)]
        if problem := no_table([name for name, _ in members], lists, table, text.line(at)):
            raise RawError(problem)
        if table is not None:
            return [_table(None, text, partial(_only_item, text, at), "")]
    found: list[RawTable] = []
    for name, start in members:
        if name == "$schema":
            continue
        # What stands before a fault can be read; it is told with the last table before it.
        after = fault if start == last else None
        if name in seen and after is None:
            after = RawProblem("file/shape", twice(name), text.line(start))
        seen.add(name)
        found.append(
            _table(name, text, partial(_list_items, text, start, fault=after), pointer_to(name))
        )
    return found


def _begins_list(text: _Text, at: int, table: str | None) -> bool:
    """Whether a list stands at an offset; one of objects, where the object may be a record."""
    if text.value[at] != "[":
        return False
    return table is None or text.value[text.after_blanks(at + 1)] == "{"


class _Item(NamedTuple):
    """A record, and where in the text it stands; `number` is its place in its list."""

    value: _Object
    start: int
    end: int
    number: int | None = None


_Items = Iterator[_Item | RawProblem]


def _table(name: str | None, text: _Text, items: Callable[[], _Items], pointer: str) -> RawTable:
    return RawTable(
        name,
        partial(_rows, text, items),
        pointer=pointer,
        texts=partial(_texts, text, items),
    )


def _rows(text: _Text, items: Callable[[], _Items]) -> Iterator[RawRow | RawProblem]:
    for one in items():
        if isinstance(one, _Item):
            yield _row(one.value, text.line(one.start), one.number)
        else:
            yield one


def _texts(text: _Text, items: Callable[[], _Items]) -> Iterator[RawText | RawProblem]:
    for one in items():
        if isinstance(one, _Item):
            yield RawText(text.line(one.start), text.value[one.start : one.end])
        else:
            yield one


def _only_item(text: _Text, at: int) -> _Items:
    """The record that is all of a file."""
    value, end = text.decode(at)
    yield _Item(value, at, end)


def _list_items(
    text: _Text, at: int, *, outermost: bool = False, fault: RawProblem | None = None
) -> _Items:
    """The records of the list that begins at an offset, then a fault that follows it.

    After an outermost list nothing may follow.
    """
    if text.value[at] != "[":
        try:
            value, _ = text.decode(at)
        except RawError as error:
            yield error.problem
            return
        what = f"holds {described(value)} where a list of records is expected"
        yield RawProblem("file/shape", what, text.line(at))
    else:
        try:
            yield from _in_list(text, at, outermost)
        except RawError as error:
            yield error.problem
            return
    if fault is not None:
        yield fault


def _in_list(text: _Text, at: int, outermost: bool) -> _Items:
    at = text.after_blanks(at + 1)
    number = 0
    while text.value[at : at + 1] != "]" or number:
        value, end = text.decode(at)
        if isinstance(value, _Object):
            yield _Item(value, at, end, number)
        else:
            what = f"item {number + 1} of a list is {described(value)}; expected a record"
            yield RawProblem("file/shape", what, text.line(at))
        number += 1
        at = text.after_blanks(end)
        if text.value[at : at + 1] == "]":
            break
        if text.value[at : at + 1] != ",":
            raise text.broken(at, "a comma or the end of the list is expected")
        at = text.after_blanks(at + 1)
    if outermost:
        text.must_end(at + 1)


def read_jsonl(path: Path) -> list[RawTable]:
    """The one table of a JSON Lines file. Raises UnicodeDecodeError where it is not UTF-8."""
    return [RawTable(None, partial(_lines, path), pointer=None)]


def _lines(path: Path) -> Iterator[RawRow | RawProblem]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, line in enumerate(file, 1):
            stripped = line.strip()
            if not stripped:
                continue
            try:
                value = _decoder.decode(stripped)
            except (ValueError, RecursionError) as error:
                yield RawProblem("file/syntax", f"a line is not JSON: {reason(error)}", number)
                continue
            if isinstance(value, _Object):
                yield _row(value, number)
            else:
                what = f"a line holds {described(value)}; expected a record"
                yield RawProblem("file/shape", what, number)


def _row(value: _Object, line: int, item: int | None = None) -> RawRow:
    return RawRow(line, {name: _flat(one) for name, one in value.items()}, item, value.doubled)


def _flat(value: Any) -> Value:
    if isinstance(value, (dict, list)):
        return Nested(described(value))
    found: Value = value
    return found


class _Text:
    """The text of a JSON file, and where in it things are."""

    def __init__(self, value: str) -> None:
        self.value = value

    @cached_property
    def _breaks(self) -> list[int]:
        return [match.start() for match in re.finditer(r"\r\n?|\n", self.value)]

    def line(self, at: int) -> int:
        """The physical line an offset is on."""
        return bisect_right(self._breaks, at - 1) + 1

    def after_blanks(self, at: int) -> int:
        """Where the next character stands that is not blank."""
        match = _blank(self.value, at)
        assert match is not None  # the pattern also matches nothing
        return match.end()

    def decode(self, at: int) -> tuple[Any, int]:
        """The value that begins at an offset, and where it ends. Raises RawError."""
        try:
            return _decoder.raw_decode(self.value, at)
        except (ValueError, RecursionError) as error:
            place = error.pos if isinstance(error, json.JSONDecodeError) else at
            raise self.broken(place, reason(error)) from error

    def broken(self, at: int, why: str) -> RawError:
        """The error for text that is no JSON from an offset on."""
        line = self.line(at)
        column = at - (self._breaks[line - 2] if line > 1 else -1)
        return RawError(
            RawProblem(
                "file/syntax",
                f"is not JSON: {why} (line {line:,}, character {column:,})",
                line,
                last=True,
            )
        )

    def must_end(self, at: int) -> None:
        """Raises RawError where more than blanks follow."""
        at = self.after_blanks(at)
        if at < len(self.value):
            error = self.broken(at, "nothing is expected after the end")
            if self.value[at] == "{":
                hint = "Join the records in one list; if each has its line, name the file .jsonl."
                error = RawError(error.problem._replace(hint=hint))
            raise error

    def members(self, at: int, *, outermost: bool = False) -> Iterator[tuple[str, int]]:
        """The names in the object at an offset, each with where its value begins.

        Raises RawError at a slip, and where anything follows an outermost object.
        """
        at = self.after_blanks(at + 1)
        while self.value[at : at + 1] != "}":
            name, at = self.decode(at)
            at = self.after_blanks(at)
            if not isinstance(name, str) or self.value[at : at + 1] != ":":
                raise self.broken(at, "a name and a colon are expected")
            at = self.after_blanks(at + 1)
            yield name, at
            _, at = self.decode(at)
            at = self.after_blanks(at)
            if self.value[at : at + 1] == ",":
                at = self.after_blanks(at + 1)
            elif self.value[at : at + 1] != "}":
                raise self.broken(at, "a comma or the end of the object is expected")
        if outermost:
            self.must_end(at + 1)

    def items(self, at: int) -> Iterator[tuple[str, int]]:
        """The numbers of the items in the list at an offset, each with where it begins."""
        at = self.after_blanks(at + 1)
        number = 0
        while self.value[at : at + 1] != "]":
            yield str(number), at
            number += 1
            _, at = self.decode(at)
            at = self.after_blanks(at)
            if self.value[at : at + 1] != ",":
                return
            at = self.after_blanks(at + 1)


def spans(text: str, pointers: Collection[str]) -> dict[str, tuple[int, int]]:
    """Where in a JSON text the values stand that some JSON Pointers name, as offsets.

    A value that is not there stands where the object begins that should have it.
    """
    whole = _Text(text)
    found: dict[str, tuple[int, int]] = {}
    try:
        start = whole.after_blanks(1 if text[:1] == "\ufeff" else 0)
        _walk(whole, start, "", set(pointers), found)
    except RawError:
        # What stands before a fault is found all the same.
        pass
    return found


def _walk(
    text: _Text, at: int, here: str, wanted: set[str], found: dict[str, tuple[int, int]]
) -> None:
    below = [one for one in wanted if one.startswith(f"{here}/")]
    match text.value[at : at + 1]:
        case "{" if below:
            inside = text.members(at)
        case "[" if below:
            inside = text.items(at)
        case _:
            if here in wanted or below:
                _, end = text.decode(at)
                found |= dict.fromkeys([*below, here], (at, end))
            return
    if here in wanted:
        found[here] = (at, at + 1)
    groups: dict[str, set[str]] = {}
    for one in below:
        groups.setdefault(one[len(here) + 1 :].partition("/")[0], set()).add(one)
    for name, start in inside:
        token = name.replace("~", "~0").replace("/", "~1")
        if token in groups:
            _walk(text, start, f"{here}/{token}", groups.pop(token), found)
            if not groups:
                return
    for rest in groups.values():
        found |= dict.fromkeys(rest, (at, at + 1))


def _slip(error: json.JSONDecodeError) -> str:
    """What is wrong with a text that is no JSON, told by what stands there."""
    rest = error.doc[error.pos : error.pos + 3]
    if error.msg == "Extra data":
        return "more follows after the end of the value"
    if rest[:1] in ("]", "}") or error.msg.startswith("Illegal trailing comma"):
        return "a value is missing, or a comma stands before the end"
    if rest.startswith(("//", "/*", "#")):
        return "a comment stands here, and JSON has none"
    if rest == "```":
        return "a mark of Markdown (```) stands here, and is no part of the data"
    if rest[:1] == "'":
        return "a single quotation mark stands here; JSON has double ones"
    return _lower(error.msg).removesuffix(" at").removesuffix(" starting")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def reason(error: Exception) -> str:
    """Why a text could not be decoded, in words for a person."""
    if isinstance(error, json.JSONDecodeError):
        return _slip(error)
    if isinstance(error, RecursionError):
        return _DEPTH
    if "string conversion" in str(error):
        # Python's limit on the digits of whole numbers.
        return "a number has too many digits"
    return _lower(str(error))
