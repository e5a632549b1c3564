"""SQLite DDL: the tables with their types, limits, keys and references.

What SQLite cannot say is left to the validator: a date's form (only its characters are checked),
the form of a record reference beyond its characters, and the kind of a record referred to.
A boolean is 1 or 0, a blank cell is NULL. Contributors' own `x_` columns have no place here.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from chippolicy.derive._words import (
    column_description,
    kind_base,
    kind_name,
    members,
    table_description,
    target_key,
)
from chippolicy.records import RECORDS, TABLES, Column, Record, Scalar
from chippolicy.records._types import COUNTRIES

_TYPES = {
    "string": "TEXT",
    "edtf": "TEXT",
    "integer": "INTEGER",
    "number": "REAL",
    "boolean": "INTEGER",
}

# Control characters in a GLOB, as an expression: SQL text has no escapes for them.
_CONTROLS = "char(1) || '-' || char(31) || char(127)"
_CONTROLS_BUT_BREAKS = (
    "char(1) || '-' || char(8) || char(11) || char(12) || char(14) || '-' || char(31) || char(127)"
)

_LANGUAGES = " OR ".join(
    f"{{0}} GLOB '{language}{script}{region}'"
    for language, script, region in product(
        ("[a-z][a-z]", "[a-z][a-z][a-z]"),
        ("", "-[A-Z][a-z][a-z][a-z]"),
        ("", "-[A-Z][A-Z]", "-[0-9][0-9][0-9]"),
    )
)
_GROUPS = "{0} GLOB 'A:[1-6]' OR {0} IN ('B', 'C') OR {0} GLOB 'D:[1-5]' OR {0} GLOB 'E:[1-2]'"

# A kind's pattern as far as GLOB can say it; {0} stands for the column.
_GLOBS = {
    "slug": (
        "{0} GLOB '[a-z0-9]*' AND {0} GLOB '*[a-z0-9]' "
        "AND {0} NOT GLOB '*[^a-z0-9-]*' AND {0} NOT GLOB '*--*'"
    ),
    "record-reference": (
        "{0} GLOB '[a-z_]*/?*' AND {0} NOT GLOB '*[^A-Za-z0-9.:*_+/-]*' "
        "AND {0} NOT GLOB '*/*/*' AND {0} NOT GLOB '*/+*' AND {0} NOT GLOB '*+' "
        "AND {0} NOT GLOB '*++*'"
    ),
    "field-name": "{0} = '*' OR ({0} GLOB '[a-z]*' AND {0} NOT GLOB '*[^a-z0-9_]*')",
    "line": f"{{0}} NOT GLOB '*[' || {_CONTROLS} || ']*'",
    "text": f"{{0}} NOT GLOB '*[' || {_CONTROLS_BUT_BREAKS} || ']*'",
    "url": "({0} GLOB 'http://?*' OR {0} GLOB 'https://?*') AND {0} NOT GLOB '*[^!-~]*'",
    "language": _LANGUAGES,
    "country-group": _GROUPS,
    "wikidata-id": "{0} GLOB 'Q[1-9]*' AND substr({0}, 2) NOT GLOB '*[^0-9]*'",
    "edtf": "{0} GLOB '*[0-9]*' AND {0} NOT GLOB '*[^][0-9X~?%./,{{}}-]*'",
}


def table_sql(record: type[Record]) -> str:
    """The `CREATE TABLE` statement of one table, with its meaning as comments."""
    columns = record.columns()
    lines = [_column(column) for column in columns]
    rules = [f"PRIMARY KEY ({', '.join(map(_quoted, record.key))})"]
    rules += [
        f"FOREIGN KEY ({_quoted(column.name)}) "
        f"REFERENCES {_quoted(column.ref.table)} ({_quoted(target_key(column))}) "
        "DEFERRABLE INITIALLY DEFERRED"
        for column in columns
        if column.ref
    ]
    body = ",\n".join([*lines, *(f"  {rule}" for rule in rules)])
    return (
        f"-- {table_description(record)}\n"
        f"CREATE TABLE {_quoted(record.table)} (\n{body}\n) STRICT;\n"
    )


def sql(table: str | None = None) -> str:
    """The DDL of one table, or of all in reading order; references are checked at commit."""
    records = RECORDS if table is None else (TABLES[table],)
    return "\n".join(table_sql(record) for record in records)


def _column(column: Column) -> str:
    name = _quoted(column.name)
    declared = f"{name} {_TYPES[kind_base(column.kind)]}"
    if column.required:
        declared += " NOT NULL"
    checks = " AND ".join(f"({check})" for check in _checks(column, name))
    return f"  -- {column_description(column)}\n  {declared}\n    CHECK ({checks})"


def _checks(column: Column, name: str) -> Iterator[str]:
    kind = column.kind
    if kind_base(kind) == "boolean":
        yield f"{name} IN (0, 1)"
    if kind_name(kind) == "destination":
        yield f"{name} = 'world' OR {name} IN ({_listed(COUNTRIES)}) OR {_GROUPS.format(name)}"
    if members(kind):
        yield f"{name} IN ({_listed(members(kind))})"
    if not isinstance(kind, Scalar):
        return
    if kind.name in _GLOBS:
        yield _GLOBS[kind.name].format(name)
    if kind.text_pattern:
        yield f"length({name}) BETWEEN 1 AND {kind.text_length}"
    for sign, limit in (
        (">=", kind.minimum),
        (">", kind.exclusive_minimum),
        ("<=", kind.maximum),
    ):
        if limit is not None:
            yield f"{name} {sign} {limit}"


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _quoted(name: str) -> str:
    return f'"{name}"'
