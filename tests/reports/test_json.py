from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chippolicy.findings import Finding, Report, Severity
from chippolicy.reports import FORMATS, render

ANY_TEXT = st.text(st.characters(codec=None), max_size=30)


@given(message=ANY_TEXT, value=st.none() | ANY_TEXT, line=st.none() | st.integers(1, 9))
def test_json_says_what_the_report_says(message: str, value: str | None, line: int | None) -> None:
    """Read back, the JSON is the report, whatever characters are in it, and none is hidden."""
    report = Report((Finding("a/b", Severity.ERROR, message, value=value, line=line),))
    text = render(report, "json")
    expected = json.loads(json.dumps(report.as_dict()))
    assert json.loads(text) == expected
    assert not set(text) & {"\x7f", "\x9b", "\u202e", "\u200b", "\ufeff"}
    text.encode("utf-8")


def test_json_keeps_japanese_and_ends_with_a_line_break() -> None:
    text = render(Report((Finding("a/b", Severity.ERROR, "日本語"),)), "json")
    assert '"message": "日本語"' in text
    assert text.endswith("\n}\n")


def test_every_format_renders_any_report() -> None:
    report = Report((Finding("a/b", Severity.WARNING, "m"),))
    for form in FORMATS:
        assert "a/b" in render(report, form)


def test_an_unknown_format_is_told_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="'yaml': expected one of csv, github, html, json"):
        render(Report(()), "yaml")
