"""Dates: cases by name, other judges, hostile texts."""

import csv
import importlib
import json
import pkgutil
import re
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import edtf
import pydantic_core
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, ValidationError

import chippolicy.edtf
from chippolicy.edtf import (
    MAX_LENGTH,
    PATTERN,
    PATTERN_CANNOT_SAY,
    EdtfDate,
    EdtfError,
    Kind,
    Precision,
    Truth,
    is_valid,
    parse,
)
from tests.strategies_edtf import edtf_texts, hostile_dates, simple_texts

HERE = Path(__file__).parent

# Reading

BOUNDS = [
    ("2025", "2025-01-01", "2025-12-31", Precision.YEAR),
    ("0001", "0001-01-01", "0001-12-31", Precision.YEAR),
    ("9999-12", "9999-12-01", "9999-12-31", Precision.MONTH),
    ("2024-02", "2024-02-01", "2024-02-29", Precision.MONTH),
    ("2025-08-11", "2025-08-11", "2025-08-11", Precision.DAY),
    ("2025-21", "2025-03-01", "2025-05-31", Precision.SEASON),
    ("2025-22", "2025-06-01", "2025-08-31", Precision.SEASON),
    ("2025-23", "2025-09-01", "2025-11-30", Precision.SEASON),
    ("2023-24", "2023-12-01", "2024-02-29", Precision.SEASON),
    ("9999-24", "9999-12-01", "9999-12-31", Precision.SEASON),
    ("2025-08~", "2025-08-01", "2025-08-31", Precision.MONTH),
    ("2004-06~-11", "2004-06-11", "2004-06-11", Precision.DAY),
    ("202X", "2020-01-01", "2029-12-31", Precision.DECADE),
    ("20XX", "2000-01-01", "2099-12-31", Precision.CENTURY),
    ("2XXX", "2000-01-01", "2999-12-31", Precision.MILLENNIUM),
    ("XXXX", "0001-01-01", "9999-12-31", Precision.UNSPECIFIED),
    ("X0X0", "0010-01-01", "9090-12-31", Precision.UNSPECIFIED),
    ("0XXX", "0001-01-01", "0999-12-31", Precision.MILLENNIUM),
    ("2025-XX", "2025-01-01", "2025-12-31", Precision.YEAR),
    ("2025-XX-XX", "2025-01-01", "2025-12-31", Precision.YEAR),
    ("2025-XX-31", "2025-01-31", "2025-12-31", Precision.YEAR),
    ("2025-08-XX", "2025-08-01", "2025-08-31", Precision.MONTH),
    ("2025-02-XX", "2025-02-01", "2025-02-28", Precision.MONTH),
    ("2025-0X", "2025-01-01", "2025-09-30", Precision.YEAR),
    ("2025-1X-XX", "2025-10-01", "2025-12-31", Precision.YEAR),
    ("2025-08-1X", "2025-08-10", "2025-08-19", Precision.MONTH),
    ("20XX-02-29", "2000-02-29", "2096-02-29", Precision.CENTURY),
    ("19XX-02-29", "1904-02-29", "1996-02-29", Precision.CENTURY),
    ("XX00-02-29", "0400-02-29", "9600-02-29", Precision.UNSPECIFIED),
    ("202X-0X-29", "2020-01-29", "2029-09-29", Precision.DECADE),
    ("2019/2022", "2019-01-01", "2022-12-31", Precision.YEAR),
    ("2019-03/2022-05-01", "2019-03-01", "2022-05-01", Precision.MONTH),
    ("2025-08/..", "2025-08-01", None, Precision.MONTH),
    ("../2025-08-11", None, "2025-08-11", Precision.DAY),
    ("/2006", None, "2006-12-31", Precision.YEAR),
    ("2004-06-01/", "2004-06-01", None, Precision.DAY),
    ("2025-08/2025-08-01", "2025-08-01", "2025-08-01", Precision.MONTH),
    ("[2025-08-06,2025-08-08]", "2025-08-06", "2025-08-08", Precision.DAY),
    ("[2025-08-14..]", "2025-08-14", None, Precision.DAY),
    ("[..2025-08]", None, "2025-08-31", Precision.MONTH),
    ("[..2024,2026..2027,2030-01..]", None, None, Precision.YEAR),
    ("{2025,2019-01}", "2019-01-01", "2025-12-31", Precision.YEAR),
    ("{2019..2022}", "2019-01-01", "2022-12-31", Precision.YEAR),
    ("{2019..2019}", "2019-01-01", "2019-12-31", Precision.YEAR),
    ("{..2022-01}", None, "2022-01-31", Precision.MONTH),
]


