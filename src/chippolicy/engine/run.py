"""A validation from end to end: inputs, verdict, places, report."""

from __future__ import annotations

import gc
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from time import perf_counter

from chippolicy._resources import resource
from chippolicy.derive.plan import Plan, load_plan
from chippolicy.derive.version import DATA_AS_OF
from chippolicy.engine.checks import EdgeWatcher, FieldWatcher, collect
from chippolicy.engine.clash import clashes
from chippolicy.engine.dates import OrderWatcher
from chippolicy.engine.examples import MarkWatcher
from chippolicy.engine.executors import (
    EXECUTORS,
    locator_for,
    read_ahead,
    size_of,
    survey_table,
    takes_frames,
)
from chippolicy.engine.faults import Fault, finding
from chippolicy.engine.gather import gather_watchers
from chippolicy.engine.intake.resolve import meant, resolve
from chippolicy.engine.intake.scratch import Scratch
from chippolicy.engine.intake.source import Input
from chippolicy.engine.locate import MOST_CAUSES
from chippolicy.engine.rows import SurveyedFile
from chippolicy.engine.slips import IdDayWatcher, RangeWatcher
from chippolicy.engine.soundness import look
from chippolicy.engine.survey import TableSurvey, UnsuitedError, Watcher
from chippolicy.engine.universe import Loader, Universe, table_order
from chippolicy.findings import FileSummary, Finding, Report, Severity, in_order
from chippolicy.rules import CATALOG, FAMILIES, RULES, Edges, Order, nearest
from chippolicy.rules.parts import Aliases, IdDay, Marked, Range

BUNDLED, NONE = "bundled", "none"

# What cannot be read at all, so that the exit status says that not everything was checked.
_UNREADABLE = frozenset(
    {
        "file/not-found",
        "file/unreadable",
        "file/no-tables",
        "file/format",
        "file/encoding",
        "file/descriptor",
    }
)
# The same, where nothing of the file could be read.
_FORMLESS = frozenset({"file/syntax", "file/shape"})

PathLike = str | os.PathLike[str]
SourceTexts = Mapping[str, PathLike] | PathLike
"""The file of each source's text by the source's id, or a folder of `<id>.txt` and `<id>.md`."""
Progress = Callable[[str, int, int], None]
"""Told what is being done, and how many bytes of how many are behind."""


def validate(
    paths: PathLike | Iterable[PathLike] | None = None,
    *,
    against: PathLike = BUNDLED,
    table: str | None = None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    max_findings: int | None = None,
    waivers: PathLike | None = None,
    today: date | str | None = None,
    engine: str = "auto",
    source_texts: SourceTexts | None = None,
    progress: Progress | None = None,
) -> Report:
    """Check data packages, folders of tables or single files, and report every fault.

    `paths`: what to check, in any format of docs/formats.md; "-" is standard input; None means the
    shipped package.
    `against`: where references that the files themselves do not resolve are looked up:
    ``"bundled"`` (the shipped package), ``"none"``, or a path.
    `table`: the table that single files hold, where their names do not say so.
    `select`, `ignore`: rule codes or families to tell, or to leave out.
    `max_findings`: how many findings to list; the counts are of all. Without it, of each check of
    a table the first 1,000 causes are listed.
    `waivers`: a CSV file of findings to let pass, each with a reason and the last day it holds
    (columns code, record, path, line, reason, expires); how many were is in `Report.waived`.
    `today`: the day that waivers are held against, as YYYY-MM-DD; None means the last day that
    the shipped data tells of, so that a report does not change by the clock.
    `engine`: the executor, one of `EXECUTORS`; ``"auto"`` chooses.
    `source_texts`: the texts of sources, which quotes and locators are held against: the file of
    each by the source's id, or a folder of files named `<id>.txt` or `<id>.md`.
    `progress`: called with what is being done, and how many bytes of how many are behind.

    Raises ValueError for an unknown table, code, family or executor, or no such day. Bad data
    never raises: it is reported.
    """
    begun = perf_counter()
    plan = load_plan()
    _must_be("engine", engine, EXECUTORS)
    if table is not None:
        _must_be("table", table, plan.tables)
    for code in (*select, *ignore):
        _must_be("rule or family", code, (*CATALOG, *FAMILIES))
    if paths is None:
        listed, against = [str(resource("datapackage"))], NONE
    elif isinstance(paths, (str, os.PathLike)):
        listed = [os.fspath(paths)]
    else:
        listed = [os.fspath(path) for path in paths]
    on = date.fromisoformat(str(today or DATA_AS_OF))
    with _no_collector():
        # Whoever asks for more is given more; a waiver may be for any of them.
        most = None if waivers is not None else max(MOST_CAUSES, max_findings or 0)
        with Scratch() as scratch:
            told_of = partial(
                _run, plan, listed, os.fspath(against), table, progress, scratch, source_texts
            )
            try:
                findings, files, untold = told_of(engine, most)
            except UnsuitedError:
                # A base that frames cannot make out is found to be so only where it is asked.
                findings, files, untold = told_of("rows", most)
    read = {file.path for file in files if file.table}
    unreadable = any(
        one.code in _UNREADABLE or (one.code in _FORMLESS and one.path not in read)
        for one in findings
    )
    waived = 0
    if waivers is not None:
        from chippolicy.engine.waivers import waive

        left, waived = waive(findings, os.fspath(waivers), on, whole=not unreadable)
        findings = in_order(left)
        unreadable = unreadable or any(one.code in _UNREADABLE for one in findings)
    more: Counter[Severity] = Counter()
    told = [one for one in findings if _wanted(one.code, select, ignore)]
    faulty = {one.path for one in told}
    for (code, severity, path), count in untold.items():
        if _wanted(code, select, ignore):
            more[severity] += count
            faulty.add(path)
    counts = {
        severity.value: sum(one.severity is severity for one in told) + more[severity]
        for severity in Severity
    }
    return Report(
        findings=tuple(told if max_findings is None else told[:max_findings]),
        files=tuple(files),
        seconds=perf_counter() - begun,
        unreadable=unreadable,
        counts=counts,
        waived=waived,
        faulty_files=len(faulty - {None}),
    )


