"""`chippolicy validate`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chippolicy.cli.exits import UnwritableError
from chippolicy.cli.output import diagnose, emit, in_color, width, write_whole
from chippolicy.cli.params import (
    CODE,
    FORMAT,
    TABLE,
    ReportFile,
    SourceText,
    color_option,
    source_texts,
)
from chippolicy.engine.executors import EXECUTORS, MissingExtraError, takes_frames
from chippolicy.reports import FORMATS

if TYPE_CHECKING:
    from datetime import datetime


@click.command(
    short_help="Check data and tell every problem, where it is and how to mend it.",
    epilog="Examples: chippolicy validate mydata/ ; chippolicy validate events.csv --format json ; "
    "chippolicy validate --ignore date --strict datapackage.json",
)
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path())
@click.option(
    "--against",
    metavar="bundled|none|PATH",
    default="bundled",
    show_default=True,
    help="Where references may lead besides the files checked.",
)
@click.option(
    "--format",
    "form",
    type=FORMAT,
    metavar="FORMAT",
    default="text",
    show_default=True,
    help=f"The format of the report: {', '.join(FORMATS)}.",
)
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the report to a file, whole or not at all, instead of stdout.",
)
@click.option(
    "--report",
    "reports",
    type=ReportFile(),
    multiple=True,
    help="Write a further report to a file; can be given several times.",
)
@click.option("--strict", is_flag=True, help="Exit with 1 for findings of any severity.")
@click.option(
    "--select",
    metavar="CODE",
    type=CODE,
    multiple=True,
    help="Only these rules or families, such as ref/dangling or date.",
)
@click.option(
    "--ignore", metavar="CODE", type=CODE, multiple=True, help="Not these rules or families."
)
@click.option(
    "--waivers",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Let the findings pass that this CSV file lists, each with a reason and a last day.",
)
@click.option(
    "--today",
    metavar="DATE",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day that waivers are held against; by default the last that the data tells of.",
)
@click.option(
    "--max-findings",
    metavar="N",
    type=click.IntRange(min=0),
    help="List at most so many findings; all are counted.",
)
@click.option(
    "--table",
    metavar="NAME",
    type=TABLE,
    help="The table that the files hold, where their names do not say.",
)
@click.option(
    "--source-text",
    "texts",
    metavar="ID=FILE|FOLDER",
    type=SourceText(),
    multiple=True,
    callback=source_texts,
    help="Hold quotes against the text of their source: a file by the source's id, or a folder of "
    "files named ID.txt or ID.md; can be given several times.",
)
@click.option(
    "--engine",
    type=click.Choice(EXECUTORS),
    default="auto",
    show_default=True,
    help="What does the checking; the findings are the same.",
)
@click.option(
    "--quiet",
    is_flag=True,
    help="In the text report errors only: nothing at all if there are none.",
)
@color_option
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[str, ...],
    against: str,
    form: str,
    output: Path | None,
    reports: tuple[tuple[str, Path], ...],
    strict: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    waivers: str | None,
    today: datetime | None,
    max_findings: int | None,
    table: str | None,
    texts: dict[str, Path],
    engine: str,
    quiet: bool,
    color: bool | None,
) -> None:
    """Check data packages, folders of tables, or single files: CSV, JSON, YAML, XLSX, Parquet, zip.

    Without a PATH the shipped data is checked. Every problem is told with its file, line and
    column, what was expected, and how to mend it.
    """
    from chippolicy.cli.progress import Bar
    from chippolicy.engine import validate
    from chippolicy.reports import render

    if engine == "frames":
        try:
            takes_frames(engine, ())
        except MissingExtraError as error:
            raise click.UsageError(str(error)) from error
    targets = [*([output] if output else []), *(file for _, file in reports)]
    _refuse_overwriting(
        targets, [*paths, *([waivers] if waivers else []), *map(str, texts.values())]
    )
    with Bar(quiet=quiet) as bar:
        report = validate(
            paths or None,
            against=against,
            table=table,
            select=select,
            ignore=ignore,
            max_findings=max_findings,
            engine=engine,
            progress=bar.tell,
            waivers=waivers,
            today=today.date() if today else None,
            source_texts=texts or None,
        )
    _refuse_overwriting(targets, [file.path for file in report.files])
    for other, file in reports:
        write_whole(file, render(report, other))
    if output is None:
        emit(render(report, form, width=width(), color=in_color(color), quiet=quiet))
    else:
        write_whole(output, render(report, form))
        if not quiet:
            from chippolicy.reports.text import summary

            diagnose(summary(report))
    ctx.exit(report.exit_code(strict=strict))


def _refuse_overwriting(targets: Sequence[Path], inputs: Sequence[str]) -> None:
    """A report must not take the place of another, nor of the data."""
    # Not by Path.resolve, which fails where links go round in a circle.
    taken = {Path(os.path.realpath(path)) for path in inputs}
    for target in targets:
        place = Path(os.path.realpath(target))
        if place in taken and not place.is_char_device():
            raise UnwritableError(f"cannot write {str(target)!r}: it is an input, or named twice")
        if not place.parent.is_dir():
            raise UnwritableError(f"cannot write {str(target)!r}: there is no such folder")
        taken.add(place)