@pytest.mark.parametrize(("text", "earliest", "latest", "precision"), BOUNDS)
def test_bounds_and_precision(
    text: str, earliest: str | None, latest: str | None, precision: Precision
) -> None:
    made = parse(text)
    assert made.earliest == (earliest and date.fromisoformat(earliest))
    assert made.latest == (latest and date.fromisoformat(latest))
    assert made.precision is precision


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("2025-21~", Kind.DATE),
        ("2025/2026", Kind.INTERVAL),
        ("[2025]", Kind.ONE_OF),
        ("{2025}", Kind.ALL_OF),
    ],
)
def test_kind(text: str, kind: Kind) -> None:
    assert parse(text).kind is kind


@pytest.mark.parametrize(
    ("text", "approximate", "uncertain"),
    [
        ("2025", False, False),
        ("2025~", True, False),
        ("2025?", False, True),
        ("2025%", True, True),
        ("?2025-08", False, True),
        ("2025-~08", True, False),
        ("?2004-06-~11", True, True),
        ("2025~/..", True, False),
        ("2025/2026?", False, True),
        ("[2024,2025%]", True, True),
    ],
)
def test_marks(text: str, approximate: bool, uncertain: bool) -> None:
    made = parse(text)
    assert (made.approximate, made.uncertain) == (approximate, uncertain)


# Examples of the specification (Library of Congress, 4 February 2019) of the forms read here.
SPECIFICATION = [
    "1985-04-12",
    "1985-04",
    "1985",
    "1964/2008",
    "2004-06/2006-08",
    "2004-02-01/2005-02-08",
    "2004-02-01/2005-02",
    "2004-02-01/2005",
    "2005/2006-02",
    "2001-21",
    "1984?",
    "2004-06~",
    "2004-06-11%",
    "201X",
    "20XX",
    "2004-XX",
    "1985-04-XX",
    "1985-XX-XX",
    "1985-04-12/..",
    "1985-04/..",
    "1985/..",
    "../1985-04-12",
    "../1985-04",
    "../1985",
    "1985-04-12/",
    "1985-04/",
    "1985/",
    "/1985-04-12",
    "/1985-04",
    "/1985",
    "[1667,1668,1670..1672]",
    "[..1760-12-03]",
    "[1760-12..]",
    "[1760-01,1760-02,1760-12..]",
    "[1667,1760-12]",
    "[..1984]",
    "{1667,1668,1670..1672}",
    "{1960,1961-12}",
    "{..1984}",
    "2004-06~-11",
    "2004?-06-11",
    "?2004-06-~11",
    "2004-%06-11",
    "156X-12-25",
    "15XX-12-25",
    "XXXX-12-XX",
    "1XXX-XX",
    "1XXX-12",
    "1984-1X",
    "2004-06-~01/2004-06-~20",
    "2004-06-XX/2004-07-03",
]


@pytest.mark.parametrize("text", SPECIFICATION)
def test_examples_of_the_specification_are_read(text: str) -> None:
    assert is_valid(text)
    assert re.search(PATTERN, text)


# Refusing


