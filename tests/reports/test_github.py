"""GitHub annotations: each command is read back by the rules of the workflow runner."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chippolicy.findings import Finding, Place, Report, Severity
from chippolicy.reports import render
from chippolicy.reports.github import escaped_data, escaped_property
from chippolicy.reports.visible import visible
from tests.reports.hostile import reports, texts

COMMANDS = {"error": Severity.ERROR, "warning": Severity.WARNING, "notice": Severity.NOTE}


def read(line: str) -> tuple[str, dict[str, str], str]:
    """A command as the runner takes it apart: its name, its properties, its message."""
    match = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line)
    assert match
    properties = {}
    for one in match[2].split(","):
        name, sign, value = one.partition("=")
        assert sign
        properties[name] = unescaped(value.replace("%3A", ":").replace("%2C", ","))
    return match[1], properties, unescaped(match[3])


def unescaped(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


@given(texts() | st.text("%0DAd:,\r\n2531C", max_size=20))
def test_escapes_are_undone_by_the_runner(text: str) -> None:
    """Unescaped in the runner's order, any text comes back, and it steers nothing before that."""
    assert unescaped(escaped_data(text)) == text
    prop = escaped_property(text)
    assert unescaped(prop.replace("%3A", ":").replace("%2C", ",")) == text
    assert not set(prop) & set(":,\r\n")
    assert not set(escaped_data(text)) & set("\r\n")


@given(reports())
def test_each_finding_is_one_command(report: Report) -> None:
    """The findings are commands in their order, then comes one line that is no command."""
    *commands, last = render(report, "github").splitlines()
    assert not last.startswith("::")
    assert len(commands) == len(report)
    for line, finding in zip(commands, report, strict=True):
        name, properties, message = read(line)
        assert COMMANDS[name] is finding.severity
        assert properties["title"] == visible(finding.code)
        assert message.startswith(visible(finding.message))
        assert ("file" in properties) == (finding.path is not None)


def test_a_command_points_at_the_cell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a,b.csv").write_text("x,y\n1,100%\n", encoding="utf-8")
    finding = Finding(
        "value/type",
        Severity.ERROR,
        "y is '100%'",
        hint="Write 1.",
        path=str(tmp_path / "a,b.csv"),
        line=2,
        column="y",
        count=2,
        places=(Place(2), Place(3)),
    )
    assert render(Report((finding,)), "github").splitlines()[0] == (
        "::error file=a%2Cb.csv,line=2,col=3,title=value/type::"
        "y is '100%25'%0A2 times: lines 2, 3%0Ahint: Write 1."
    )
