"""The data dictionary: every table and column for people, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from chippolicy.derive._words import (
    cell,
    column_description,
    kind_description,
    kind_name,
    table_description,
    table_title,
)
from chippolicy.records import RECORDS, Column, Record, Scalar

_HEAD = """\
# Data dictionary

<!-- Derived from src/chippolicy/records by `python -m chippolicy.derive`: do not edit. -->

Every table of chippolicy, in the order to read them in. One record is one CSV row and one JSON
object with the same names. A blank cell is a null. A column of your own begins with `x_` and is
kept. A *record reference* is `table/id`; the parts of a composite key are joined with `+`.

## Tables
"""


def dictionary() -> str:
    """The whole dictionary as Markdown text."""
    return "\n".join([_HEAD, *_contents(), "", *_tables(), *_kinds()])


def _contents() -> Iterator[str]:
    for record in RECORDS:
        yield f"- [{table_title(record)}](#{record.table}): {table_description(record)}"


def _tables() -> Iterator[str]:
    for record in RECORDS:
        yield f'<a id="{record.table}"></a>\n'
        yield f"## {table_title(record)}\n"
        yield f"{table_description(record)}\n"
        yield f"- Table: `{record.table}`"
        yield f"- Key: {', '.join(f'`{part}`' for part in record.key)}"
        yield f"- Citation: {_citation(record)}\n"
        yield "| column | kind | required | meaning | example |"
        yield "| --- | --- | --- | --- | --- |"
        yield from map(_row, record.columns())
        yield ""
        for column in record.columns():
            if not isinstance(column.kind, Scalar):
                yield f"`{column.name}` is one of:\n"
                for code, text in column.kind.definitions().items():
                    yield f"- `{code}`: {text}"
                yield ""


def _citation(record: type[Record]) -> str:
    if record.cited:
        return "every row has at least one"
    return "a source is named in the row" if record.table == "country_groups" else "not asked for"


def _row(column: Column) -> str:
    kind = kind_name(column.kind) if isinstance(column.kind, Scalar) else "one of the list below"
    link = f"[{kind}](#kind-{kind})" if isinstance(column.kind, Scalar) else kind
    required = "yes" if column.required else ""
    meaning = column_description(column).replace("|", "\\|")
    example = cell(column.example).replace("|", "\\|")
    return f"| `{column.name}` | {link} | {required} | {meaning} | `{example}` |"


def _kinds() -> Iterator[str]:
    yield "## Kinds of value\n"
    kinds = {
        column.kind.name: column.kind
        for record in RECORDS
        for column in record.columns()
        if isinstance(column.kind, Scalar)
    }
    for name, kind in sorted(kinds.items()):
        yield f'<a id="kind-{name}"></a>\n'
        yield f"### {name}\n"
        yield f"{kind_description(kind)}\n"
        yield from _limits(kind)


def _limits(kind: Scalar) -> Iterator[str]:
    told = [f"- Type: {'text' if kind.base in {'string', 'edtf'} else kind.base}"]
    if kind.members:
        told.append(f"- Members: {len(kind.members)}")
    # The pattern of dates and of destinations says less to a reader than the words above.
    if kind.pattern and len(kind.pattern) < 100:
        told.append(f"- Pattern: `{kind.pattern}`")
    for label, limit in (
        ("Longest", kind.text_length),
        ("Smallest", kind.minimum),
        ("Above", kind.exclusive_minimum),
        ("Largest", kind.maximum),
    ):
        if limit is not None:
            told.append(f"- {label}: {limit}{' characters' if label == 'Longest' else ''}")
    yield from told
    yield ""
