"""YAML: records with the line each begins at, and the place of any value.

Scalars are read as they are written: `2023-10-17` stays that text and `no` stays a word, whatever
the column; only the column says what a word without quotation marks means.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from chippolicy.formats.raw import (
    Nested,
    Plain,
    RawError,
    RawProblem,
    RawRow,
    RawTable,
    RawText,
    Value,
    no_table,
    nothing,
    pointer_to,
    twice,
)

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_MERGE = "<<"
_break = re.compile(r"\r\n?|\n").finditer
MOST_ALIASED = 10
"""So many times the values a file has may be read of it, aliases followed: beyond, it is a trap."""
_FREE = 1_000


@dataclass(slots=True)
class _Node:
    """A part of a document, and where it stands."""

    line: int
    start: int
    end: int


@dataclass(slots=True)
class _Scalar(_Node):
    value: str
    style: str | None
    """The mark a scalar begins with; None where it is plain."""


@dataclass(slots=True)
class _List(_Node):
    items: list[_Node] = field(default_factory=list)


@dataclass(slots=True)
class _Map(_Node):
    pairs: list[tuple[_Node, _Node]] = field(default_factory=list)
    key: _Node | None = None


class _Document:
    """The parts of a document as a tree; nothing in it is given a type or run."""

    def __init__(self, text: str) -> None:
        self.root: _Node | None = None
        self.size = 0
        """How many values it has, long texts counting for more."""
        self.shares = False
        """Whether a value may stand for several: an anchor is set, or a mapping merged."""
        self.more: int | None = None
        """The line on which a second document begins."""
        self._read(text)

    def _read(self, text: str) -> None:
        import yaml

        loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        anchors: dict[str, _Node] = {}
        open_nodes: list[_List | _Map] = []
        # Lines as an editor counts them: YAML has breaks of its own besides, such as U+2028.
        breaks = [match.end() for match in _break(text)]
        documents = 0
        try:
            for event in yaml.parse(text, Loader=loader):
                mark: Any = event.start_mark
                end: Any = event.end_mark
                place = (bisect_right(breaks, mark.index) + 1, mark.index, end.index)
                node: _Node
                match event:
                    case yaml.DocumentStartEvent():
                        documents += 1
                        if documents == 2:
                            self.more = place[0]
                            return
                        continue
                    case yaml.ScalarEvent():
                        node = _Scalar(*place, event.value, event.style or None)
                    case yaml.AliasEvent():
                        if event.anchor not in anchors:
                            raise _syntax(f"the alias *{event.anchor} names nothing", mark)
                        node = anchors[event.anchor]
                    case yaml.SequenceStartEvent():
                        node = _List(*place)
                    case yaml.MappingStartEvent():
                        node = _Map(*place)
                    case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                        open_nodes.pop().end = end.index
                        continue
                    case _:
                        continue
                self.size += 1 if isinstance(event, yaml.AliasEvent) else _weight(node)
                self._put(node, open_nodes)
                if isinstance(event, yaml.AliasEvent):
                    continue
                if event.anchor:
                    anchors[event.anchor] = node
                    self.shares = True
                if isinstance(node, _Scalar) and node.value == _MERGE:
                    self.shares = True
                if isinstance(node, (_List, _Map)):
                    open_nodes.append(node)
        except yaml.MarkedYAMLError as error:
            reason = ": ".join(part for part in (error.context, error.problem) if part)
            if "nesting depth" in reason:
                # The limit of newer parsers, in words of ours.
                reason = "it is nested too deeply"
            raise _syntax(reason, error.problem_mark) from error
        except yaml.YAMLError as error:
            raise _unreadable(error, breaks) from error

    def _put(self, node: _Node, open_nodes: list[_List | _Map]) -> None:
        if not open_nodes:
            if self.root is None:
                self.root = node
            return
        match open_nodes[-1]:
            case _List(items=items):
                items.append(node)
            case _Map(key=None) as above:
                above.key = node
            case _Map(key=key) as above if key is not None:
                above.pairs.append((key, node))
                above.key = None


def _weight(node: _Node) -> int:
    """What a node counts for: one, and more if it is a long text."""
    return 1 + len(node.value) // 64 if isinstance(node, _Scalar) else 1


def _syntax(reason: str, mark: Any) -> RawError:
    if mark is None:
        return RawError(RawProblem("file/syntax", f"is not YAML: {reason}"))
    line, column = mark.line + 1, mark.column + 1
    message = f"is not YAML: {reason} (line {line:,}, character {column:,})"
    return RawError(RawProblem("file/syntax", message, line, last=True))


def _unreadable(error: Any, breaks: list[int]) -> RawError:
    """The error for a character that YAML does not allow."""
    code, at = getattr(error, "character", None), getattr(error, "position", None)
    if isinstance(code, str):
        code = ord(code)
    if not isinstance(code, int) or not isinstance(at, int):
        return RawError(RawProblem("file/syntax", f"is not YAML: {error}"))
    line = bisect_right(breaks, at) + 1
    message = f"is not YAML: the character U+{code:04X} may not stand in it (line {line:,})"
    return RawError(RawProblem("file/syntax", message, line, hint="Take the character away."))


class _Budget:
    """How many values may yet be read: aliases can make a million of a line."""

    def __init__(self, size: int) -> None:
        self.left = MOST_ALIASED * size + _FREE

    def spend(self, count: int, line: int) -> None:
        """Take some. Raises RawError where none are left."""
        self.left -= count
        if self.left < 0:
            message = f"has aliases that make more than {MOST_ALIASED} times the file of it"
            raise RawError(RawProblem("file/shape", message, line, last=True))


def read_yaml(path: Path, tables: Collection[str], table: str | None) -> list[RawTable]:
    """The tables of a YAML file: a list of records, or a list for each table.

    `table`: the one that a bare list or record is of. Raises RawError where there is none, and
    UnicodeDecodeError where it is not UTF-8.
    """
    document = _Document(path.read_text(encoding="utf-8-sig"))
    root = document.root
    if document.more is not None:
        message = "holds more than one document; expected one list of records"
        raise RawError(RawProblem("file/shape", message, document.more))
    if root is None or (isinstance(root, _Scalar) and _is_null(root)):
        raise RawError(nothing())
    if isinstance(root, _List):
        return [_table(None, root, document, "")]
    if not isinstance(root, _Map):
        message = (
            "holds a single value; expected a list of records, or a mapping with a list for each "
            "table"
        )
        raise RawError(RawProblem("file/shape", message, root.line))
    names = [(_name(key), value) for key, value in root.pairs]
    if not {name for name, _ in names} & set(tables):
        lists = [name for name, value in names if _is_list(value, table)]
        if problem := no_table([name for name, _ in names], lists, table, root.line):
            raise RawError(problem)
        if table is not None:
            return [_table(None, root, document, "")]
    doubled = {name for name, count in Counter(name for name, _ in names).items() if count > 1}
    if doubled & set(tables):
        raise RawError(RawProblem("file/shape", twice(min(doubled)), root.line))
    return [
        _table(name, value, document, pointer_to(name), listed=True)
        for name, value in names
        if name != "$schema"
    ]


def _is_list(node: _Node, table: str | None) -> bool:
    """Whether a node is a list; one of mappings, where what it is in may be a record."""
    if not isinstance(node, _List):
        return False
    return table is None or any(isinstance(item, _Map) for item in node.items)


def _table(
    name: str | None, node: _Node, document: _Document, pointer: str, *, listed: bool = False
) -> RawTable:
    """The records of a list, or the one that a mapping is unless a list is asked for."""
    alone = isinstance(node, _Map) and not listed
    return RawTable(
        name,
        partial(_rows, node, document, alone),
        pointer=pointer,
        texts=partial(_texts, node, document, alone),
        shares=document.shares,
    )


def _rows(node: _Node, document: _Document, alone: bool) -> Iterator[RawRow | RawProblem]:
    budget = _Budget(document.size)
    for one in _records(node, alone):
        if isinstance(one, RawProblem):
            yield one
            continue
        item, record = one
        try:
            yield _row(record, item, budget)
        except RawError as error:
            yield error.problem
            return


def _texts(node: _Node, document: _Document, alone: bool) -> Iterator[RawText | RawProblem]:
    budget = _Budget(document.size)
    for one in _records(node, alone):
        if isinstance(one, RawProblem):
            yield one
            continue
        _, record = one
        try:
            yield RawText(record.line, _json(record, budget, frozenset()))
        except RawError as error:
            yield error.problem
            return
        except RecursionError:
            yield RawProblem("file/shape", "a record is nested too deeply", record.line)


def _records(node: _Node, alone: bool) -> Iterator[tuple[int | None, _Map] | RawProblem]:
    """The records of a list, each with its number, or the one that stands alone."""
    if alone and isinstance(node, _Map):
        yield None, node
        return
    if not isinstance(node, _List):
        if isinstance(node, _Scalar) and _is_null(node):
            return
        message = f"holds {_what(node)} where a list of records is expected"
        yield RawProblem("file/shape", message, node.line)
        return
    for number, item in enumerate(node.items):
        if isinstance(item, _Map):
            yield number, item
        else:
            message = f"item {number + 1} of a list is {_what(item)}; expected a record"
            yield RawProblem("file/shape", message, item.line)


_is_number = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?").fullmatch


def _json(node: _Node, budget: _Budget, above: frozenset[int]) -> str:
    """A node as JSON; of the words without quotation marks JSON's own are what they are there."""
    budget.spend(_weight(node), node.line)
    if id(node) in above:
        raise RawError(
            RawProblem("file/shape", "has an alias inside what it names", node.line, last=True)
        )
    match node:
        case _Map():
            # Names that stand there twice are kept: it is not decided here which one holds.
            inner = above | {id(node)}
            pairs = (
                f"{json.dumps(name)}: {_json(value, budget, inner)}"
                for name, value in _pairs(node, budget, set())
            )
            return f"{{{', '.join(pairs)}}}"
        case _List(items=items):
            inner = above | {id(node)}
            return f"[{', '.join([_json(item, budget, inner) for item in items])}]"
        case _:
            value = _value(node)
            if isinstance(value, Plain) and (value in ("true", "false") or _is_number(value)):
                return str(value)
            return json.dumps(value)


