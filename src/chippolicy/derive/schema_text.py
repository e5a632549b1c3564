"""A table's definition, or all of them, as text in one of several languages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chippolicy._resources import resource
from chippolicy.derive.plan import load_plan

SCHEMA_KINDS = ("json-schema", "table-schema", "sql", "typescript", "llm")
"""The languages that :func:`schema_text` writes."""


class UnknownTableError(ValueError):
    """No table has this name; `known` lists the names that would have done."""

    def __init__(self, table: str, known: tuple[str, ...]) -> None:
        super().__init__(f"no table is called {table!r}; the tables are {', '.join(known)}")
        self.table = table
        self.known = known


def schema_text(table: str | Sequence[str] | None = None, kind: str = "json-schema") -> str:
    """The definition of a table, or of all tables, as text that ends with a line break.

    Several tables at once are taken by the kind `llm`.

    Kinds:

    - `json-schema`: the shipped JSON Schema 2020-12 file; `dataset` (the default) and `report`
      are taken beside the tables' names.
    - `table-schema`: the Frictionless Table Schema; of all tables, an object of them by name.
    - `sql`: SQLite DDL.
    - `typescript`: interfaces with doc comments and union types.
    - `llm`: a JSON Schema inside what the structured-output modes of OpenAI, Anthropic and Gemini
      share: every property required, null for a blank, no `$ref`, no pattern, no format, no
      limits, no columns of one's own. Of one table that of a record; of several, that of an object
      with a list for each. `chippolicy.derive.llm_limits` has the providers' limits on size.

    Raises `UnknownTableError` for a table there is not, `ValueError` for such a kind or for several
    tables where a kind takes one.
    """
    if kind not in SCHEMA_KINDS:
        raise ValueError(f"no kind is called {kind!r}; the kinds are {', '.join(SCHEMA_KINDS)}")
    known = tuple(load_plan().tables)
    if kind == "json-schema":
        known += ("dataset", "report")
    tables = [table] if isinstance(table, str) else list(dict.fromkeys(table or ()))
    for one in tables:
        if one not in known:
            raise UnknownTableError(one, known)
    if kind == "llm":
        return _llm_text(tables)
    if len(tables) > 1:
        raise ValueError(f"the kind {kind} takes one table, or all; llm takes several")
    table = tables[0] if tables else None
    if kind == "json-schema":
        file = resource("schemas") / f"{table or 'dataset'}.schema.json"
        return file.read_text(encoding="utf-8")
    return _writer(kind)(table)


def _llm_text(tables: list[str]) -> str:
    # Imported where used: it needs the records, and so Pydantic.
    from chippolicy.derive._words import json_text
    from chippolicy.derive.llm import llm_schema

    return json_text(llm_schema(tables[0] if len(tables) == 1 else tables or None))


def _writer(kind: str) -> Callable[[str | None], str]:
    # Imported where used: these need the records, and so Pydantic.
    if kind == "sql":
        from chippolicy.derive.sql import sql

        return sql
    if kind == "typescript":
        from chippolicy.derive.typescript import typescript

        return typescript
    from chippolicy.derive._words import json_text
    from chippolicy.derive.table_schema import table_schema
    from chippolicy.records import RECORDS, TABLES

    return lambda table: json_text(
        table_schema(TABLES[table])
        if table
        else {record.table: table_schema(record) for record in RECORDS}
    )
