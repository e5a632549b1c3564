"""The data dictionary: every table and column for people, in Markdown."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from chippolicy.derive._words import (
    cell,
    column_description,
    kind_description,
    kind_name,
    table_description,
    table_title,
)
from chippolicy.derive.version import SCHEMA_VERSION
from chippolicy.records import RECORDS, Column, Record, Scalar

_DERIVED = (
    "<!-- Derived from src/chippolicy/records by `python -m chippolicy.derive`: do not edit. -->"
)
_HEAD = """\
# Data dictionary

{note}

{which} in the order to read them in. One record is one CSV row and one JSON
object with the same names. A blank cell is a null. A column of your own begins with `x_` and is
kept. A *record reference* is `table/id`; the parts of a composite key are joined with `+`.

## Tables
"""


def dictionary(tables: Collection[str] | None = None) -> str:
    """The dictionary as Markdown text: of every table, or of some by name."""
    if tables is None:
        of: Sequence[type[Record]] = RECORDS
        head = _HEAD.format(note=_DERIVED, which="Every table of chippolicy,")
    else:
        of = [record for record in RECORDS if record.table in tables]
        note = f"<!-- Written by chippolicy; its schemas have the version {SCHEMA_VERSION}. -->"
        head = _HEAD.format(note=note, which="The tables used here,")
    return "\n".join([head, *_contents(of), "", *_tables(of), *_kinds(of)])


def _contents(of: Sequence[type[Record]]) -> Iterator[str]:
    for record in of:
        yield f"- [{table_title(record)}](#{record.table}): {table_description(record)}"


def _tables(of: Sequence[type[Record]]) -> Iterator[str]:
    for record in of:
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


def _kinds(of: Sequence[type[Record]]) -> Iterator[str]:
    yield "## Kinds of value\n"
    kinds = {
        column.kind.name: column.kind
        for record in of
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