def _row(node: _Map, item: int | None, budget: _Budget) -> RawRow:
    values: dict[str, Value] = {}
    doubled: dict[str, None] = {}
    for name, value in _pairs(node, budget, set()):
        if name in values:
            doubled[name] = None
        budget.spend(_weight(value) - 1, node.line)
        values[name] = _value(value)
    return RawRow(node.line, values, item, tuple(doubled))


def _pairs(node: _Map, budget: _Budget, above: set[int]) -> Iterator[tuple[str, _Node]]:
    """The names and values of a mapping; what it merges (`<<`) comes first and gives way."""
    budget.spend(len(node.pairs), node.line)
    own = [(_name(key), value) for key, value in node.pairs]
    names = {name for name, _ in own}
    merged = [value for name, value in own if name == _MERGE]
    above = above | {id(node)}
    taken: set[str] = set()
    for value in merged:
        for source in value.items if isinstance(value, _List) else [value]:
            if not isinstance(source, _Map) or id(source) in above:
                message = "merges (<<) what is no mapping, or itself"
                raise RawError(RawProblem("file/shape", message, value.line, last=True))
            for name, inner in _pairs(source, budget, above):
                if name not in names and name not in taken:
                    taken.add(name)
                    yield name, inner
    yield from (pair for pair in own if pair[0] != _MERGE)