@pytest.mark.parametrize(
    ("text", "suggestions"),
    [
        ("8/11/2025", ("2025-08-11", "2025-11-08")),
        ("13/11/2025", ("2025-11-13",)),
        ("8/31/2025", ("2025-08-31",)),
        ("8/8/2025", ("2025-08-08",)),
        ("11.08.2025", ("2025-11-08", "2025-08-11")),
        ("2025/08/11", ("2025-08-11",)),
        ("2025/08", ("2025-08",)),
        ("08/2025", ("2025-08",)),
        ("2025-8-1", ("2025-08-01",)),
        ("20250811", ("2025-08-11",)),
        ("2025-08-11T12:00:00Z", ("2025-08-11",)),
        ("2025-08-11 12:00", ("2025-08-11",)),
        ("Aug 11, 2025", ("2025-08-11",)),
        ("August 11th, 2025", ("2025-08-11",)),
        ("11 Sept. 2025", ("2025-09-11",)),
        ("11-Aug-2025", ("2025-08-11",)),
        ("May 2025", ("2025-05",)),
        ("2025年8月11日", ("2025-08-11",)),
        ("２０２５年８月", ("2025-08",)),
        ("2025–08–11", ("2025-08-11",)),
        ("১৯৬৩-06-19", ("1963-06-19",)),
        (" 2025-08-11\n", ("2025-08-11",)),
        ("c. 2025", ("2025~",)),
        ("2020s", ("202X",)),
        ("Q3 2025", ("2025-07/2025-09",)),
        ("2025-Q4", ("2025-10/2025-12",)),
        ("201u", ("201X",)),
        ("2025-xx", ("2025-XX",)),
        ("2025?~", ("2025%",)),
        ("2025/open", ("2025/..",)),
        ("unknown/2025", ("/2025",)),
        ("[2025, 2026]", ("[2025,2026]",)),
        ("31/02/2025", ()),
        ("next week", ()),
    ],
)
def test_a_refusal_suggests_what_may_be_meant(text: str, suggestions: tuple[str, ...]) -> None:
    with pytest.raises(EdtfError) as raised:
        parse(text)
    assert raised.value.suggestions == suggestions
    assert all(suggestion in raised.value.hint for suggestion in suggestions)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty"),
        ("2025 ", "blanks"),
        ("2" * (MAX_LENGTH + 1), "characters"),
        ("2023-02-29", "day 29"),
        ("2025-04-00", "day 00"),
        ("2025-13", "month 13"),
        ("2025-00-01", "month 00"),
        ("2025-21-05", "month 21"),
        ("0000", "year 0000"),
        ("0000-21", "year 0000"),
        ("2025-02-3X", "no day"),
        ("XXX1-02-29", "no day"),
        ("2X00-02-29/2025-3X", "no day"),
        ("X100-02-29", "no day"),
        ("202X-21", "season"),
        ("2025/2024", "ends (2024) before it begins (2025)"),
        ("[2025..2024]", "ends (2024) before it begins (2025)"),
        ("[2024..2025-01]", "range of a year and a month"),
        ("[2024~..]", "'2024~' beside '..'"),
        ("{..2025-21}", "'2025-21' beside '..'"),
        ("../..", "no date on either side"),
        ("/", "no date on either side"),
        ("/..", "no date on either side"),
        ("[..2025..]", "not an EDTF date"),
        ("[2025}", "not an EDTF date"),
        ("[]", "not an EDTF date"),
        ("[2025,..]", "not an EDTF date"),
        ("[2025,2026..,2030]", "not an EDTF date"),
        ("2025-08-11T12:00", "time of day"),
        ("2025年", "characters"),
    ],
)
def test_a_refusal_says_why(text: str, reason: str) -> None:
    with pytest.raises(EdtfError) as raised:
        parse(text)
    assert reason in raised.value.reason
    assert raised.value.hint


def test_an_error_is_a_value() -> None:
    error = EdtfError("8/8", "is no date", "write it", ("2025",))
    same = EdtfError("8/8", "is no date", "write it", ("2025",))
    assert error == same
    assert hash(error) == hash(same)
    assert error != EdtfError("8/8", "is no date", "write it")
    assert error != ValueError("8/8")
    assert str(error) == "'8/8' is no date; write it"
    assert len(str(EdtfError("9" * 5000, "is long", "cut"))) < 100


@pytest.mark.parametrize("value", [None, 2025, b"2025", date(2025, 8, 11), ["2025"]])
def test_only_text_is_read(value: Any) -> None:
    with pytest.raises(TypeError, match="read from a str"):
        parse(value)
    with pytest.raises(TypeError, match="read from a str"):
        is_valid(value)


def test_members_of_a_text_enumeration_are_text() -> None:
    class Day(StrEnum):
        SOME = "2025-08-11"

    assert type(parse(Day.SOME).text) is str


# The value


