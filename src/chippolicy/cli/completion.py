"""`chippolicy completion`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from chippolicy.cli.output import emit

SHELLS = ("bash", "zsh", "fish")


@click.command(
    short_help="Print the script that completes commands in your shell.",
    epilog="For bash: chippolicy completion bash > "
    "~/.local/share/bash-completion/completions/chippolicy",
)
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> None:
    """Print the script that completes commands, options, tables and ids in your shell."""
    from chippolicy.cli.app import app

    found = get_completion_class(shell)
    assert found is not None  # click knows these three
    emit(found(app, {}, "chippolicy", "_CHIPPOLICY_COMPLETE").source())