def _must_be(what: str, name: str, names: Iterable[str]) -> None:
    known = tuple(names)
    if name in known:
        return
    near = nearest(name, known)
    raise ValueError(f"unknown {what} {name!r}" + (f"; did you mean {near}?" if near else ""))


def _wanted(code: str, select: Sequence[str], ignore: Sequence[str]) -> bool:
    names = {code, code.partition("/")[0]}
    return (not select or bool(names & set(select))) and not names & set(ignore)


@contextmanager
def _no_collector() -> Iterator[None]:
    # Millions of short-lived tuples and no cycles: the collector would only look on.
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


Untold = Counter[tuple[str, Severity, "str | None"]]
"""How many findings there are besides those that are told, by code, severity and file."""


def _run(
    plan: Plan,
    paths: Sequence[str],
    against: str,
    table: str | None,
    progress: Progress | None,
    scratch: Scratch,
    source_texts: SourceTexts | None,
    engine: str,
    most: int | None,
) -> tuple[tuple[Finding, ...], list[FileSummary], Untold]:
    found: list[Finding] = []
    inputs: list[Input] = []
    if progress:
        # Files of other formats are read to their end here.
        progress("Opening files", 0, 0)
    for one in resolve(paths, plan, scratch, table):
        if isinstance(one, Finding):
            found.append(one)
        else:
            inputs.append(one)
    base_inputs: dict[str, list[Input]] = {}
    if against != NONE:
        where = str(resource("datapackage")) if against == BUNDLED else against
        for one in resolve([where], plan, scratch):
            if isinstance(one, Finding):
                found.append(one)
            else:
                # What others are held against is not itself checked, nor is its hash.
                plain = one._replace(size=None, algorithm=None, digest=None)
                base_inputs.setdefault(one.table, []).append(plain)
    given = frozenset(one.table for one in inputs)
    everything = [*inputs, *(one for ones in base_inputs.values() for one in ones)]
    frames = takes_frames(engine, everything)
    universe = Universe(plan, _base_loader(plan, base_inputs, given, found, frames=frames))
    scratch.at_end(universe.close)
    # What these would have held is missing, and that has been told.
    lost = (one for one in found if one.severity is Severity.ERROR)
    universe.unread |= {table for one in lost if (table := meant(one, plan))}
    if against != NONE and not base_inputs:
        universe.unread |= set(plan.tables)
    files: dict[str, list[SurveyedFile]] = {}
    lookups = _lookups(given)
    done, total = 0, size_of(inputs) if progress else 0
    tables = [
        (table, [one for one in inputs if one.table == table.name])
        for table in table_order(plan, (one.table for one in inputs))
    ]
    ahead = read_ahead(mine for _, mine in tables) if frames else None
    if ahead:
        scratch.at_end(ahead.close)
    for table_plan, mine in tables:
        name = table_plan.name
        if progress:
            progress(f"Reading {name}", done, total)
        done += size_of(mine)
        universe.surveys[name], files[name] = survey_table(
            mine,
            plan,
            table_plan,
            lookups.get(name, ()),
            partial(_watchers, name, universe),
            frames=frames,
            before=universe.surveys,
            ahead=ahead,
        )
    if progress:
        progress("Comparing tables", done, total)
    if frames and base_inputs:
        universe.expect()
    faults: dict[str, list[Fault]] = {}
    for fault in collect(universe).faults:
        faults.setdefault(fault.table, []).append(fault)
    untold: Untold = Counter()
    for name, surveyed in files.items():
        base = base_inputs.get(name, [])
        if progress and name in faults:
            progress(f"Looking for places in {name}", done, total)
        locator = locator_for(universe.surveys[name], faults.get(name, ()), most, lines=bool(base))
        for file in surveyed:
            told = file.findings
            if file.header is not None:
                told = [*told, *locator.place(file)]
                for (code, severity), count in locator.untold.items():
                    untold[code, severity, file.input.shown] += count
                shared = universe.shared_keys(name) if base else ()
                if shared:
                    table_survey = universe.surveys[name]
                    faulty = locator.faulty_lines | _misfits(file)
                    below = universe.base(name)
                    differing, unlisted = clashes(
                        file, table_survey, base, below, shared, faulty, most
                    )
                    told += differing
                    if unlisted:
                        severity = CATALOG["key/clash"].severity
                        untold["key/clash", severity, file.input.shown] += unlisted
                if converted := file.input.converted:
                    told = [
                        *file.findings,
                        *(converted.placed(one) for one in told[len(file.findings) :]),
                    ]
            found += told
            if not any(one.severity is Severity.ERROR for one in told):
                found += _changed(file)
    if source_texts is not None:
        # Imported here: only who has the texts at hand asks for it.
        from chippolicy.engine.evidence.citing import check_evidence

        if progress:
            progress("Looking for quotes", done, total)
        told, beyond = check_evidence(source_texts, plan, files, universe, most)
        found += told
        for (code, severity), count in beyond.items():
            untold[code, severity, None] += count
    order = {one.shown: number for number, one in enumerate(inputs)}
    found.sort(key=lambda one: order.get(one.path or "", -1))
    listed = in_order(found)
    summaries = [
        FileSummary(file.input.shown, file.input.table, file.rows)
        for surveyed in files.values()
        for file in surveyed
    ]
    seen = {summary.path for summary in summaries}
    summaries += [
        FileSummary(path)
        for path in dict.fromkeys(one.path for one in found if one.path)
        if path not in seen
    ]
    summaries.sort(key=lambda one: order.get(one.path, len(order)))
    return listed, summaries, untold


