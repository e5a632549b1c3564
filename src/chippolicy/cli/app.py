"""The command `chippolicy` and its list of commands, each imported when it is called."""

from __future__ import annotations

from importlib import import_module

import click

from chippolicy.cli.output import emit
from chippolicy.cli.version import version_line

COMMANDS: dict[str, str] = {
    "validate": "Check data and tell every problem, where it is and how to mend it.",
    "list": "List the records of a table.",
    "show": "Show a record with its names, its sources and what refers to it.",
    "timeline": "Tell what happened when, about a record or about all.",
    "assess": "Tell whether a chip was controlled for a destination on a day, and why.",
    "schema": "Print the schema of a table or of the whole dataset.",
    "rules": "List the rules that data is checked by, or explain one.",
    "init": "Begin a folder for data of your own, with examples and checks set up.",
    "fix": "Mend what can be mended without loss, and show it first.",
    "diff": "Tell what differs between two states of the data, record by record.",
    "merge": "Merge a contribution into a data package, all of it or nothing.",
    "completion": "Print the script that completes commands in your shell.",
}
"""Each command with its short help, which `--help` prints without importing the command."""


class LazyGroup(click.Group):
    """A group whose commands are modules beside this one, imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"chippolicy.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, but with the nearest command's name for one that is not there."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            from chippolicy.rules.nearest import nearest

            near = nearest(name, COMMANDS)
            hint = f" Did you mean {near!r}?" if near else ""
            ctx.fail(f"No such command {name!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from the table above."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _tell_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        emit(version_line() + "\n")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit status: 0 valid, 1 errors found, 2 wrong usage, 3 an input cannot be read, "
    "70 a fault of ours, 130 interrupted.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_tell_version,
    help="Tell the versions of code, schemas and data.",
)
def app() -> None:
    """AI-chip export controls as data you can trust and run."""
