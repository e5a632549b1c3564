"""`chippolicy list`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from chippolicy.cli.data import dataset
from chippolicy.cli.output import diagnose, emit, in_color, width
from chippolicy.cli.params import TABLE, Assignment, color_option, data_option


@click.command(
    short_help="List the records of a table.",
    epilog="Example: chippolicy list chips --where designer_id=nvidia --format csv",
)
@click.argument("table", type=TABLE)
@click.option(
    "--where",
    "wheres",
    type=Assignment(),
    multiple=True,
    help="Only records with this value; of one field given twice, any of its values.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json", "jsonl"]),
    default="table",
    show_default=True,
)
@click.option("--columns", metavar="A,B", help="These columns, in this order.")
@data_option
@color_option
def command(
    table: str,
    wheres: tuple[tuple[str, str], ...],
    form: str,
    columns: str | None,
    data: Path | None,
    color: bool | None,
) -> None:
    """List the records of a table, on a terminal with as many columns as fit."""
    from chippolicy.dataset import UnknownFieldError

    equals: dict[str, set[str]] = {}
    for field, value in wheres:
        equals.setdefault(field, set()).add(value)
    with dataset(data) as found:
        try:
            asked = found[table].must_have(columns.split(",")) if columns else None
            rows = list(found[table].rows(**equals))
        except UnknownFieldError as error:
            raise click.UsageError(str(error)) from error
        shown = asked or found[table].columns
        if form == "csv":
            from chippolicy.formats.csv import written

            emit(written(shown, ([row.get(name, "") for name in shown] for row in rows)))
        elif form == "table":
            from chippolicy.cli.grid import grid

            emit(grid(found[table].plan, asked, rows, width(), in_color(color)))
            diagnose(f"{len(rows):,} of {len(found[table]):,} records")
        else:
            from chippolicy.reports.visible import json_safe

            values = [
                {name: value for name, value in record.items() if name in shown}
                for record in found[table].values(**equals)
            ]
            if form == "json":
                emit(json_safe(json.dumps(values, ensure_ascii=False, indent=2)) + "\n")
            else:
                lines = (json.dumps(value, ensure_ascii=False) for value in values)
                emit("".join(f"{json_safe(line)}\n" for line in lines))
