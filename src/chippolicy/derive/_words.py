"""What every derived form says of a record or a column, in the same words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from chippolicy.records import Column, Record, Scalar, Term


def json_text(value: Any) -> str:
    """A derived JSON file: keys as given, two spaces, a line break at the end."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def record_title(record: type[Record]) -> str:
    """What one record is called, such as `Chip throughput`."""
    return _spaced(record.__name__)


def table_title(record: type[Record]) -> str:
    """What a table is called, such as `Policy measures`."""
    return record.table.replace("_", " ").capitalize()


def table_description(record: type[Record]) -> str:
    """What a table's records are: the class docstring on one line."""
    return " ".join((record.__doc__ or "").split())


def kind_name(kind: Scalar | type[Term]) -> str:
    """The name of a kind of value, such as `slug` or `actor-kind`."""
    if isinstance(kind, Scalar):
        return kind.name
    return _spaced(kind.__name__).lower().replace(" ", "-")


def kind_base(kind: Scalar | type[Term]) -> str:
    """The base type of a kind of value: string, integer, number, boolean or edtf."""
    return kind.base if isinstance(kind, Scalar) else "string"


def kind_description(kind: Scalar | type[Term]) -> str:
    """What a kind of value is, in a sentence."""
    if isinstance(kind, Scalar):
        return f"{kind.expected[:1].upper()}{kind.expected[1:]}."
    return " ".join((kind.__doc__ or "").split())


def type_name(kind: Scalar | type[Term]) -> str:
    """The name of a kind of value as a type, such as `RecordReference`."""
    return "".join(part.capitalize() for part in kind_name(kind).split("-"))


def reference(column: Column) -> str:
    """What a column refers to, such as `actors.id (kind company or group)`."""
    assert column.ref is not None
    kinds = f" (kind {one_of(column.ref.kinds)})" if column.ref.kinds else ""
    return f"{column.ref.table}.{target_key(column)}{kinds}"


def target_key(column: Column) -> str:
    """The key column of the table that a column refers to."""
    from chippolicy.records import TABLES

    assert column.ref is not None
    (key,) = TABLES[column.ref.table].key
    return key


def column_description(column: Column) -> str:
    """A column's meaning, then its unit and what it refers to, each in a sentence."""
    sentences = [column.description]
    if column.unit:
        sentences.append(f"Unit: {column.unit}.")
    if column.ref:
        sentences.append(f"Refers to: {reference(column)}.")
    return " ".join(sentences)


def members(kind: Scalar | type[Term]) -> tuple[str, ...]:
    """The values an enumeration allows; empty for other kinds of value."""
    if isinstance(kind, Scalar):
        return kind.members
    return tuple(str(member.value) for member in kind)


def cell(value: Any) -> str:
    """A value as it is written in a CSV cell."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def one_of(words: Iterable[str]) -> str:
    """Words as a choice: `a`, `a or b`, `a, b or c`."""
    *head, last = words
    return f"{', '.join(head)} or {last}" if head else last


def _spaced(name: str) -> str:
    return re.sub("(?<!^)(?=[A-Z])", " ", name).capitalize()
