"""Assessing chips by the million: figures in, answers out, in columns.

Between two thresholds nothing changes. So each chip is placed in a cell: for every metric, on a
threshold that matters for the sale and the date, or between two of them. All chips of a cell get
the answer of the first one met there, which comes from the same judgment as any other: there is no
second set of rules. Places are found by comparing floats, but next to a threshold a fence sends
the chip to exact arithmetic.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import islice
from json.encoder import encode_basestring_ascii
from typing import Any, NamedTuple

from chippolicy.controls.figures import Figures, from_numbers
from chippolicy.controls.question import Question
from chippolicy.controls.rulebook import LIFTED, REQUIREMENTS, REVIEWS
from chippolicy.controls.spans import outcomes
from chippolicy.controls.verdict import scope
from chippolicy.derive.plan import load_plan
from chippolicy.edtf import EdtfDate
from chippolicy.findings import Finding, Severity
from chippolicy.metrics import exact
from chippolicy.reports.visible import json_safe
from chippolicy.rules.nearest import nearest

BLOCK = 2048
"""Lines handled at a time."""

NUMBERS = ("tpp", "die_area_mm2", "memory_bandwidth_gb_s", "interconnect_gb_s")
"""The figures that are plain numbers."""
_OWN = ("id", "tpp", "throughput", "datacenter")
_AS_GIVEN = frozenset({"tpp", "memory_bandwidth_gb_s", "interconnect_gb_s"})
_PLAIN = {int, float, type(None)}
_FLAGS = {bool, type(None)}
# Far wider than the error of an operation or two on doubles.
_FENCE = Fraction(1, 10**12)
# Figures beyond these are asked about one by one, exactly.
_LEAST, _GREATEST = 1e-3, 1e12

Cell = tuple[Any, ...]
Column = list[float | None]
Places = list[int | None]


class BadLineError(ValueError):
    """A line that is no chip, or a name of no figure; the message says why."""

    def __init__(self, code: str, reason: str, column: str | None = None) -> None:
        super().__init__(reason)
        self.code, self.column = code, column


class Placed(NamedTuple):
    """A chip as the text of a JSON object, and where in its file it begins."""

    line: int
    text: bytes


@dataclass(frozen=True)
class Scale:
    """The thresholds of a metric, in order, and the places on and between them."""

    thresholds: tuple[Fraction, ...]

    @cached_property
    def marks(self) -> list[float] | None:
        """The thresholds as doubles, where each stands for its threshold exactly."""
        found = [float(threshold) for threshold in self.thresholds]
        same = [exact(mark) for mark in found] == list(self.thresholds)
        return found if same else None

    @cached_property
    def fences(self) -> list[float]:
        """Two bounds around each threshold: in between only exact arithmetic decides."""
        return [
            float(threshold + side * max(abs(threshold), Fraction(1)) * _FENCE)
            for threshold in self.thresholds
            for side in (-1, 1)
        ]

    def place(self, value: Fraction) -> int:
        """The place of a value: 2n above n thresholds, 2n + 1 on the next one."""
        above = bisect_left(self.thresholds, value)
        on = above < len(self.thresholds) and self.thresholds[above] == value
        return 2 * above + on

    def places(self, values: Column) -> Places:
        """The places of a column of doubles that were computed: an odd one is not sure."""
        fences = self.fences
        return [None if value is None else bisect_left(fences, value) for value in values]

    def places_as_given(self, values: Column, marks: list[float]) -> Places:
        """The places of a column of doubles as they were read, which are exact.

        A double stands for the shortest decimal that prints it: as those have the doubles' order,
        comparing the doubles compares the decimals. A product with a power of two is no less so.
        """
        return [
            None if value is None else bisect_left(marks, value) + bisect_right(marks, value)
            for value in values
        ]


@dataclass
class Batch:
    """A question asked of many chips, each given as a JSON object."""

    question: Question
    moment: EdtfDate
    path: str | None = None
    findings: list[Finding] = field(default_factory=list)
    """What was wrong with the lines that could not be assessed."""
    _answers: dict[Cell, str] = field(default_factory=dict)

    def run(self, lines: Iterable[bytes]) -> Iterator[str]:
        """The answers as JSON Lines, a block at a time; bad lines become findings instead."""
        rest = iter(lines)
        first = 1
        while block := list(islice(rest, BLOCK)):
            yield "".join(self._block(block, range(first, first + len(block)), []))
            first += len(block)

    def run_placed(self, chips: Iterable[Placed | Finding]) -> Iterator[str]:
        """As `run`, for chips that stand where they say; findings among them are kept."""
        rest = iter(chips)
        while block := list(islice(rest, BLOCK)):
            found = [one for one in block if isinstance(one, Finding)]
            placed = [one for one in block if isinstance(one, Placed)]
            texts, numbers = [one.text for one in placed], [one.line for one in placed]
            yield "".join(self._block(texts, numbers, found))

    def _block(
        self, lines: Sequence[bytes], places: Sequence[int], found: Sequence[Finding]
    ) -> list[str]:
        before = len(self.findings)
        self.findings += found
        numbers, chips = self._read(lines, places)
        columns, odd = _columns(chips)
        cells = self._cells(chips, columns, odd)
        told = []
        for row, number in enumerate(numbers):
            answer = self._answers.get(cells[row]) if row not in odd else None
            if answer is None:
                try:
                    figures = _figures(chips[row])
                except BadLineError as error:
                    self._refuse(number, error)
                    continue
                answer = self._answer(figures)
                if row not in odd:
                    self._answers[cells[row]] = answer
            told.append(f'{{"line": {number}, "id": {_id(chips[row].get("id"))}, {answer}}}\n')
        # Some are found on reading, some on assessing: told in the lines' order.
        self.findings[before:] = sorted(self.findings[before:], key=Finding.sort_key)
        return told

    def _read(
        self, lines: Sequence[bytes], places: Sequence[int]
    ) -> tuple[list[int], list[dict[str, Any]]]:
        numbers: list[int] = []
        chips: list[dict[str, Any]] = []
        for number, line in zip(places, lines, strict=True):
            try:
                chip = _chip(line, number == 1)
            except BadLineError as error:
                self._refuse(number, error)
                continue
            if chip is not None:
                numbers.append(number)
                chips.append(chip)
        return numbers, chips

    def _refuse(self, line: int, error: BadLineError) -> None:
        self.findings.append(
            Finding(
                code=error.code,
                severity=Severity.ERROR,
                message=str(error),
                path=self.path,
                line=line,
                column=error.column,
            )
        )

    def _cells(
        self, chips: list[dict[str, Any]], columns: Sequence[Column], odd: set[int]
    ) -> list[Cell]:
        """The cell of every chip but the odd ones."""
        tpp, area, memory, link = columns
        derived = {
            "tpp": tpp,
            "performance_density": [
                None if t is None or a is None else t / a for t, a in zip(tpp, area, strict=True)
            ],
            "memory_bandwidth_gb_s": memory,
            "interconnect_gb_s": link,
            "memory_plus_interconnect_gb_s": [
                None if m is None or i is None else m + i for m, i in zip(memory, link, strict=True)
            ],
        }
        placed = []
        for metric, scale in self._scales.items():
            marks = scale.marks
            if metric in _AS_GIVEN and marks is not None:
                placed.append(scale.places_as_given(derived[metric], marks))
                continue
            places = scale.places(derived[metric])
            for row in [row for row, place in enumerate(places) if place and place & 1]:
                value = _figures(chips[row]).by_metric[metric]
                assert value is not None
                places[row] = scale.place(value)
            placed.append(places)
        flags = [chip.get("datacenter", True) for chip in chips]
        # Which figures are missing is part of the answer.
        unknown = [
            (t is None, a is None, m is None, i is None)
            for t, a, m, i in zip(*columns, strict=True)
        ]
        return list(zip(*placed, flags, unknown, strict=True))

    @cached_property
    def _scales(self) -> dict[str, Scale]:
        """The thresholds that can matter for the sale on the days asked about."""
        question = self.question
        found: dict[str, set[Fraction]] = {
            metric: set() for metric in Figures().by_metric if metric != "datacenter"
        }
        asked = question.asked(self.moment)
        days = outcomes(question.book, Figures(datacenter=None), question.sale, asked)
        for measure in {
            scoped.measure
            for stretch, _ in days
            for scoped in scope(question.book, question.sale, stretch.first)
            if scoped.holds is not False and scoped.measure.counts
        }:
            if measure.effect in REQUIREMENTS | REVIEWS | LIFTED:
                for clause in measure.clauses:
                    for criterion in clause.criteria:
                        if criterion.metric in found:
                            found[criterion.metric].add(criterion.threshold)
        return {metric: Scale(tuple(sorted(values))) for metric, values in found.items()}

    def _answer(self, figures: Figures) -> str:
        """What is told of a chip, without the braces: the same for all of its cell."""
        _, outcome, changes = replace(self.question, figures=figures).outcome(self.moment)
        told: dict[str, Any] = {
            "answer": outcome.answer,
            "paragraphs": outcome.paragraphs,
            "review": outcome.review,
            "missing": outcome.missing,
        }
        if changes:
            told["changes"] = [span.as_dict() for span in changes]
        return json.dumps(told)[1:-1]


def _columns(chips: Sequence[dict[str, Any]]) -> tuple[list[Column], set[int]]:
    """The figures by column, and the rows that are not plain enough for them."""
    read: list[list[Any]] = [[chip.get(name) for chip in chips] for name in NUMBERS]
    odd: set[int] = set()
    for row, chip in enumerate(chips):
        if "throughput" in chip:
            read[0][row] = tpp = _fast_tpp(chip)
            if tpp is None:
                odd.add(row)
    flags = [chip.get("datacenter", True) for chip in chips]
    if not set(map(type, flags)) <= _FLAGS:
        odd.update(row for row, flag in enumerate(flags) if type(flag) not in _FLAGS)
    for column in read:
        if not _all_plain(column):
            odd.update(row for row, value in enumerate(column) if not _all_plain([value]))
    for column in read:
        for row in odd:
            column[row] = None
    return read, odd


def _all_plain(values: Sequence[Any]) -> bool:
    """Whether all are unknown or numbers of a size that doubles carry well."""
    if not set(map(type, values)) <= _PLAIN:
        return False
    known = [value for value in values if value is not None]
    return not known or (min(known) >= _LEAST and max(known) <= _GREATEST)


def _fast_tpp(chip: dict[str, Any]) -> float | None:
    """The TPP of a plain throughput; None where it needs a closer look."""
    rates = chip["throughput"]
    if chip.get("tpp") is not None or type(rates) is not dict or not rates:
        return None
    found = 0.0
    for name, rate in rates.items():
        bits = BITS.get(name)
        if bits is None or type(rate) not in (int, float) or not 0 <= rate <= _GREATEST:
            return None
        found = max(found, bits * rate)
    return found


BITS = {"fp64": 64, "fp32": 32, "fp16": 16, "bf16": 16, "fp8": 8, "int8": 8, "fp4": 4, "int4": 4}
"""The number formats met most, which need no parsing."""


def _figures(chip: dict[str, Any]) -> Figures:
    """A chip's figures, exact; raises BadLineError where they are none."""
    flag = chip.get("datacenter", True)
    if flag is not None and type(flag) is not bool:
        raise BadLineError(
            "value/type", f"datacenter is true or false, not {_shown(flag)}", "datacenter"
        )
    for name in NUMBERS:
        value = chip.get(name)
        if type(value) not in _PLAIN:
            raise BadLineError("value/type", f"{name} is a number, not {_shown(value)}", name)
    throughput = chip.get("throughput")
    if throughput is not None and not (
        type(throughput) is dict and all(type(rate) in (int, float) for rate in throughput.values())
    ):
        reason = 'throughput gives tera-operations/s by number format, such as {"fp8": 296}'
        raise BadLineError("value/type", f"{reason}, not {_shown(throughput)}", "throughput")
    try:
        return from_numbers(
            tpp=chip.get("tpp"),
            throughput=throughput,
            die_area=chip.get("die_area_mm2"),
            memory_bandwidth=chip.get("memory_bandwidth_gb_s"),
            interconnect=chip.get("interconnect_gb_s"),
            datacenter=flag,
        )
    except ValueError as error:
        raise BadLineError("value/limit", str(error)) from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadLineError("table/doubled-column", f"{twice!r} is there twice", twice)
    return found


