"""Reports: what a validation found, written in one of several formats.

A format is one module with a function ``render(report, look) -> str``; it is imported when used.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from chippolicy.findings import Report

__all__ = ["FORMATS", "Look", "render"]

FORMATS: dict[str, str] = {
    "csv": "chippolicy.reports.csv:render",
    "github": "chippolicy.reports.github:render",
    "html": "chippolicy.reports.html:render",
    "json": "chippolicy.reports.json:render",
    "jsonl": "chippolicy.reports.jsonl:render",
    "junit": "chippolicy.reports.junit:render",
    "prompt": "chippolicy.reports.prompt:render",
    "sarif": "chippolicy.reports.sarif:render",
    "text": "chippolicy.reports.text:render",
}
"""Each format's name, and where the function is that writes it."""


class Look(NamedTuple):
    """How a report for people is laid out; formats for machines pay no heed to it."""

    width: int = 100
    """Columns of the terminal; a pipe gets the default, so that its text never varies."""
    color: bool = False
    quiet: bool = False
    """Errors only, without a closing line; nothing at all where there are none."""


def render(
    report: Report,
    format: str = "text",
    *,
    width: int = 100,
    color: bool = False,
    quiet: bool = False,
) -> str:
    """A report as text in a format, ending in a line break unless it is empty.

    Raises ValueError for a format that is not in `FORMATS`.
    """
    home = FORMATS.get(format)
    if home is None:
        raise ValueError(f"unknown report format {format!r}: expected one of {', '.join(FORMATS)}")
    module, _, function = home.partition(":")
    renderer = cast("Callable[[Report, Look], str]", getattr(import_module(module), function))
    return renderer(report, Look(width=width, color=color, quiet=quiet))
