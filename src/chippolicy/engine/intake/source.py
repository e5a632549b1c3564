"""Sources: one table to check, and what is said of a file that is none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from chippolicy.derive.plan import Plan
from chippolicy.engine.faults import finding
from chippolicy.findings import Finding
from chippolicy.formats.opening import TSV
from chippolicy.rules import nearest

if TYPE_CHECKING:
    from chippolicy.engine.intake.convert import Converted

DESCRIPTOR = "datapackage.json"


class Input(NamedTuple):
    """A table to check: where its CSV text is, how its file is called, what is said of it."""

    path: Path
    shown: str
    table: str
    size: int | None = None
    algorithm: str | None = None
    digest: str | None = None
    delimiter: str = ","
    """The character between columns."""
    declared: bool = True
    """Whether the delimiter is what the file's name or descriptor lets expect."""
    whole: Path | None = None
    """The file itself, where `path` is what was unpacked or made of it."""
    converted: Converted | None = None
    """What was converted, where the file is of another format."""

    def place(self, line: int) -> str:
        """Where a row is, in words."""
        return self.converted.place(line) if self.converted else f"{self.shown}, line {line}"


def usual_delimiter(shown: str) -> str:
    """The character that a file's name lets expect between columns."""
    return "\t" if TSV in Path(shown).suffixes else ","


def unreadable(shown: str, error: OSError, table: str | None = None) -> Finding:
    """The finding for a file that cannot be opened."""
    place = {"path": shown, "table": table}
    if isinstance(error, FileNotFoundError):
        return finding("file/not-found", f"there is no {shown!r}", **place)
    reason = (error.strerror or str(error)).lower()
    return finding("file/unreadable", f"{shown!r} cannot be read: {reason}", **place)


def unknown_table(name: str, shown: str, plan: Plan, **more: Any) -> Finding:
    """The finding for a file, sheet or list that is of no table."""
    near = nearest(name, plan.tables)
    if name == "":
        message = f"{shown!r} has no name that says which table it holds"
        hint: str | None = "Name the table with --table."
    else:
        message = f"{name!r} is not a table; the tables are {', '.join(plan.tables)}"
        hint = (
            f"Did you mean {near}? Rename the file, or name its table with --table {near}."
            if near
            else None
        )
    return finding(
        "table/unknown", message, **{"hint": hint, "path": shown, "value": name or None, **more}
    )
