"""Strategies for single values, and texts that go wrong where values are read."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import strategies as st

from chippolicy.derive.plan import ColumnPlan, load_plan
from chippolicy.testing._edtf import edtf_texts

_WORDS = ("nvidia", "h20", "a100", "us", "bis", "rule", "v2", "x", "0", "chip-4")
_PHRASES = (
    "NVIDIA H20",
    "先端半導体の輸出規制",
    "ジェンスン・フアン",
    'so-called "little deal"',
    "a, b; and c",
    "4,800",
    "№ 5 – “quoted”",
    "𠮷野家 🙂",
    "null",
    "NaN",
    "007",
)
_LANGUAGES = ("en", "ja", "zh-Hans", "en-US", "es-419", "fil")
# Letters that are not seen, and scripts whose letters pass for Latin ones.
_ODD = "\u034f\u115f\u1160\u17b4\u17b5\u3164" + "".join(map(chr, range(0x370, 0x530)))
_URL = st.text(
    "abcdefghijklmnopqrstuvwxyz0123456789-._~/?#[]@!$&'()*+,;=%", min_size=1, max_size=20
)

HOSTILE = (
    "\n", "a\n", "2025-08-11\n", "a\r", "a\tb", " a", "a ", "\u00a0a", "a\u200b", "\ufeffa",
    "a\u2028b", "\u202eabc", "a\x1bb", "\x7f", "\x85", "４８００", "٤٨٠٠", "২০২৫", "²", "Ａ", "é",
    "e\u0301", "ſ", "K", "ı", "а", "4,800", "4 800", "1e5", "4.8E+03", "NaN", "nan", "inf",
    "-inf", "Infinity", "-0", "0", "-1", "+1", "007", "1.", ".5", "1.0", "1.50", "0x10", "1_000",
    "9" * 18, "9" * 19, "9" * 40, "9" * 41, "1" + "0" * 400, "0." + "0" * 30 + "1", "1.7976931e308",
    "0.1234567890123456789", "123456789012345678.5", "TRUE", "True", "true", "false", "yes", "1",
    "null", "None", "NULL", "#REF!", "=1+1", "-", "--", "*", "a-b", "a--b", "-a", "a-", "A-b",
    "a_b", "a.b", "a/b", "a+b", "chips/a", "chips/a+", "chips//a", "chip/a", "/a", "chips/",
    "2025-08-11", "8/11/2025", "2023-02-29", "2025-02-30", "2025-13", "0000", "10000", "2025/2024",
    "2025-08~", "[2025-08-14..]", "2022-23", "2025-08-11T00:00:00", "20250811", "UK", "us", "US",
    "EU", "world", "D:5", "D:6", "news", "News", "person", "https://", "https://a", "http://a b",
    "https://é", "javascript:alert(1)", "Q1", "Q0", "q1", "en", "EN", "en-us", "zh-Hans-CN",
    "x" * 80, "x" * 81, "x" * 1_000, "x" * 1_001, "半" * 1_000, "x" * 20_000, "x" * 20_001, '"',
    '""', "'", ",", ";", "\\", "a\\nb", "%s", "{0}", "\uffff",
)  # fmt: skip


def values(column: ColumnPlan) -> st.SearchStrategy[Any]:
    """Values that a column takes, as JSON writes them: text, numbers, true and false; never None.

    A reference is well formed, but need not lead anywhere.
    """
    if column.members:
        return st.sampled_from(column.members)
    match column.base:
        case "integer":
            return _whole_numbers(column)
        case "number":
            return _numbers(column)
        case "boolean":
            return st.booleans()
        case "edtf":
            return edtf_texts()
    made = _TEXTS.get(column.kind)
    return _by_pattern(column) if made is None else made


def slugs() -> st.SearchStrategy[str]:
    """Ids: lower-case words with hyphens between them."""
    return st.lists(st.sampled_from(_WORDS), min_size=1, max_size=4).map("-".join)


def lines() -> st.SearchStrategy[str]:
    """Text on one line: Japanese, quotation marks, commas, whatever a title may hold.

    Nothing that a reader does not see is in it, and nothing a spreadsheet would run.
    """
    letters = st.characters(exclude_categories=["C", "Z"], exclude_characters=_ODD)
    return st.sampled_from(_PHRASES) | st.text(letters, min_size=1, max_size=12).filter(
        lambda text: text[0] not in "=+-@"
    )


def texts() -> st.SearchStrategy[str]:
    """Text of several lines."""
    breaks = st.sampled_from(("\n", "\r\n", "\r", "\t", "\n\n", ", "))
    return lines() | st.tuples(lines(), breaks, lines()).map("".join)


def hostile_texts() -> st.SearchStrategy[str]:
    """Texts that go wrong where values are read: near misses of every kind of value.

    None holds a NUL or half a surrogate pair, so each can be written to a UTF-8 file.

    >>> from hypothesis import given
    >>> from chippolicy.testing import hostile_texts
    >>> @given(hostile_texts())
    ... def test_my_form_never_crashes(text):
    ...     my_form.fill(memory_gb=text)
    """
    anything = st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8
    )
    known = st.sampled_from(HOSTILE)
    return known | anything | st.tuples(known, known).map("".join)


def _whole_numbers(column: ColumnPlan) -> st.SearchStrategy[int]:
    low, high = int(column.minimum or 0), int(column.maximum or 10**9)
    return st.integers(low, min(low + 20, high)) | st.just(high)


def _numbers(column: ColumnPlan) -> st.SearchStrategy[float]:
    least = 0 if column.minimum is not None else 1
    return st.one_of(
        st.integers(least, 100_000),
        st.integers(least, 10**9).map(lambda thousandths: thousandths / 1_000),
        st.sampled_from((1e26, 0.1 + 0.2, 1e-20, 5e-9, 2.0**53)),
    )


def _by_pattern(column: ColumnPlan) -> st.SearchStrategy[str]:
    # Without its anchors: `$` also matches before a line break, which no such value may end with.
    inner = (column.pattern or ".+").removeprefix("^").removesuffix("$")
    limit = column.max_length or 80
    return st.from_regex(re.compile(inner, re.ASCII), fullmatch=True).filter(
        lambda text: len(text) <= limit
    )


def _record_references() -> st.SearchStrategy[str]:
    return st.tuples(st.sampled_from(tuple(load_plan().tables)), slugs()).map("/".join)


_TEXTS: dict[str, st.SearchStrategy[str]] = {
    "slug": slugs(),
    "line": lines(),
    "text": texts(),
    "url": _URL.map("https://example.org/{}".format),
    "language": st.sampled_from(_LANGUAGES),
    "record-reference": _record_references(),
    "field-name": st.just("*") | st.sampled_from(("title", "name", "x_note")),
    "destination": st.sampled_from(("world", "D:5", "A:1", "CN", "US", "JP")),
}
