"""TypeScript types: an interface for each table's record, unions for enumerations."""

from __future__ import annotations

from chippolicy.derive._words import (
    column_description,
    kind_base,
    kind_description,
    members,
    table_description,
    type_name,
)
from chippolicy.records import RECORDS, TABLES, Record, Scalar, Term

_TYPES = {
    "string": "string",
    "edtf": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
}


def typescript(table: str | None = None) -> str:
    """The types of one table's record and of what it uses, or of every table and the dataset."""
    records = RECORDS if table is None else (TABLES[table],)
    kinds = {type_name(column.kind): column.kind for of in records for column in of.columns()}
    parts = [_alias(name, kind) for name, kind in sorted(kinds.items())]
    parts += [_interface(record) for record in records]
    if table is None:
        parts.append(_dataset())
    return "\n".join(parts)


def _alias(name: str, kind: Scalar | type[Term]) -> str:
    if isinstance(kind, Scalar):
        union = " | ".join(f'"{member}"' for member in members(kind))
        return f"{_comment(kind_description(kind))}export type {name} = {union or _base(kind)};\n"
    choices = "\n".join(
        f'{_comment(text, "  ")}  | "{code}"' for code, text in kind.definitions().items()
    )
    return f"{_comment(kind_description(kind))}export type {name} =\n{choices};\n"


def _interface(record: type[Record]) -> str:
    lines = [
        f"{_comment(column_description(column), '  ')}"
        f"  {column.name}{'' if column.required else '?'}: {type_name(column.kind)}"
        f"{'' if column.required else ' | null'};\n"
        for column in record.columns()
    ]
    own = "A column of the contributor's own."
    lines.append(
        f"{_comment(own, '  ')}  [column: `x_${{string}}`]: string | number | boolean | null;\n"
    )
    description = table_description(record)
    return f"{_comment(description)}export interface {record.__name__} {{\n{''.join(lines)}}}\n"


def _dataset() -> str:
    lines = [
        f"{_comment(table_description(record), '  ')}  {record.table}?: {record.__name__}[];\n"
        for record in RECORDS
    ]
    return f"{_comment('Records by table.')}export interface Dataset {{\n{''.join(lines)}}}\n"


def _base(kind: Scalar) -> str:
    return _TYPES[kind_base(kind)]


def _comment(text: str, indent: str = "") -> str:
    return f"{indent}/** {text.replace('*/', '* /')} */\n"
