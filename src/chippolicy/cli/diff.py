"""`chippolicy diff`."""

from __future__ import annotations

import click

from chippolicy.cli.exits import FOUND
from chippolicy.cli.output import emit, terminal_width
from chippolicy.cli.params import TABLE
from chippolicy.cli.refused import refused
from chippolicy.contribute.diff_told import FORMATS


@click.command(
    short_help="Tell what differs between two states of the data, record by record.",
    epilog="Examples: chippolicy diff old/ new/ ; chippolicy diff bundled mydata/ --partial ; "
    "chippolicy diff old/chips.csv new/chips.csv --format markdown",
)
@click.argument("old", type=click.Path())
@click.argument("new", type=click.Path())
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="The format; markdown is a table for a pull request.",
)
@click.option(
    "--partial",
    is_flag=True,
    help="NEW is a contribution: what it does not have is not removed.",
)
@click.option(
    "--table",
    metavar="NAME",
    type=TABLE,
    help="The table that single files hold, where their names do not say.",
)
@click.pass_context
def command(
    ctx: click.Context, old: str, new: str, form: str, partial: bool, table: str | None
) -> None:
    """Compare OLD and NEW: data packages, folders or single files; `bundled` is the shipped one.

    Records are matched by their key, so that the order of rows and columns makes no difference.
    One that a redirect in NEW leads on from is renamed. The exit status is 0 where nothing
    differs, 1 where something does, 3 where one of the two cannot be read.
    """
    from chippolicy.contribute.diff import diff
    from chippolicy.contribute.diff_told import render

    with refused(ctx):
        found = diff(old, new, partial=partial, table=table)
    emit(render(found, form, terminal_width()))
    ctx.exit(0 if found.same else FOUND)
