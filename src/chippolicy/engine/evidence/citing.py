"""Evidence: quotes and locators held against the texts of their sources."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from chippolicy.derive.plan import Plan
from chippolicy.engine.columns import judge_for, shown
from chippolicy.engine.evidence.closest import Passage, closest
from chippolicy.engine.evidence.locators import named, spoken, units_of
from chippolicy.engine.evidence.quoting import fold_quote
from chippolicy.engine.evidence.source_text import MOST_GAP, Span, View, parts_of
from chippolicy.engine.evidence.text_files import TextFile, read_texts
from chippolicy.engine.faults import PLACES, finding
from chippolicy.engine.rows import SurveyedFile, sound_rows
from chippolicy.engine.universe import Universe
from chippolicy.findings import Finding, Place, Severity
from chippolicy.rules import nearest
from chippolicy.rules.rule import ERROR, WARNING

PathLike = str | os.PathLike[str]
ABSENT, LOCATOR = "evidence/quote-absent", "evidence/locator"
_SEVERITY = {ABSENT: ERROR, LOCATOR: WARNING}
_SHOWN = 200
_NEAR_ENOUGH = 0.5
_WHOLE = "*"


def check_evidence(
    source_texts: Mapping[str, PathLike] | PathLike,
    plan: Plan,
    files: Mapping[str, Sequence[SurveyedFile]],
    universe: Universe,
    most: int | None,
) -> tuple[list[Finding], Counter[tuple[str, Severity]]]:
    """The quotes and locators of the files that do not fit the texts, and what is wrong with these.

    Of each rule at most so many causes are told; the rest are counted. Raises ValueError for a
    folder that says nothing or says a thing twice.
    """
    findings: list[Finding] = []
    texts = dict(read_texts(source_texts, findings))
    findings += _strangers(texts, universe)
    wanted = {one: one for one in texts} | _retired(texts, universe)
    check = _Check(plan, {old: texts[new] for old, new in wanted.items()})
    for file in files.get("citations", ()):
        check.citations(file)
    for file in files.get("statements", ()):
        check.statements(file)
    told, untold = check.told(most)
    return [*findings, *told], untold


def _strangers(texts: Mapping[str, TextFile], universe: Universe) -> Iterator[Finding]:
    """Texts for ids that no source has: nothing would be held against them, without a word."""
    if not universe.present("sources") or universe.incomplete("sources"):
        return
    unknown = set(texts)
    for layer in universe.layers("sources"):
        unknown = layer.lacking(unknown)
    for source in sorted(unknown):
        near = nearest(source, universe.pool("sources", source))
        yield finding(
            "ref/dangling",
            f"{texts[source].shown!r} is given as the text of {shown(source)}, "
            "but sources has no such record",
            hint=f"Did you mean {near}?" if near else None,
            path=texts[source].shown,
            value=source,
        )


def _retired(texts: Mapping[str, TextFile], universe: Universe) -> dict[str, str]:
    """Retired ids of sources whose texts are given, with the ids they go by now."""
    found = {}
    for old in universe.redirects:
        table, _, retired = old.partition("/")
        new = (universe.successor(old) or "").removeprefix("sources/")
        if table == "sources" and retired not in texts and new in texts:
            found[retired] = new
    return found


@dataclass
class _Cause:
    """One fault, and the rows that have it."""

    code: str
    file: SurveyedFile
    column: str
    value: str
    sources: tuple[str, ...]
    quote: str
    message: str = ""
    hint: str | None = None
    count: int = 0
    places: list[Place] = field(default_factory=list)


class _Check:
    """Goes through the rows and gathers what is wrong, rows with one cause together."""

    def __init__(self, plan: Plan, texts: Mapping[str, TextFile]) -> None:
        self._plan = plan
        self._texts = texts
        self._causes: dict[tuple[str, ...], _Cause] = {}
        self._placed: dict[tuple[str, str], list[tuple[View, Span]]] = {}
        self._cited: dict[str, dict[str, set[str]]] = {}
        self._absent_of: dict[str, set[str]] = {}
        quoting = [(table, "quote") for table in ("citations", "statements")]
        self._judges = {
            (table, name): judge_for(plan.tables[table].by_name[name])
            for table, name in [*quoting, ("citations", "locator")]
        }

    def citations(self, file: SurveyedFile) -> None:
        """Hold each citation's quote and locator against the text of its source."""
        for line, row in _records(file):
            record, source = row.get("record", ""), row.get("source_id", "")
            if record.startswith("statements/") and row.get("relation") != "contradicts":
                fields = self._cited.setdefault(record, {})
                fields.setdefault(row.get("field", ""), set()).add(source)
            if source not in self._texts:
                continue
            quote, locator = row.get("quote", ""), row.get("locator", "")
            if not self._is_sound("citations", "quote", quote):
                continue
            place = self._place(file, row, line)
            if quote and not self._places(source, quote):
                self._absent_of.setdefault(record, set()).add(fold_quote(quote))
                self._absent(file, (source,), quote, place)
            elif locator and self._is_sound("citations", "locator", locator):
                self._locate(file, source, quote, locator, place)

    def statements(self, file: SurveyedFile) -> None:
        """Hold each statement's quote against the texts of its sources, where all are given."""
        for line, row in _records(file):
            quote, record = row.get("quote", ""), f"statements/{row.get('id', '')}"
            by_field = self._cited.get(record, {})
            # What bears on the words is asked first: other fields may rest on other sources.
            sources = by_field.get(_WHOLE, set()) | by_field.get("quote", set())
            sources = sources or set().union(*by_field.values())
            if not quote or not sources or not sources <= self._texts.keys():
                continue
            if not self._is_sound("statements", "quote", quote):
                continue
            # The same words may be told of its citation already.
            if fold_quote(quote) in self._absent_of.get(record, ()):
                continue
            if not any(self._places(source, quote) for source in sources):
                place = self._place(file, row, line)
                self._absent(file, tuple(sorted(sources)), quote, place)

    def told(self, most: int | None) -> tuple[list[Finding], Counter[tuple[str, Severity]]]:
        """A finding for each cause, and how many of each rule are beyond the most."""
        untold: Counter[tuple[str, Severity]] = Counter()
        numbers: Counter[str] = Counter()
        kept = []
        for cause in self._causes.values():
            numbers[cause.code] += 1
            if most is not None and numbers[cause.code] > most:
                untold[cause.code, _SEVERITY[cause.code]] += 1
            else:
                kept.append(cause)
        self._compare([cause for cause in kept if cause.code == ABSENT])
        return [_finding(cause) for cause in kept], untold

    def _place(self, file: SurveyedFile, row: Mapping[str, str], line: int) -> Place:
        plan = self._plan.tables[file.input.table]
        key = [row.get(name, "") for name in plan.key]
        return Place(line, f"{plan.name}/{'+'.join(key)}"[:_SHOWN] if all(key) else None)

    def _is_sound(self, table: str, column: str, value: str) -> bool:
        """Whether a value is one of its column; if not, that is told already."""
        return not value or self._judges[table, column](value) is None

    def _places(self, source: str, quote: str) -> list[tuple[View, Span]]:
        found = self._placed.get((source, quote))
        if found is None:
            found = self._placed[source, quote] = list(self._texts[source].text.places(quote))
        return found

    def _absent(
        self, file: SurveyedFile, sources: tuple[str, ...], quote: str, place: Place
    ) -> None:
        key = (ABSENT, str(file.input.path), file.input.table, *sources, quote)
        self._add(key, place, quote, file, "quote", sources, quote)

    def _locate(
        self, file: SurveyedFile, source: str, quote: str, locator: str, place: Place
    ) -> None:
        message = self._misplaced(source, quote, locator)
        if message is not None:
            key = (LOCATOR, str(file.input.path), source, quote, locator)
            cause = self._add(key, place, locator, file, "locator", (source,), quote)
            cause.message, cause.hint = message

    def _add(
        self,
        key: tuple[str, ...],
        place: Place,
        value: str,
        file: SurveyedFile,
        column: str,
        sources: tuple[str, ...],
        quote: str,
    ) -> _Cause:
        cause = self._causes.get(key)
        if cause is None:
            cause = self._causes[key] = _Cause(key[0], file, column, value, sources, quote)
        cause.count += 1
        if len(cause.places) < PLACES:
            cause.places.append(place)
        return cause

    def _misplaced(self, source: str, quote: str, locator: str) -> tuple[str, str | None] | None:
        """What is wrong with a locator, and the right one; None for one that cannot be checked."""
        what = named(locator)
        text = self._texts[source].text
        if what is None or (what.unit == "paragraph" and not text.paragraphs):
            return None
        if not quote:
            if what.unit != "paragraph" or what.first <= text.paragraphs:
                return None
            has = f"{text.paragraphs} paragraph{'' if text.paragraphs == 1 else 's'}"
            return f"locator is {shown(locator)}, but the text of {source} has {has}", None
        right = None
        for view, span in self._places(source, quote):
            there = units_of(what.unit, view, span)
            if any(what.holds(one) for one in there):
                return None
            right = right or spoken(there)
        return (
            f"locator is {shown(locator)}, but in the text of {source} the quote "
            f"{shown(quote)} stands in {right}",
            f"Write {right}.",
        )

    def _compare(self, causes: Iterable[_Cause]) -> None:
        """Say of each absent quote what comes closest to it."""
        by_source: dict[str, dict[str, list[_Cause]]] = {}
        for cause in causes:
            for source in cause.sources:
                text = self._texts[source].text
                part = text.absent(cause.quote)
                if part is not None:
                    part = cause.quote if part == text.folded(cause.quote) else part
                    by_source.setdefault(source, {}).setdefault(part, []).append(cause)
        best: dict[int, tuple[str, Passage]] = {}
        for source, parts in by_source.items():
            for part, passage in closest(self._texts[source].text.view, parts).items():
                for cause in parts[part]:
                    known = best.get(id(cause))
                    if known is None or passage.alike > known[1].alike:
                        best[id(cause)] = (source, passage)
        sought = {
            id(one) for parts in by_source.values() for ones in parts.values() for one in ones
        }
        for cause in causes:
            self._say(cause, best.get(id(cause)), in_parts=id(cause) not in sought)

    def _say(self, cause: _Cause, near: tuple[str, Passage] | None, *, in_parts: bool) -> None:
        texts = " or ".join(cause.sources)
        cause.message = f"quote is {shown(cause.quote)}, which is not in the text of {texts}"
        if not any(map(str.isalnum, cause.quote)):
            cause.message = f"quote is {shown(cause.quote)}, in which there are no words"
        elif in_parts:
            cause.message += (
                f": its parts are, but not in this order or not within {MOST_GAP:,} characters"
            )
        elif near is None:
            cause.message += ", nor is anything like it"
        else:
            source, passage = near
            view = self._texts[source].text.view
            words = view.shown(passage.span)
            where = f"{spoken(view.names(passage.span))}, line {view.lines(passage.span)[0]}"
            of = f" of {source}" if len(cause.sources) > 1 else ""
            cause.message += (
                f"; the closest passage ({where}{of}) is {_cut(words)!r}: "
                f"the quote {', '.join(passage.differences)}"
            )
            # Of a part alone, the words would not be all that is to be written.
            whole = _cut(words) == words and len(parts_of(cause.quote)) == 1
            if whole and passage.alike >= _NEAR_ENOUGH:
                cause.hint = f"Write the source's own words: {words}"


def _records(file: SurveyedFile) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The sound rows of a file with their lines, by the table's columns."""
    header = file.header
    if header is None:
        return
    for line, row in sound_rows(file.input, header):
        yield line, {name: row[at] for name, at in header.known.items()}


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _finding(cause: _Cause) -> Finding:
    first, source = cause.places[0], cause.file.input
    one = finding(
        cause.code,
        cause.message,
        hint=cause.hint,
        path=source.shown,
        line=first.line,
        column=cause.column,
        table=source.table,
        record=first.record,
        field=cause.column,
        value=_cut(cause.value),
        count=cause.count,
        places=tuple(cause.places) if cause.count > 1 else (),
    )
    return source.converted.placed(one) if source.converted else one
