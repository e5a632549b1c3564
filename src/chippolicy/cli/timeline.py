"""`chippolicy timeline`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chippolicy.cli.choose import RecordName, one_record
from chippolicy.cli.data import dataset
from chippolicy.cli.exits import FOUND
from chippolicy.cli.output import diagnose, emit, in_color, width
from chippolicy.cli.params import color_option, data_option

if TYPE_CHECKING:
    from chippolicy.dataset import Dataset
    from chippolicy.edtf import EdtfDate
    from chippolicy.timeline import Entry

    DateParam = click.ParamType[EdtfDate]
else:
    # Generic for the type checker only, as in params.
    DateParam = click.ParamType

_LISTS = ("fields", "sources")


class Date(DateParam):
    """An EDTF date."""

    name = "date"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> EdtfDate:
        """The date as it was read; wrong usage, with a hint, if it is none."""
        from chippolicy.edtf import EdtfError, parse

        try:
            return parse(value)
        except EdtfError as error:
            raise click.BadParameter(str(error), ctx, param) from error


@click.command(
    short_help="Tell what happened when, about a record or about all.",
    epilog="Examples: chippolicy timeline H20 --from 2025 ; "
    "chippolicy timeline ジェンスン・フアン ; chippolicy timeline --known-at 2025-08-14",
)
@click.argument("record", type=RecordName(), required=False)
@click.option("--from", "first", type=Date(), help="Nothing that certainly lies before.")
@click.option("--to", "last", type=Date(), help="Nothing that certainly lies after.")
@click.option("--as-of", "held_on", type=Date(), help="Only what held then.")
@click.option(
    "--known-at", "known_on", type=Date(), help="Only what a source published by then reports."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
)
@data_option
@color_option
@click.pass_context
def command(
    ctx: click.Context,
    record: str | None,
    first: EdtfDate | None,
    last: EdtfDate | None,
    held_on: EdtfDate | None,
    known_on: EdtfDate | None,
    form: str,
    data: Path | None,
    color: bool | None,
) -> None:
    """Tell what happened when: about RECORD (table/id, an id, or a name), or about all.

    Dates are EDTF: 2025-08-11, 2025-08, 2025-04/2025-06. On a terminal a time axis is drawn.
    """
    from chippolicy.timeline import timeline

    with dataset(data) as whole:
        found = _view(whole, held_on, known_on)
        ref = one_record(ctx, whole, record).ref if record is not None else None
        if ref is not None and found.get(ref) is None:
            diagnose(f"{ref} is not there {found.view}")
            ctx.exit(FOUND)
        entries = timeline(found, ref, first, last)
        if form == "json":
            from chippolicy.reports.visible import json_safe

            rows = [entry.as_dict() for entry in entries]
            emit(json_safe(json.dumps(rows, ensure_ascii=False, indent=2)) + "\n")
        elif form == "csv":
            emit(_csv(entries))
        else:
            emit(_text(_title(found, ref), found, entries, (first, last), in_color(color)))
        _tell(found, entries)


def _view(whole: Dataset, held_on: EdtfDate | None, known_on: EdtfDate | None) -> Dataset:
    found = whole
    if held_on is not None:
        found = found.as_of(held_on)
    if known_on is not None:
        found = found.known_at(known_on)
    return found


def _title(found: Dataset, ref: str | None) -> str:
    if ref is None:
        return "Everything"
    from chippolicy.cli.timeline_text import marks_shown

    preferred = (name.name for name in found.names_of(ref) if name.kind == "preferred")
    return f" {marks_shown().dot} ".join(dict.fromkeys([found.label_of(ref), *preferred, ref]))


def _csv(entries: Sequence[Entry]) -> str:
    from chippolicy.formats.cells import encode
    from chippolicy.formats.csv import written
    from chippolicy.timeline import COLUMNS

    rows = (entry.as_dict() for entry in entries)
    return written(
        COLUMNS,
        (
            ["; ".join(row[name]) if name in _LISTS else encode(row[name]) for name in COLUMNS]
            for row in rows
        ),
    )


def _text(
    title: str,
    found: Dataset,
    entries: Sequence[Entry],
    asked: tuple[EdtfDate | None, EdtfDate | None],
    color: bool,
) -> str:
    from chippolicy.cli.timeline_text import drawn, lines, listed

    if not sys.stdout.isatty():
        return lines(entries)
    title = f"{title}, {found.view}" if found.view else title
    return drawn(title, entries, asked, width(), color) or listed(title, entries, width(), color)


def _tell(found: Dataset, entries: Sequence[Entry]) -> None:
    """What the view could not tell, on stderr."""
    diagnose(f"{len(entries):,} {'entry' if len(entries) == 1 else 'entries'}")
    if found.view is None:
        return
    if found.view.held_on and (doubtful := sum(entry.doubtful for entry in entries)):
        diagnose(f"{doubtful:,} in doubt: their dates leave open whether they held")
    if found.view.known_on and found.undated_sources:
        diagnose(f"{len(found.undated_sources):,} sources without a date count for no day")