def test_a_date_does_not_change() -> None:
    made = parse("2025")
    with pytest.raises(AttributeError, match="immutable"):
        made.text = "2026"
    with pytest.raises(AttributeError, match="immutable"):
        del made.text
    assert not hasattr(made, "__dict__")
    assert repr(made) == "EdtfDate('2025')"


def test_dates_have_no_two_valued_order() -> None:
    with pytest.raises(TypeError):
        parse("2025") < parse("2026")  # type: ignore[operator]  # noqa: B015
    with pytest.raises(TypeError, match="three answers"):
        bool(Truth.YES)
    with pytest.raises(TypeError, match="not str"):
        parse("2025").before("2026")  # type: ignore[arg-type]
    assert parse("2025") != "2025"


Y, N, C = Truth.YES, Truth.NO, Truth.CANNOT_TELL


@pytest.mark.parametrize(
    ("a", "b", "before", "overlaps", "within"),
    [
        ("2025-08-11", "2025-08-12", Y, N, N),
        ("2025-08-11", "2025-08-11", N, Y, Y),
        ("2025-08-11", "2025-08", C, C, C),
        ("2025-08-11", "2025-08-01/2025-08-31", N, Y, Y),
        ("2025", "2025", C, C, C),
        ("2024", "2025-01-01", Y, N, N),
        ("2019/2022", "2020-06", N, Y, N),
        ("2020-06", "2019/2022", N, Y, Y),
        ("2019/2022", "2022-05", C, C, N),
        # marks: one unit on each side
        ("2025-08-11~", "2025-08-12", C, C, C),
        ("2025-08-11~", "2025-08-13", Y, N, N),
        ("2025-07~", "2025-08", C, C, C),
        ("2025-07~", "2025-09", Y, N, N),
        ("2025-02~", "2025-04-01", Y, N, N),
        ("2025-02~", "2025-03-31", C, C, C),
        ("2025-21?", "2025-09-01", Y, N, N),
        ("2025-21?", "2025-08-31", C, C, C),
        ("2025%", "2026-12-31", C, C, C),
        ("2025%", "2027", Y, N, N),
        ("202X~", "2039", C, C, C),
        ("202X~", "2040", Y, N, N),
        ("20XX~", "2200", Y, N, N),
        ("XXXX-12-25~", "9999-12-31", C, C, C),
        ("2004-~06-11", "2004-07-12", Y, N, N),
        ("2004-~06-11", "2004-07-11", C, C, C),
        ("2004-06~-11", "2004-07-11", C, C, C),
        ("2004-06-~11", "2004-06-13", Y, N, N),
        ("?2004-06-11", "2005-06-11", C, C, C),
        ("2004?-06-11", "2005-06-12", Y, N, N),
        ("2025-~0X", "2026-09-30", C, C, C),
        ("2025-08-~1X", "2025-09-19", C, C, C),
        ("0001~", "0001-01-01", N, C, C),
        ("9999-12~", "9999-12-31", C, C, C),
        ("9999-11~", "9999-12-31", C, C, C),
        # open and unknown ends
        ("2025/..", "2030", N, Y, N),
        ("2025/", "2030", C, C, N),
        ("../2020", "2010", N, Y, N),
        ("/2020", "2010", N, C, N),
        ("2030", "2025/..", N, Y, Y),
        ("2030", "2025/", N, C, C),
        ("2024/2025", "2025/..", C, C, N),
        ("2026/2028", "2025/..", N, Y, Y),
        ("../2019", "2020/..", Y, N, N),
        ("../2019", "../2018", N, Y, N),
        # sets
        ("[2025-08-06,2025-08-08]", "2025-08-09", Y, N, N),
        ("[2025-08-06,2025-08-08]", "2025-08-07", C, N, N),
        ("[2025-08-06,2025-08-08]", "2025-08-08", C, C, C),
        ("[2025-08-06,2025-08-08]", "2025-08/2025-08-31", C, C, C),
        ("[2025-08-14..]", "2025-08-14", N, C, C),
        ("2025-08-13", "[2025-08-14..]", Y, N, N),
        ("[..2020]", "2021", Y, N, N),
        ("{2025-08-06,2025-08-08}", "2025-08-08", N, Y, N),
        ("{2025-08-06,2025-08-08}", "2025-08-07", N, N, N),
        ("{2025-08-06,2025-08-08}", "2025-08-06/2025-08-08", N, Y, Y),
        ("2025-08-07", "{2025-08-06..2025-08-08}", N, Y, Y),
        ("2025-08-06/2025-08-07", "{2025-08-06,2025-08-07}", N, Y, Y),
        ("2025-08-06/2025-08-08", "{2025-08-06,2025-08-08}", N, Y, N),
        ("{2019..2022}", "2020-06/2022-02", N, Y, N),
        ("{2019..2022}", "2020-06/2021-06", N, C, N),
        ("{2019..2022}", "2018/2023", N, Y, Y),
        ("{2019,2021}", "{2019..2021}", N, C, C),
        ("{2019..2021}", "{2019,2021}", N, C, N),
        ("{2019..2021}", "{2021,2023}", C, C, N),
        ("{2019..2021}", "{2018,2019}", N, C, N),
        ("{2019..2021}", "2020", N, C, N),
        ("{..2021}", "../2023", N, Y, Y),
    ],
)
def test_three_valued_comparison(
    a: str, b: str, before: Truth, overlaps: Truth, within: Truth
) -> None:
    one, other = parse(a), parse(b)
    assert (one.before(other), one.overlaps(other), one.within(other)) == (before, overlaps, within)


