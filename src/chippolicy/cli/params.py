"""Kinds of argument: known names, with the nearest one told for a name that is not known."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    NameParam = click.ParamType[str]
    PairParam = click.ParamType[tuple[str, str]]
    FileParam = click.ParamType[tuple[str, Path]]
    TextParam = click.ParamType[dict[str, Path]]
else:
    # Generic for the type checker only: not every click that we run with has it so.
    NameParam = PairParam = FileParam = TextParam = click.ParamType


class Known(NameParam):
    """One of some names, which are asked for only when there is something to check or complete."""

    def __init__(self, what: str, names: Callable[[], Iterable[str]]) -> None:
        self.name = what
        self.names = names

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name itself; wrong usage, with the nearest name, if there is none such."""
        names = list(self.names())
        if value in names:
            return str(value)
        from chippolicy.rules.nearest import nearest

        near = nearest(value, names)
        hint = f"did you mean {near!r}?" if near else f"there are {', '.join(names)}"
        raise click.BadParameter(f"no {self.name} is called {value!r}; {hint}", ctx, param)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The names that begin so."""
        return [CompletionItem(name) for name in self.names() if name.startswith(incomplete)]


class Assignment(PairParam):
    """FIELD=VALUE, as a pair."""

    name = "FIELD=VALUE"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """The two sides of the first equals sign."""
        left, sign, right = value.partition("=")
        if not left or not sign:
            self.fail(f"{value!r} is not {self.name}", param, ctx)
        return left, right


class ReportFile(FileParam):
    """FORMAT=FILE: a report to write besides the one that is shown."""

    name = "FORMAT=FILE"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, Path]:
        """The format, a known one, and the file."""
        form, sign, file = value.partition("=")
        if not sign or not file:
            self.fail(f"{value!r} is not {self.name}", param, ctx)
        return FORMAT.convert(form, param, ctx), Path(file)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The formats; the shell knows the files."""
        return [CompletionItem(f"{form}=") for form in formats() if form.startswith(incomplete)]


class SourceText(TextParam):
    """ID=FILE or a folder: the text of a source by its id, or several by their files' names."""

    name = "ID=FILE"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> dict[str, Path]:
        """The files of texts by their sources' ids."""
        source, sign, file = value.partition("=")
        if Path(value).is_dir():
            from chippolicy.engine.evidence.text_files import text_files

            try:
                return text_files(value)
            except OSError as error:
                self.fail(f"{value!r} cannot be read: {(error.strerror or '').lower()}", param, ctx)
            except ValueError as error:
                self.fail(str(error), param, ctx)
        if not (source and sign and file):
            self.fail(f"{value!r} is neither ID=FILE nor a folder", param, ctx)
        return {source: Path(file)}

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Files and folders, also behind the equals sign."""
        source, sign, file = incomplete.rpartition("=")
        return [CompletionItem(f"{source}{sign}{file}" if sign else file, type="file")]


def source_texts(
    ctx: click.Context, param: click.Parameter, values: tuple[dict[str, Path], ...]
) -> dict[str, Path]:
    """The texts of all that was given; wrong usage where two are for one source."""
    found: dict[str, Path] = {}
    for source, file in (pair for value in values for pair in value.items()):
        if source in found:
            message = f"two texts for {source!r}: {found[source]} and {file}"
            raise click.BadParameter(message, ctx, param)
        found[source] = file
    return found


def tables() -> Iterable[str]:
    """The names of the tables."""
    from chippolicy.derive.plan import load_plan

    return load_plan().tables


def codes() -> Iterable[str]:
    """The codes of the rules, and of their families."""
    from chippolicy.rules import CATALOG, FAMILIES

    return [*FAMILIES, *CATALOG]


def formats() -> Iterable[str]:
    """The formats a report can be written in."""
    from chippolicy.reports import FORMATS

    return FORMATS


TABLE = Known("table", tables)
CODE = Known("rule", codes)
FORMAT = Known("format", formats)

color_option = click.option(
    "--color/--no-color",
    default=None,
    help="Color or none; by default color on a terminal, unless NO_COLOR is set.",
)
data_option = click.option(
    "--data",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="A data package or folder to read instead of the shipped one.",
)
