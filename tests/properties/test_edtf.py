"""What always holds for dates. Each docstring is the sentence that the property proves."""

import copy
import itertools
import pickle
import re
from collections.abc import Callable
from datetime import date, timedelta

import jsonschema  # type: ignore[import-untyped,unused-ignore]
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from chippolicy.edtf import (
    MAX_LENGTH,
    PATTERN,
    EdtfDate,
    EdtfError,
    Kind,
    Truth,
    is_valid,
    parse,
)
from tests.strategies_edtf import edtf_texts, hostile_dates, iso_days, simple_texts

Question = Callable[[EdtfDate, EdtfDate], Truth]
QUESTIONS: list[Question] = [EdtfDate.before, EdtfDate.overlaps, EdtfDate.within]
ADAPTER: TypeAdapter[EdtfDate] = TypeAdapter(EdtfDate)
SCHEMA = jsonschema.Draft202012Validator(ADAPTER.json_schema())
ASKED = pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.__name__)


def dates() -> st.SearchStrategy[EdtfDate]:
    return edtf_texts().filter(lambda text: len(text) <= MAX_LENGTH).map(parse)


# Reading and writing


@given(edtf_texts())
def test_text_survives(text: str) -> None:
    """A date prints exactly what was read, also after a copy, a pickle and a trip through JSON."""
    made = parse(text)
    assert str(made) == made.text == text
    assert copy.deepcopy(made) == pickle.loads(pickle.dumps(made)) == EdtfDate(text) == made
    assert hash(copy.copy(made)) == hash(made)
    assert ADAPTER.dump_python(made) == text
    assert ADAPTER.validate_json(ADAPTER.dump_json(made), strict=True) == made


@given(st.one_of(hostile_dates(), edtf_texts()))
def test_every_text_is_read_or_refused_with_a_reason(text: str) -> None:
    """Any text gives a date or an EdtfError that names reason and hint, and is_valid says which."""
    if is_valid(text):
        assert parse(text).text == text
        return
    with pytest.raises(EdtfError) as raised:
        parse(text)
    error = raised.value
    assert error.text == text
    assert error.reason
    assert error.hint
    assert len(str(error)) < 500
    assert all(is_valid(suggestion) for suggestion in error.suggestions)
    if len(error.suggestions) > 1:
        assert re.fullmatch(r"\s*\w{1,2}\W\w{1,2}\W\w{4}\s*", text)


@given(st.integers(1, 9999), st.integers(0, 14), st.integers(0, 33))
def test_the_calendar_judges_days(year: int, month: int, day: int) -> None:
    """Year, month and day are accepted exactly where the standard library has that day."""
    text = f"{year:04}-{month:02}-{day:02}"
    try:
        expected = date(year, month, day)
    except ValueError:
        assert not is_valid(text)
    else:
        made = parse(text)
        assert made.earliest == made.latest == expected


@given(st.from_regex(r"\A[0-9X]{4}(-[01X][0-9X](-[0-3X][0-9X])?)?\Z"))
def test_unspecified_digits_mean_the_days_they_match(text: str) -> None:
    """Digits with X are accepted exactly where some calendar day matches, and bounded by such."""
    wanted = re.compile(text.replace("X", "[0-9]"))
    made = parse(text) if is_valid(text) else None
    if made is None:
        assert not any(wanted.match(day) for day in LEAP_CYCLE)
        return
    assert made.earliest is not None
    assert made.latest is not None
    assert made.earliest <= made.latest
    for bound in (made.earliest, made.latest):
        assert wanted.match(bound.isoformat())
    outside = [made.earliest - timedelta(1)] if made.earliest > date.min else []
    outside += [made.latest + timedelta(1)] if made.latest < date.max else []
    for day in outside:
        assert not wanted.match(day.isoformat())


# The calendar repeats every 400 years, but texts do not: take each year of a cycle in each century
# that matters (0001–0400 and 9600–9999) and the round ones between.
LEAP_CYCLE = [
    f"{year:04}-{month:02}-{day:02}"
    for year in (*range(1, 401), *range(1000, 9999, 307), *range(9600, 10000))
    for month, day in ((1, 31), (2, 29), (4, 30), (12, 10), (10, 20))
    if month != 2 or (year % 4 == 0 and (year % 100 or year % 400 == 0))
]


@given(dates())
def test_bounds_are_ordered(made: EdtfDate) -> None:
    """The earliest day is never after the latest; only intervals and sets can lack a bound."""
    if made.earliest and made.latest:
        assert made.earliest <= made.latest
    elif made.kind is Kind.DATE:
        raise AssertionError("a single date has both bounds")
    else:
        assert ".." in made.text or made.text[0] == "/" or made.text[-1] == "/"


# The pattern and Pydantic