def _constant(name: str) -> None:
    raise BadLineError("value/type", f"{name} is no number in JSON")


_decode = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant).raw_decode


FIGURES = frozenset((*load_plan().tables["chips"].names, *_OWN))
"""The names that a chip's object may have, besides those of one's own."""


def stranger(name: str, known: Collection[str]) -> BadLineError | None:
    """What is wrong with a name, if it is none of the known ones nor of one's own."""
    if name in known or name.startswith("x_"):
        return None
    near = nearest(name, known)
    hint = f"; did you mean {near!r}?" if near else ""
    return BadLineError("table/unknown-column", f"no figure {name!r}{hint}", name)


def _chip(line: bytes, first: bool) -> dict[str, Any] | None:
    """The object of a line, or None for a blank one; raises BadLineError where it is no chip."""
    try:
        text = line.decode("utf-8-sig" if first else "utf-8").strip()
        if not text:
            return None
        chip, end = _decode(text)
    except UnicodeDecodeError as error:
        raise BadLineError("file/encoding", f"not UTF-8 at byte {error.start}") from error
    except BadLineError:
        raise
    except (ValueError, RecursionError) as error:
        from chippolicy.formats.json import reason

        raise BadLineError("file/syntax", f"not JSON: {reason(error)}") from error
    if end != len(text):
        raise BadLineError("file/syntax", f"not JSON: more after character {end}")
    if type(chip) is not dict:
        raise BadLineError("file/shape", f"a chip is an object, not {_shown(chip)}")
    if not FIGURES.issuperset(chip):
        for name in chip:
            if strange := stranger(name, FIGURES):
                raise strange
    return chip


def _shown(value: Any) -> str:
    told = json.dumps(value)
    return told if len(told) <= 60 else f"{told[:60]}…"


def _id(value: Any) -> str:
    """An id as JSON that no terminal obeys."""
    if type(value) is str and value.isascii():
        return encode_basestring_ascii(value)
    return json_safe(json.dumps(value, ensure_ascii=False))
