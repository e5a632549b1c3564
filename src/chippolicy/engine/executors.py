"""The two executors of one plan, and which of them reads a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING

from chippolicy.derive.plan import Plan, TablePlan
from chippolicy.engine.faults import Fault
from chippolicy.engine.intake.source import Input
from chippolicy.engine.locate import Locator
from chippolicy.engine.rows import SurveyedFile, survey_file
from chippolicy.engine.survey import TableSurvey, UnsuitedError, Watcher

if TYPE_CHECKING:
    from chippolicy.engine.frames.reading import Ahead

EXECUTORS = ("auto", "rows", "frames")
"""What does the checking: rows of Python's, frames of Polars, or what is faster for the size."""
LARGE_RUN = 6_000_000
"""From so many bytes on `auto` takes frames: below, importing Polars costs more than it saves."""
LARGE_TABLE = 400_000
"""Of such a run, tables of fewer bytes are read as rows all the same."""


class MissingExtraError(ValueError):
    """The `frames` executor was asked for, but Polars is not installed."""


def takes_frames(engine: str, inputs: Iterable[Input]) -> bool:
    """Whether a run is one for the `frames` executor.

    Raises MissingExtraError where it is asked for and cannot be had.
    """
    if engine == "rows" or (engine == "auto" and size_of(inputs) < LARGE_RUN):
        return False
    from chippolicy.engine.frames import available

    if available():
        return True
    if engine == "frames":
        raise MissingExtraError(
            "the frames engine needs Polars, which is not installed: pip install chippolicy[fast]"
        )
    return False


def size_of(inputs: Iterable[Input]) -> int:
    """How many bytes some files have in all."""
    total = 0
    for one in inputs:
        with suppress(OSError):
            total += one.path.stat().st_size
    return total


def read_ahead(tables: Iterable[Sequence[Input]]) -> Ahead:
    """Lets the large files of some tables be begun, each while the one before it is taken."""
    from chippolicy.engine.frames.reading import Ahead

    return Ahead([one.path for inputs in tables if _is_large(inputs) for one in inputs])


def _is_large(inputs: Sequence[Input]) -> bool:
    """Whether a table of a run that takes frames is read by them."""
    return size_of(inputs) >= LARGE_TABLE and all(one.delimiter == "," for one in inputs)


def survey_table(
    inputs: Sequence[Input],
    plan: Plan,
    table: TablePlan,
    lookups: Iterable[str],
    watchers: Callable[[], Sequence[Watcher]],
    *,
    frames: bool,
    before: Mapping[str, TableSurvey] = MappingProxyType({}),
    ahead: Ahead | None = None,
    trusted: bool = False,
) -> tuple[TableSurvey, list[SurveyedFile]]:
    """Pass once over all files of a table; `before` are the tables that were read before it."""
    lookups = tuple(lookups)
    if frames and _is_large(inputs):
        from chippolicy.engine.frames.reading import Ahead
        from chippolicy.engine.frames.survey import FrameSurvey

        with suppress(UnsuitedError, OSError):
            ahead = ahead or Ahead(())
            large = FrameSurvey(
                table, lookups, watchers, before=before, ahead=ahead, trusted=trusted
            )
            files = [large.take_file(one, plan) for one in inputs]
            large.finish()
            _told_on_converting(files, large)
            return large, files
    survey = TableSurvey(table, lookups, watchers, trusted=trusted)
    files = [survey_file(one, plan, survey) for one in inputs]
    _told_on_converting(files, survey)
    return survey, files


def locator_for(
    survey: TableSurvey, faults: Iterable[Fault], most: int | None, *, lines: bool
) -> Locator:
    """What places the faults of a surveyed table.

    `lines`: whether the lines of all faulty rows are asked for.
    """
    faults = list(faults)
    if survey.large and faults:
        from chippolicy.engine.frames.locating import FrameLocator
        from chippolicy.engine.frames.survey import FrameSurvey

        if isinstance(survey, FrameSurvey):
            return FrameLocator(survey.plan, faults, most, survey, lines=lines)
    return Locator(survey.plan, faults, most)


def _told_on_converting(files: Iterable[SurveyedFile], survey: TableSurvey) -> None:
    """Take over what was found when files of other formats were read."""
    for file in files:
        if converted := file.input.converted:
            file.findings = [*map(converted.placed, file.findings), *converted.findings]
            survey.incomplete |= converted.cut
            survey.keyless += converted.lost
