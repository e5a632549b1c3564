"""`chippolicy show`."""

from __future__ import annotations

import json
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from chippolicy.cli.data import dataset
from chippolicy.cli.exits import FOUND
from chippolicy.cli.output import diagnose, emit, in_color, width
from chippolicy.cli.params import NameParam, color_option, data_option


class RecordName(NameParam):
    """A record's reference, id or name: anything is taken, ids are completed."""

    name = "record"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The ids, or after a table and a slash the references, that begin so."""
        with dataset(ctx.params.get("data")) as found:
            table, slash, begun = incomplete.rpartition("/")
            return [
                CompletionItem(table + slash + key)
                for name, of in found.tables.items()
                if (name == table if slash else of.plan.key == ("id",))
                for key in filter(lambda key: key.startswith(begun), of.keys())
            ]


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
        candidates = found.resolve(record)
        if len(candidates) != 1:
            if candidates:
                diagnose(f"{record!r} means {len(candidates)} records; name one of them:")
                refs = [candidate.ref for candidate in candidates]
            else:
                diagnose(f"there is no record {record!r}")
                refs = list(found.suggest(record))
                if refs:
                    diagnose("the nearest are:")
            for ref in refs:
                diagnose(f"  {ref}  {found.label_of(ref)}")
            ctx.exit(FOUND)
        from chippolicy.cli.card import card_data, card_text

        card = card_data(found, candidates[0])
        if form == "json":
            from chippolicy.reports.visible import json_safe

            emit(json_safe(json.dumps(card, ensure_ascii=False, indent=2)) + "\n")
        else:
            emit(card_text(card, type(candidates[0]).columns(), width(), in_color(color)))