def _name(node: _Node) -> str:
    return node.value if isinstance(node, _Scalar) else f"({_what(node)})"


def _what(node: _Node) -> str:
    match node:
        case _List():
            return "a list"
        case _Map():
            return "a mapping"
        case _Scalar() if _is_null(node):
            return "null"
    return "a single value"


def _is_null(node: _Scalar) -> bool:
    return node.style is None and node.value in _NULL


def _value(node: _Node) -> Value:
    if not isinstance(node, _Scalar):
        return Nested(_what(node))
    if _is_null(node):
        return None
    if node.style is None:
        return Plain(node.value)
    if node.style in ("|", ">"):
        # The line break that ends a block belongs to the file, not to the value.
        return node.value.removesuffix("\n")
    return node.value


def spans(text: str, pointers: Collection[str]) -> dict[str, tuple[int, int]]:
    """Where in a YAML text the values stand that some JSON Pointers name, as offsets.

    A value that is not there stands where the mapping does that should have it.
    """
    text = text.removeprefix("\ufeff")
    found: dict[str, tuple[int, int]] = {}
    try:
        root = _Document(text).root
    except RawError:
        return found
    for pointer in pointers:
        node = root
        for part in pointer.split("/")[1:]:
            inner = _inside(node, part.replace("~1", "/").replace("~0", "~"))
            if inner is None:
                break
            node = inner
        if node is not None:
            found[pointer] = (node.start, node.end)
    return found


def _inside(node: _Node | None, part: str) -> _Node | None:
    match node:
        case _List(items=items) if part.isdecimal() and int(part) < len(items):
            return items[int(part)]
        case _Map(pairs=pairs):
            return next((value for key, value in pairs if _name(key) == part), None)
    return None
