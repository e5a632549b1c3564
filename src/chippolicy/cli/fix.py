"""`chippolicy fix`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from chippolicy.cli.exits import FOUND, UNREADABLE, UnwritableError
from chippolicy.cli.output import diagnose, emit
from chippolicy.cli.params import TABLE
from chippolicy.cli.refused import refused

if TYPE_CHECKING:
    from chippolicy.contribute.fix import Fix


@click.command(
    short_help="Mend what can be mended without loss, and show it first.",
    epilog="Examples: chippolicy fix mydata/ ; chippolicy fix mydata/ --write",
)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path())
@click.option(
    "--check/--write",
    "check",
    default=True,
    show_default=True,
    help="Only show what would change, or write it.",
)
@click.option(
    "--against",
    metavar="bundled|none|PATH",
    default="bundled",
    show_default=True,
    help="Where names and retired ids are looked up besides the files themselves.",
)
@click.option(
    "--table",
    metavar="NAME",
    type=TABLE,
    help="The table that the files hold, where their names do not say.",
)
@click.pass_context
def command(
    ctx: click.Context, paths: tuple[str, ...], check: bool, against: str, table: str | None
) -> None:
    """Repair CSV files where a repair loses nothing and can mean one thing only.

    Byte order marks, line ends, blank rows, blanks around values, names in place of ids, retired
    ids, thousands separators, TRUE and FALSE, dates written another way, the order of columns.
    What is ambiguous is left and told. No other byte is changed.

    The exit status of --check is 1 where something would change, 0 where nothing would.
    """
    from chippolicy.contribute.fix import fix

    with refused(ctx):
        found = fix(paths, against=against, table=table)
    emit("".join(file.diff for file in found.files))
    if not check:
        try:
            found.write()
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise UnwritableError(f"cannot write: {reason}") from error
    _tell(found, check)
    if found.problems:
        ctx.exit(UNREADABLE)
    ctx.exit(FOUND if check and found.files else 0)


def _tell(found: Fix, check: bool) -> None:
    from chippolicy.contribute.fix_told import told

    for line in told(found, written=not check):
        diagnose(line)