def cannot_say(text: str) -> bool:
    """Tell, without the parser, whether the pattern is excused for accepting a text."""
    if len(text) > MAX_LENGTH or text.endswith("\n"):
        return True
    plain = re.sub("[?~%]", "", text)
    if any(not matches_a_day(part) for part in re.split(r"\.\.|[],/{}[]", plain) if part):
        return True
    if "/" in plain:
        return runs_backwards(*plain.split("/"))
    members = text[1:-1].split(",")
    return text[:1] in ("[", "{") and any(
        ".." in member and not well_ranged(member, place == 0, place == len(members) - 1)
        for place, member in enumerate(members)
    )


def well_ranged(member: str, is_first: bool, is_last: bool) -> bool:
    if member.count("..") > 1:
        return False
    ends = member.split("..")
    if not all(re.fullmatch("[0-9]{4}(-(0[1-9]|1[0-2])(-[0-9]{2})?)?", end) for end in ends if end):
        return False
    if not ends[0]:
        return is_first
    if not ends[1]:
        return is_last
    return len(ends[0]) == len(ends[1]) and ends[0] <= ends[1]


def runs_backwards(start: str, end: str) -> bool:
    if start in ("", "..") or end in ("", ".."):
        return False
    first, last = parse(start).earliest, parse(end).latest
    assert first is not None
    assert last is not None
    return last < first


def matches_a_day(text: str) -> bool:
    """Judge one date without marks by the standard library alone."""
    if "X" not in text and len(text) < 10:
        return True  # the pattern itself knows years, months, and seasons
    if re.fullmatch("[0-9X]{4}-2[1-4]", text):
        return False
    if len(text) < 10:
        return True
    year, month, day = text.split("-")
    options = [
        [digits for digits in map("{:02}".format, range(1, top)) if re.match(dots(part), digits)]
        for part, top in ((month, 13), (day, 32))
    ]
    years = [f"{number:04}" for number in range(1, 10000)]
    for number in [chosen for chosen in years if re.match(dots(year), chosen)]:
        for pair in itertools.product(*options):
            try:
                date.fromisoformat("-".join((number, *pair)))
            except ValueError:
                continue
            return True
    return False


def dots(digits: str) -> str:
    return digits.replace("X", ".")


@settings(max_examples=400)
@given(st.one_of(hostile_dates(), edtf_texts()))
def test_the_pattern_is_the_parser(text: str) -> None:
    """The pattern refuses nothing that parse accepts, and accepts besides only what it lists."""
    if is_valid(text):
        assert re.search(PATTERN, text)
    elif re.search(PATTERN, text):
        assert cannot_say(text)


@given(st.one_of(hostile_dates(), edtf_texts()))
def test_pydantic_and_json_schema_agree_with_parse(text: str) -> None:
    """Pydantic accepts what parse accepts, and the JSON Schema accepts no less."""
    if is_valid(text):
        assert ADAPTER.validate_python(text, strict=True) == parse(text)
        assert SCHEMA.is_valid(text)
        return
    with pytest.raises(ValidationError) as raised:
        ADAPTER.validate_python(text, strict=True)
    assert raised.value.errors()[0]["type"] == "edtf"
    if SCHEMA.is_valid(text):
        assert cannot_say(text)
        assert "\n" not in text
        assert len(text) <= MAX_LENGTH


# Order


@given(dates(), dates())
def test_before_is_antisymmetric(a: EdtfDate, b: EdtfDate) -> None:
    """No date is before itself, no two are each before the other, and none before what it meets."""
    assert a.before(a) is not Truth.YES
    if a.before(b) is Truth.YES:
        assert b.before(a) is Truth.NO
        assert a.overlaps(b) is Truth.NO
        assert a.within(b) is Truth.NO


@given(dates(), dates(), dates())
def test_before_is_transitive(a: EdtfDate, b: EdtfDate, c: EdtfDate) -> None:
    """What is before a date is before all that the date is before."""
    if a.before(b) is Truth.YES and b.before(c) is Truth.YES:
        assert a.before(c) is Truth.YES


@given(dates(), dates())
def test_overlaps_is_symmetric_and_follows_from_within(a: EdtfDate, b: EdtfDate) -> None:
    """Having a day in common goes both ways, and what lies within a date meets it."""
    assert a.overlaps(b) is b.overlaps(a)
    if a.within(b) is Truth.YES:
        assert a.overlaps(b) is Truth.YES
    if a.overlaps(b) is Truth.NO:
        assert a.within(b) is Truth.NO
    if a.overlaps(b) is Truth.YES:
        assert a.before(b) is Truth.NO


