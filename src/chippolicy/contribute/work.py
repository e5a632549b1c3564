"""Files at work: what is repaired in them, what is left, and the rows that both are found in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from chippolicy.contribute.repairs import Mended
from chippolicy.derive.plan import TablePlan
from chippolicy.engine.intake.source import Input


@dataclass(frozen=True)
class Repair:
    """One repair: the finding that it undoes, where, and what was and will be there."""

    code: str
    path: str
    line: int | None = None
    column: str | None = None
    old: str | None = None
    new: str | None = None
    """Old and new value of a cell; None where no cell is meant."""
    count: int = 1


@dataclass(frozen=True)
class Leaving:
    """Something faulty that is left, and why it is not for us to mend."""

    code: str
    path: str
    reason: str
    line: int | None = None
    column: str | None = None
    value: str | None = None


@dataclass(frozen=True)
class FixedFile:
    """A file that repairs change."""

    path: Path
    shown: str
    before: bytes = field(repr=False)
    after: bytes = field(repr=False)
    diff: str = field(repr=False)
    """What changes, as a unified diff, invisible characters made visible."""


class WorkRow(Protocol):
    """A row whose cells can be changed."""

    line: int
    """The line that a person knows it by."""
    deleted: bool

    @property
    def number(self) -> int:
        """What tells it from the other rows of its file."""
        ...

    @property
    def width(self) -> int:
        """How many cells it has."""
        ...

    def value(self, at: int) -> str:
        """What a cell holds."""
        ...

    def values(self) -> list[str]:
        """What each cell holds."""
        ...

    def is_blank(self) -> bool:
        """Whether no cell holds anything."""
        ...

    def put(self, at: int, value: str) -> None:
        """Put another value into a cell."""
        ...


R = TypeVar("R", bound=WorkRow)


@dataclass
class WorkFile(Generic[R]):
    """The rows of a table in a file, header included, and what was repaired in them."""

    input: Input
    plan: TablePlan
    rows: list[R]
    header: list[str] = field(default_factory=list)
    repairs: dict[tuple[int, str], Repair] = field(default_factory=dict)
    """By row and column, so that two repairs of a cell are told as one."""

    @property
    def sound_rows(self) -> Iterator[R]:
        """The rows below the header that have its width."""
        width = len(self.header)
        below = False
        for row in self.rows:
            if below and not row.deleted and row.width == width:
                yield row
            below = below or not row.is_blank()

    def mendable(self, row: R, column: str) -> Mended | None:
        """How a value is to be written that no cell can hold as it is."""
        return None

    def tell(self, code: str, row: R, column: str, old: str, new: str) -> None:
        """Note the repair of a cell."""
        first = self.repairs.get((row.number, column))
        if first is not None:
            code, old = first.code, first.old or old
        repair = Repair(code, self.input.shown, row.line, column, old, new)
        self.repairs[row.number, column] = repair

    def tell_all(self, code: str, lines: Sequence[int]) -> None:
        """Note a repair that is none of a cell."""
        if lines:
            self.repairs[0, code] = Repair(code, self.input.shown, lines[0], count=len(lines))
