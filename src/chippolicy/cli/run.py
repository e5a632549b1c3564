"""Running a command: what goes wrong ends in a message and an exit status, not a traceback."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence

import click

from chippolicy.cli.app import app
from chippolicy.cli.exits import FAULT, INTERRUPTED, UNREADABLE, UnreadableError
from chippolicy.cli.output import diagnose, make_safe
from chippolicy.cli.version import version_line


def run(arguments: Sequence[str]) -> int:
    """Run the command line on its arguments and give the exit status."""
    make_safe(sys.stdout)
    make_safe(sys.stderr)
    try:
        status = app.main(list(arguments), prog_name="chippolicy", standalone_mode=False)
    except click.Abort:
        diagnose("interrupted")
        return INTERRUPTED
    except UnreadableError as error:
        diagnose(f"Error: {error}")
        return UNREADABLE
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output has seen enough of it.
        return 0
    except Exception as error:
        _confess(error, arguments)
        return FAULT
    return status if isinstance(status, int) else 0


def _confess(error: Exception, arguments: Sequence[str]) -> None:
    if os.environ.get("CHIPPOLICY_DEBUG"):
        import traceback

        traceback.print_exc()
    command = shlex.join(["chippolicy", *arguments])
    diagnose(
        f"chippolicy failed by a fault of its own: {type(error).__name__}: {error}\n"
        f"Please report it, with this message and the data if you can.\n"
        f"  version: {version_line()}, Python {sys.version.split()[0]}\n"
        f"  command: {command}\n"
        f"  CHIPPOLICY_DEBUG=1 in the environment shows where it happened."
    )