@given(dates(), dates())
def test_before_agrees_with_bounds(a: EdtfDate, b: EdtfDate) -> None:
    """Certainty needs bounds in order, and for dates without marks such bounds are enough."""
    verdict = a.before(b)
    in_order = a.latest is not None and b.earliest is not None and a.latest < b.earliest
    if verdict is Truth.YES:
        assert in_order
    if not re.search("[?~%]", a.text + b.text) and in_order:
        assert verdict is Truth.YES
    if in_order:
        assert verdict is not Truth.NO


@given(iso_days(), iso_days())
def test_days_are_ordered_as_the_calendar_orders_them(a: str, b: str) -> None:
    """Between two plain days every question has an answer, the standard library's."""
    one, other = parse(a), parse(b)
    assert one.before(other) is truth(date.fromisoformat(a) < date.fromisoformat(b))
    assert one.overlaps(other) is one.within(other) is truth(a == b)


def truth(answer: bool) -> Truth:
    return Truth.YES if answer else Truth.NO


WIDENINGS: list[Callable[[str], str]] = [
    lambda text: text[:7],
    lambda text: text[:4],
    lambda text: text[:3] + "X",
    lambda text: text[:2] + "XX",
    lambda text: text[:-2] + "XX",
    lambda text: text + "~",
    lambda text: text + "?",
    lambda text: text[:4] + "%" + text[4:],
    lambda text: text[:-2] + "~" + text[-2:],
    lambda text: "?" + text,
]
FRAMES = ["{}", "{}/..", "../{}", "{}/", "/{}", "[{}]", "[{},2001-05]", "{{{},2001-05}}"]


@ASKED
@given(
    st.dates(date(1999, 1, 1), date(2003, 12, 31)).map(date.isoformat),
    st.integers(0, 2),
    st.sampled_from(WIDENINGS),
    st.sampled_from(FRAMES),
    st.one_of(dates(), simple_texts().map(parse), st.just(parse("2001-05"))),
)
def test_less_knowledge_never_turns_an_answer_round(
    question: Question,
    day: str,
    cut: int,
    widening: Callable[[str], str],
    frame: str,
    other: EdtfDate,
) -> None:
    """A coarser date, or one with a mark, never turns yes into no or no into yes."""
    text = day[: 10 - 3 * cut]
    coarse = widening(text)
    assume(is_valid(coarse))
    fine_date, coarse_date = parse(frame.format(text)), parse(frame.format(coarse))
    for before, after in (
        (question(fine_date, other), question(coarse_date, other)),
        (question(other, fine_date), question(other, coarse_date)),
    ):
        assert after in (before, Truth.CANNOT_TELL)


@ASKED
@given(st.sampled_from("[{"), st.data(), dates())
def test_a_range_in_a_set_is_the_list_of_its_members(
    question: Question, opening: str, data: st.DataObject, other: EdtfDate
) -> None:
    """`a..b` in a set means the same as every year, month or day from a to b, written out."""
    start = data.draw(st.dates(date(2000, 1, 1), date(2004, 12, 31)))
    length = data.draw(st.sampled_from([4, 7, 10]))
    steps = {start + timedelta(days * {4: 365, 7: 30, 10: 1}[length]) for days in range(4)}
    members = sorted({step.isoformat()[:length] for step in steps})
    near = data.draw(st.sampled_from([other, *map(parse, NEIGHBORS)]))
    closing = {"[": "]", "{": "}"}[opening]
    written = parse(opening + ",".join(consecutive(members)) + closing)
    ranged = parse(f"{opening}{members[0]}..{members[-1]}{closing}")
    assert (ranged.earliest, ranged.latest) == (written.earliest, written.latest)
    assert question(ranged, near) is question(written, near)
    assert question(near, ranged) is question(near, written)


NEIGHBORS = [
    "2001", "2002-03", "2000-06-15/2003-02", "2001-05-05/2001-09-30", "{2000,2002,2004}",
    "[2000..2004]", "2000/..", "../2001-12-31", "{2000-12-30..2003-01-02}", "/2002", "2001/",
    "{2000-01..2000-06,2001-02..2001-09}",
]  # fmt: skip


def consecutive(members: list[str]) -> list[str]:
    """Fill in the units between the first and the last."""
    day, last = parse(members[0]).earliest, parse(members[-1]).earliest
    assert day is not None
    assert last is not None
    units = []
    while day <= last:
        units.append(day.isoformat()[: len(members[0])])
        day += timedelta(1)
    return list(dict.fromkeys(units))


# The oracle: every reading of a small date, enumerated

START = date(2025, 2, 16)
SIZE = 26
BEGINNING, END = 0, SIZE + 1  # what stands before and after every day
Days = int
"""A set of days, as bits: bit 1 is START, bit SIZE the last day, BEGINNING and END beyond."""


def place(day: date) -> int:
    return (day - START).days + 1


