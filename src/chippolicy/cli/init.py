"""`chippolicy init`."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from chippolicy.cli.exits import UnwritableError
from chippolicy.cli.output import diagnose, emit
from chippolicy.cli.params import TABLE


@click.command(
    short_help="Begin a folder for data of your own, with examples and checks set up.",
    epilog="Examples: chippolicy init mydata/ ; chippolicy init mydata/ --tables chips,events",
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--tables",
    metavar="NAME,NAME",
    help="The tables to begin with, by default sources, events, event_actors and citations.",
)
@click.pass_context
def command(ctx: click.Context, folder: Path, tables: str | None) -> None:
    """Write a CSV file for each table into DIR, with one example row each, and what goes with it.

    A README that says what to do next, a data dictionary of the tables, settings that let VS Code
    check JSON and YAML files, a pre-commit hook and a GitHub workflow. No file is overwritten.
    """
    from chippolicy.contribute.template import DEFAULT_TABLES, ExistingFilesError, init

    chosen = [name.strip() for name in tables.split(",")] if tables is not None else DEFAULT_TABLES
    for name in chosen:
        TABLE.convert(name, next(one for one in ctx.command.params if one.name == "tables"), ctx)
    try:
        written = init(folder, chosen)
    except ExistingFilesError as error:
        raise UnwritableError(f"nothing is written: {error}") from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UnwritableError(f"cannot write into {str(folder)!r}: {reason}") from error
    emit("".join(f"{path}\n" for path in written))
    diagnose(f"next: put your records in place of the example rows, as {folder / 'README.md'} says")
    diagnose(f"      chippolicy validate {shlex.quote(str(folder))} tells what is left to do")
