"""`chippolicy show`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from chippolicy.cli.choose import RecordName, one_record
from chippolicy.cli.data import dataset
from chippolicy.cli.output import emit, in_color, width
from chippolicy.cli.params import color_option, data_option


@click.command(
    short_help="Show a record with its names, its sources and what refers to it.",
    epilog="Examples: chippolicy show chips/nvidia-h20 ; chippolicy show H20 ; "
    "chippolicy show ジェンスン・フアン",
)
@click.argument("record", type=RecordName())
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@data_option
@color_option
@click.pass_context
def command(
    ctx: click.Context, record: str, form: str, data: Path | None, color: bool | None
) -> None:
    """Show a record: RECORD is table/id, an id, or a name in any language."""
    with dataset(data) as found:
        chosen = one_record(ctx, found, record)
        from chippolicy.cli.card import card_data, card_text

        card = card_data(found, chosen)
        if form == "json":
            from chippolicy.reports.visible import json_safe

            emit(json_safe(json.dumps(card, ensure_ascii=False, indent=2)) + "\n")
        else:
            emit(card_text(card, type(chosen).columns(), width(), in_color(color)))