def _misfits(file: SurveyedFile) -> set[int]:
    """The rows with values that no cell could hold."""
    return file.input.converted.faulty if file.input.converted else set()


def _changed(file: SurveyedFile) -> list[Finding]:
    """A file that is sound but not what its descriptor says: one with faults was told already."""
    stated, sound = file.input, file.soundness
    if sound is None or (stated.size is None and stated.digest is None):
        return []
    if stated.whole is not None:
        # What was read is not the file that the descriptor speaks of, but what is in it.
        sound = look(stated.whole, stated.algorithm)
    if stated.size is not None and stated.size != sound.size:
        what = f"{sound.size:,} bytes, where the descriptor says {stated.size:,}"
    elif stated.digest is not None and stated.digest != sound.digest:
        what = f"another {stated.algorithm} hash than the descriptor says"
    else:
        return []
    message = f"{stated.shown!r} has {what}"
    return [finding("file/hash", message, path=stated.shown, table=stated.table)]


def _base_loader(
    plan: Plan,
    inputs: dict[str, list[Input]],
    given: frozenset[str],
    found: list[Finding],
    *,
    frames: bool,
) -> Loader:
    """Reads base tables; of their faults those are told that keep rows from being read."""

    def load(name: str) -> TableSurvey | None:
        if name not in inputs:
            return None
        survey, files = survey_table(
            inputs[name],
            plan,
            plan.tables[name],
            _lookups(given).get(name, ()),
            lambda: _group_watchers(plan, name),
            frames=frames,
            trusted=True,
        )
        for file in files:
            found.extend(file.findings)
        return survey

    return load


def _lookups(given: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """The columns of each table that rules or references look up, some tables being given."""
    wanted: dict[str, dict[str, None]] = {"redirects": {"new": None}}
    for column in (column for table in load_plan().tables.values() for column in table.columns):
        if column.ref_table and column.ref_kinds:
            wanted.setdefault(column.ref_table, {})["kind"] = None
    for rule in RULES:
        for part in rule.parts:
            if isinstance(part, Order):
                for path in (part.first, part.then, *(where.path for where in part.where)):
                    if path.table and path.of:
                        wanted.setdefault(path.table, {})[path.of] = None
            elif isinstance(part, Aliases) and part.table in given:
                for table, label in part.labels:
                    wanted.setdefault(table, {})[label] = None
    return {table: tuple(columns) for table, columns in wanted.items()}


def _watchers(name: str, universe: Universe) -> list[Watcher]:
    found: list[Watcher] = [*_group_watchers(universe.plan, name)]
    for rule in RULES:
        for part in rule.parts:
            match part:
                case Order(table=table) if table == name:
                    found.append(OrderWatcher(rule, part, universe.lookup))
                case Range(table=table) if table == name:
                    found.append(RangeWatcher(rule, part))
                case IdDay(table=table) if table == name:
                    found.append(IdDayWatcher(rule, part))
                case Marked():
                    found.append(MarkWatcher(rule, part, universe.plan.tables[name]))
    if name == "citations":
        found.append(FieldWatcher(universe))
    return found


def _group_watchers(plan: Plan, name: str) -> list[Watcher]:
    """What is watched of a table that others are held against, too."""
    edges = (
        EdgeWatcher(part, plan.tables[name].key[0])
        for rule in RULES
        for part in rule.parts
        if isinstance(part, Edges) and part.table == name
    )
    return [*edges, *gather_watchers(name)]