# Pydantic


class Row(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)
    day: EdtfDate
    end: EdtfDate | None = None


def test_a_pydantic_field_takes_text_and_dates() -> None:
    row = Row.model_validate({"day": "2025-08~"})
    assert row.day == parse("2025-08~")
    assert Row(day=row.day, end=None) == row
    assert row.model_dump() == {"day": "2025-08~", "end": None}
    assert Row.model_validate_json(row.model_dump_json()) == row


def test_pydantic_repeats_the_reason() -> None:
    with pytest.raises(ValidationError) as raised:
        Row.model_validate({"day": "2023-02-29", "end": 2025})
    day, end = raised.value.errors()
    assert (day["type"], day["msg"]) == ("edtf", "has a day 29; 2023-02 has 28 days")
    assert end["type"] == "string_type"


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_the_json_schema_of_a_field(mode: Any) -> None:
    expected = {
        "type": "string",
        "pattern": PATTERN,
        "maxLength": MAX_LENGTH,
        "not": {"pattern": "\\n"},
    }
    schema = Row.model_json_schema(mode=mode)["properties"]
    assert {key: value for key, value in schema["day"].items() if key != "title"} == expected
    assert expected in schema["end"]["anyOf"]


def test_nothing_heavy_is_imported() -> None:
    code = (
        "import sys, chippolicy.edtf as e; e.parse('2025'); e.is_valid('x');"
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert {"pydantic", "pydantic_core", "dataclasses", "unicodedata"}.isdisjoint(found)


# The pattern in other engines


def test_the_pattern_is_compact_and_plain() -> None:
    assert len(PATTERN) < 1500
    assert "\\d" not in PATTERN
    assert "(?=" not in PATTERN
    assert "(?!" not in PATTERN
    assert len(PATTERN_CANNOT_SAY) == len(set(PATTERN_CANNOT_SAY))


RUST = pydantic_core.SchemaValidator(pydantic_core.core_schema.str_schema(pattern=PATTERN))


@given(st.one_of(hostile_dates(), edtf_texts()))
def test_rust_reads_the_pattern_as_python_does(text: str) -> None:
    """Rust's engine and Python's give one answer, but for a last line break."""
    try:
        rust = RUST.validate_python(text) == text
    except pydantic_core.ValidationError:
        rust = False
    assert rust == bool(re.search(PATTERN.removesuffix("$") + r"\Z", text))


def test_javascript_reads_the_pattern_as_python_does() -> None:
    """JavaScript's engine, with and without its u flag, gives Python's answer."""
    texts = [text for text, *_ in BOUNDS] + SPECIFICATION + [row["text"] for row in TABLE]
    code = (
        "const [p, t] = JSON.parse(require('fs').readFileSync(0));"
        "const a = new RegExp(p), b = new RegExp(p, 'u');"
        "console.log(JSON.stringify(t.map(x => [a.test(x), b.test(x)])))"
    )
    answer = subprocess.run(
        ["node", "-e", code],
        input=json.dumps([PATTERN, texts]),
        capture_output=True,
        text=True,
        check=True,
    )
    strict = re.compile(PATTERN.removesuffix("$") + r"\Z")
    expected = [[bool(strict.search(text))] * 2 for text in texts]
    assert json.loads(answer.stdout) == expected


# The JSON Schema Test Suite as judge of days


def suite_cases() -> Iterator[Any]:
    path = HERE / "data" / "json_schema_test_suite_date.json"
    for group in json.loads(path.read_text(encoding="utf-8")):
        for case in group["tests"]:
            if isinstance(case["data"], str):
                yield pytest.param(case["data"], case["valid"], id=case["description"])


# EDTF reads more than days, but of these texts the suite and we say the same without exception.
@pytest.mark.parametrize(("text", "valid"), list(suite_cases()))
def test_json_schema_test_suite(text: str, valid: bool) -> None:
    assert is_valid(text) is valid


# The `edtf` package as second opinion


def read_table() -> list[dict[str, str]]:
    path = HERE / "edtf_disagreements.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [row | {"text": json.loads(f'"{row["text"]}"')} for row in csv.DictReader(file)]


TABLE = read_table()
KNOWN = {(row["asked"], row["class"], row["ours"]) for row in TABLE}


def their_date(text: str) -> Any:
    try:
        return edtf.parse_edtf(text)
    except Exception:  # their parser raises several kinds for what it cannot read
        return None


def their_bounds(text: str) -> str:
    found = their_date(text)
    try:
        low, high = found.lower_strict(), found.upper_strict()
    except ValueError:
        return "error"
    return "..".join("{:04}-{:02}-{:02}".format(*bound[:3]) for bound in (low, high))


def our_bounds(text: str) -> str:
    made = parse(text)
    return f"{made.earliest}..{made.latest}"


def yes_or_no(answer: bool) -> str:
    return "yes" if answer else "no"


@pytest.mark.parametrize(
    "row", TABLE, ids=[f"{row['asked']}-{row['text'][:24]!r}" for row in TABLE]
)
def test_each_known_disagreement_stands(row: dict[str, str]) -> None:
    if row["asked"] == "accepts":
        answers = yes_or_no(is_valid(row["text"])), yes_or_no(their_date(row["text"]) is not None)
        assert known_class(row["text"], answers[0] == "yes") == row["class"]
    else:
        answers = our_bounds(row["text"]), their_bounds(row["text"])
    assert answers == (row["ours"], row["theirs"])
    assert answers[0] != answers[1]
    assert row["reason"]


def known_class(text: str, ours: bool) -> str | None:
    """Name the listed disagreement that a text falls under, from its outer form alone."""
    parts = [part for part in re.split(r"\.\.|[],/{}[]", text) if part]
    return why_only_ours(text, parts) if ours else why_only_theirs(text, parts)


def why_only_ours(text: str, parts: list[str]) -> str | None:
    marks = [len(re.findall("[?~%]", part)) for part in parts]
    seasons = [re.fullmatch("[?~%]?[0-9]{4}[?~%]?-[?~%]?2[1-4][?~%]?", part) for part in parts]
    if any(season and count for season, count in zip(seasons, marks, strict=True)):
        return "marked-season"
    if any("X" in part and count for part, count in zip(parts, marks, strict=True)):
        return "mark-and-x"
    if "/" in text and (any(marks) or "X" in text):
        return "interval-of-level-2"
    if any(count > 1 for count in marks):
        return "several-marks"
    if text[0] in "[{" and any(seasons):
        return "season-in-set"
    if text[0] in "[{" and "," not in text and ".." not in text:
        return "set-of-one"
    if any(re.fullmatch("[0-9]{4}-(?:[01]X|X[0-9])", part) for part in parts):
        return "month-with-one-x"
    return None


def why_only_theirs(text: str, parts: list[str]) -> str | None:
    if re.search(r"\s", text):
        return "blanks"
    if len(text) > MAX_LENGTH:
        return "too-long"
    for name, form in {
        "long-year": "Y",
        "negative-year": r"(?:^|[\[{,./])-[0-9]",
        "significant-digits": "[0-9]S[0-9]",
        "time-of-day": "T[0-9]",
        "season-beyond-24": r"^[0-9]{4}-(?:2[1-4]\^.|2[5-9]|3[0-9]|4[01])",
        "no-date": r"^[./]+$",
        "year-zero": "(?<![0-9])0000",
    }.items():
        if re.search(form, text):
            return name
    if any(len(part) >= 10 and not is_valid(re.sub("[?~%]", "", part)) for part in parts):
        return "not-in-calendar"
    for first, second in re.findall(r"([^][{},/]+?)(?:/|\.\.)([^][{},/.]+)", text):
        if str(parse(second).latest) < str(parse(first).earliest):
            return "backwards"
    return None


@settings(max_examples=250, deadline=None)
@given(st.one_of(simple_texts(), edtf_texts(), hostile_dates()))
def test_no_disagreement_is_unlisted(text: str) -> None:
    """Where the edtf package and we differ on a text, the committed table says why."""
    ours, theirs = is_valid(text), their_date(text) is not None
    if ours != theirs:
        assert ("accepts", known_class(text, ours), yes_or_no(ours)) in KNOWN


@settings(max_examples=150, deadline=None)
@given(simple_texts().filter(lambda text: not re.search("[?~%]", text)))
def test_bounds_are_theirs(text: str) -> None:
    """Where the edtf package gives a date bounds, ours are the same but for the listed cases."""
    if their_date(text) is None or our_bounds(text) == their_bounds(text):
        return
    if re.search("-24$", text):
        known = "winter"
    elif re.search("-(?:[0-9]X|X[0-9])", text):
        known = "half-a-number"
    elif their_bounds(text).startswith("0000"):
        known = "year-zero"
    else:
        assert text.endswith("-02-29")
        known = "last-leap-year"
    assert known in {row["class"] for row in TABLE if row["asked"] == "bounds"}


# Hostile texts


def hostile(count: int, salt: int) -> Iterator[str]:
    """Yield distinct texts of the dear forms, valid and not, up to the length limit."""
    forms = ["XX{:02}-X2-29", "[{},XXX1-02-29]", "{:05}" + "?" * 190, "{{2025-XX-XX,..{}", "{}/{}/"]
    for number in range(count):
        form = forms[number % len(forms)]
        yield form.format(number * 7 + salt, number)


def test_distinct_hostile_texts_leave_nothing_behind() -> None:
    for text in hostile(2_000, 1):
        is_valid(text)
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for text in hostile(20_000, 500_000):
            is_valid(text)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 64_000


def test_no_cache_is_unbounded() -> None:
    for module in pkgutil.iter_modules(chippolicy.edtf.__path__, "chippolicy.edtf."):
        for value in vars(importlib.import_module(module.name)).values():
            assert not hasattr(value, "cache_info") or value.cache_info().maxsize is not None


def calls_to_judge(text: str) -> int:
    """Count the Python and C calls that a verdict takes."""
    count = 0

    def counted(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(counted)
    try:
        is_valid(text)
    finally:
        sys.setprofile(None)
    return count


def test_work_is_bounded() -> None:
    dearest = "[" + ",".join(["XX00-02-29"] * 18) + "]"
    assert len(dearest) <= MAX_LENGTH
    assert calls_to_judge(dearest) < 200 * MAX_LENGTH
    for text in ("9" * 2_000_000, "[" * 2_000_000, "[" + "2025," * 400_000 + "2025]"):
        assert calls_to_judge(text) < 60


@given(st.integers(0, 3_652_058))
def test_months_end_where_the_calendar_says(day: int) -> None:
    """The last day of a month is the one before the first of the next."""
    latest = parse((date.min + timedelta(day)).isoformat()[:7]).latest
    assert latest is not None
    assert latest == date.max or (latest + timedelta(1)).day == 1


def test_the_guide_shows_valid_dates() -> None:
    """Every date in the table of docs/dates.md is one."""
    guide = (HERE.parent / "docs" / "dates.md").read_text(encoding="utf-8")
    cells = [line.split("|")[2] for line in guide.splitlines() if line.startswith("| ")]
    shown = [text for cell in cells for text in re.findall("`([^`]+)`", cell)]
    assert len(shown) > 25
    assert [text for text in shown if not is_valid(text)] == []
