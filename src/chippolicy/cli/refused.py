"""Ending a command on data that is refused: the validator's findings on stderr, and its status."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from chippolicy.cli.exits import UNREADABLE
from chippolicy.cli.output import diagnose, width

if TYPE_CHECKING:
    from chippolicy.findings import Report


@contextmanager
def refused(ctx: click.Context) -> Iterator[None]:
    """Tell the findings of data that cannot be read row by row, and end with status 3."""
    from chippolicy.contribute.sheets import UnsoundError

    try:
        yield
    except UnsoundError as error:
        tell(error.report)
        ctx.exit(UNREADABLE)


def tell(report: Report) -> None:
    """Write findings to stderr as `validate` writes them to stdout."""
    from chippolicy.reports import render

    diagnose(render(report, "text", width=width()).rstrip("\n"))
