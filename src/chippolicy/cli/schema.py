"""`chippolicy schema`."""

from __future__ import annotations

from collections.abc import Iterable

import click

from chippolicy.cli.output import diagnose, emit
from chippolicy.cli.params import Known, tables


def _names() -> Iterable[str]:
    return [*tables(), "dataset", "report"]


@click.command(
    short_help="Print the schema of a table or of the whole dataset.",
    epilog="Examples: chippolicy schema chips ; "
    "chippolicy schema --kind llm events event_chips citations",
)
@click.argument("tables", metavar="[TABLE]...", nargs=-1, type=Known("schema", _names))
@click.option(
    "--kind",
    type=click.Choice(["json-schema", "table-schema", "sql", "typescript", "llm"]),
    default="json-schema",
    show_default=True,
    help="The language to write it in.",
)
def command(tables: tuple[str, ...], kind: str) -> None:
    """Print the schema of a table, or of the whole dataset.

    For language models (--kind llm) several tables can be named: the schema is then that of an
    object with a list for each, which is what `chippolicy validate` reads as JSON.
    """
    from chippolicy.derive.schema_text import schema_text

    try:
        text = schema_text(tables, kind)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    emit(text)
    if kind == "llm":
        _tell_limits(text)


def _tell_limits(text: str) -> None:
    """Say on stderr which provider's limits the schema goes beyond."""
    import json

    from chippolicy.derive.llm_limits import excesses

    for excess in excesses(json.loads(text)):
        diagnose(f"note: {excess}; name fewer tables at a time")