def stretch(first: int, last: int) -> Days:
    return sum(1 << bit for bit in range(first, last + 1))


@st.composite
def moments(draw: st.DrawFn, wide: bool = True) -> tuple[str, set[int]]:
    """Write a moment and list the days that may be meant."""
    if wide and draw(st.integers(0, 3)) == 0:
        text, first, last = draw(
            st.sampled_from([
                ("2025-02-2X", date(2025, 2, 20), date(2025, 2, 28)),
                ("2025-03-0X", date(2025, 3, 1), date(2025, 3, 9)),
            ])
        )  # fmt: skip
        return text, set(range(place(first), place(last) + 1))
    day = START + timedelta(draw(st.integers(4, SIZE - 6)))
    mark = draw(st.sampled_from(["", "", "~", "?", "%"]))
    around = 1 if mark else 0
    return day.isoformat() + mark, set(range(place(day) - around, place(day) + around + 1))


@st.composite
def enumerated(draw: st.DrawFn) -> tuple[EdtfDate, set[Days]]:
    """Make a date of any kind together with all its readings."""
    kind = draw(st.sampled_from(Kind))
    if kind is Kind.DATE:
        text, days = draw(moments())
        return parse(text), {1 << day for day in days}
    if kind is Kind.INTERVAL:
        ends = {"..": {BEGINNING}, "": set(range(SIZE + 1))}
        start, starts = draw(st.one_of(moments(), st.sampled_from(sorted(ends.items()))))
        ends = {"..": {END}, "": set(range(1, SIZE + 2))}
        end, lasts = draw(st.one_of(moments(), st.sampled_from(sorted(ends.items()))))
        text = f"{start}/{end}"
        assume(is_valid(text))
        pairs = itertools.product(starts, lasts)
        return parse(text), {stretch(first, last) for first, last in pairs if first <= last}
    members: list[str] = []
    readings: list[set[Days]] = []
    for _ in range(draw(st.integers(1, 3))):
        text, days = draw(moments(wide=kind is Kind.ONE_OF))
        readings.append({1 << day for day in days})
        if draw(st.integers(0, 3)) == 0:
            first, last = sorted(draw(st.tuples(*[st.integers(4, SIZE - 6)] * 2)))
            text = "..".join((START + timedelta(n - 1)).isoformat() for n in (first, last))
            readings[-1] = meant(kind, first, last)
        members.append(text)
    opened = draw(st.sampled_from(["", "", "start", "end"]))
    number = draw(st.integers(4, SIZE - 6))
    day = (START + timedelta(number - 1)).isoformat()
    if opened == "start":
        members.insert(0, ".." + day)
        readings.append(meant(kind, BEGINNING if kind is Kind.ALL_OF else 1, number))
    elif opened == "end":
        members.append(day + "..")
        readings.append(meant(kind, number, END if kind is Kind.ALL_OF else SIZE))
    if kind is Kind.ONE_OF:
        return parse(f"[{','.join(members)}]"), set().union(*readings)
    together = set()
    for choice in itertools.product(*readings):
        days_together = 0
        for reading in choice:
            days_together |= reading
        together.add(days_together)
    return parse("{" + ",".join(members) + "}"), together


def meant(kind: Kind, first: int, last: int) -> set[Days]:
    """List the readings of a range of days: any one of them, or all."""
    if kind is Kind.ALL_OF:
        return {stretch(first, last)}
    return {1 << day for day in range(first, last + 1)}


def is_before(a: Days, b: Days) -> bool:
    return a.bit_length() - 1 < (b & -b).bit_length() - 1


def has_common_day(a: Days, b: Days) -> bool:
    return bool(a & b)


def lies_within(a: Days, b: Days) -> bool:
    return not a & ~b


ORACLES = {"before": is_before, "overlaps": has_common_day, "within": lies_within}


@ASKED
@settings(max_examples=200, deadline=None)
@given(enumerated(), enumerated())
def test_answers_are_those_of_the_enumerated_readings(
    question: Question, left: tuple[EdtfDate, set[Days]], right: tuple[EdtfDate, set[Days]]
) -> None:
    """Yes holds in every reading and no in none; without an all-of, doubt means readings differ."""
    (a, readings_a), (b, readings_b) = left, right
    assume(len(readings_a) * len(readings_b) <= 60_000)
    oracle = ORACLES[question.__name__]
    answers = {oracle(one, other) for one in readings_a for other in readings_b}
    expected = Truth.CANNOT_TELL if len(answers) == 2 else truth(answers.pop())
    answer = question(a, b)
    exact = question is EdtfDate.before or Kind.ALL_OF not in (a.kind, b.kind)
    assert answer is expected or (not exact and answer is Truth.CANNOT_TELL)
