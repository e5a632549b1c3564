"""`chippolicy schema`."""

from __future__ import annotations

from collections.abc import Iterable

import click

from chippolicy.cli.output import emit
from chippolicy.cli.params import Known, tables


def _names() -> Iterable[str]:
    return [*tables(), "dataset", "report"]


@click.command(short_help="Print the schema of a table or of the whole dataset.")
@click.argument("table", type=Known("schema", _names), required=False)
@click.option(
    "--kind",
    type=click.Choice(["json-schema", "table-schema", "sql", "typescript", "llm"]),
    default="json-schema",
    show_default=True,
    help="The language to write it in.",
)
def command(table: str | None, kind: str) -> None:
    """Print the schema of a table, or of the whole dataset."""
    from chippolicy.derive.schema_text import UnknownTableError, schema_text

    try:
        emit(schema_text(table, kind))
    except UnknownTableError as error:
        raise click.UsageError(str(error)) from error
