"""`chippolicy merge`."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from datetime import date as day
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chippolicy.cli.exits import FOUND, UnwritableError
from chippolicy.cli.output import diagnose, emit, terminal_width
from chippolicy.cli.refused import refused, tell
from chippolicy.contribute.diff_told import FORMATS

if TYPE_CHECKING:
    from chippolicy.contribute.merge import Merge


@click.command(
    short_help="Merge a contribution into a data package, all of it or nothing.",
    epilog="Examples: chippolicy merge mydata/ --into datapackage/ --dry-run ; "
    "chippolicy merge mydata/ --into datapackage/ --date 2026-12-01",
)
@click.argument("source", metavar="DIR", type=click.Path())
@click.option(
    "--into",
    metavar="PACKAGE",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The folder of the package; by default the one you are in, if it is one.",
)
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="How the changes are shown.",
)
@click.option(
    "--date",
    metavar="DATE",
    help="The day to name in the data changelog, as YYYY-MM-DD; without it none is named.",
)
@click.pass_context
def command(
    ctx: click.Context, source: str, into: Path | None, dry_run: bool, form: str, date: str | None
) -> None:
    """Check the data of DIR, show what it changes in a package, and write it there.

    Rows with the key of a record in the package take its place; columns that DIR does not have
    keep their values; what DIR does not have stays. A row in `redirects` retires a record: what
    refers to it is led on. The package's files are written sorted, its descriptor and its
    CHANGELOG-DATA.md are renewed. Killed at any moment, the package is the old one or the new one.

    The exit status is 0 once it is merged or nothing is to be, 1 where the data is refused.
    """
    from chippolicy.contribute.diff_told import render
    from chippolicy.contribute.lock import BusyError
    from chippolicy.contribute.merge import PendingError, RefusedError
    from chippolicy.contribute.switch import pending

    package = _package(into)
    if date is not None:
        _must_be_day(date)
    with refused(ctx):
        try:
            with _begun(source, package, date, dry_run) as found:
                emit(render(found.diff, form, terminal_width()))
        except RefusedError as error:
            tell(error.report)
            diagnose(f"not merged: {error}")
            ctx.exit(FOUND)
        except (BusyError, PendingError) as error:
            raise UnwritableError(str(error)) from error
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            begun = "; it is begun: the same command completes it" if pending(package) else ""
            raise UnwritableError(f"cannot merge into {str(package)!r}: {reason}{begun}") from error
    _conclude(found, package, dry_run)


def _package(into: Path | None) -> Path:
    from chippolicy._resources import resource
    from chippolicy.contribute.merge import is_package

    package = into or Path()
    if into is None and not is_package(package):
        raise click.UsageError("this folder is no data package: name one with --into")
    shipped = resource("datapackage").resolve()
    if package.resolve() == shipped and "site-packages" in shipped.parts:
        raise click.UsageError(
            "the installed package is not written to: name another with --into, such as that "
            "of a checkout"
        )
    return package


def _must_be_day(date: str) -> None:
    try:
        if day.fromisoformat(date).isoformat() == date:
            return
    except ValueError:
        pass
    raise click.BadParameter(f"{date!r} is not a day of the form 2026-12-01", param_hint="--date")


def _begun(
    source: str, package: Path, date: str | None, dry_run: bool
) -> AbstractContextManager[Merge]:
    from chippolicy.contribute.merge import merging, preview

    if dry_run:
        return nullcontext(preview(source, package, date=date))

    def waiting() -> None:
        diagnose(f"waiting for another merge into {str(package)!r} to end")

    return merging(source, package, date=date, on_wait=waiting)


def _conclude(found: Merge, package: Path, dry_run: bool) -> None:
    if not found.files:
        diagnose("nothing to merge: the package has it all")
    elif dry_run:
        diagnose(f"not written (--dry-run): {', '.join(sorted(found.files))}")
    else:
        diagnose(f"merged into {package}: {', '.join(sorted(found.files))}")
    if found.report.warnings:
        count = found.report.warnings
        told = "1 warning" if count == 1 else f"{count:,} warnings"
        diagnose(f"{told}: `chippolicy validate` tells them")
