"""What holds for every format of a report, or for several."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from chippolicy.findings import Finding, Report, Severity
from chippolicy.reports import FORMATS, render
from chippolicy.reports.csv import COLUMNS, MAX_CELL
from chippolicy.reports.visible import visible
from tests.reports.hostile import reports

ROOT = Path(__file__).parents[2]
CHIPS = """id,name,designer_id,released
a-1,チップ,エヌビディア,2023-02-29
b-2,=1+1,amd,2023
"""


@given(reports())
@settings(max_examples=150)
def test_every_format_renders_any_report_the_same_each_time(report: Report) -> None:
    """Whatever a report holds, each format writes it, twice alike, as text that UTF-8 can hold."""
    for form in FORMATS:
        once = render(report, form)
        assert render(report, form) == once
        once.encode("utf-8")
        assert once == "" or once.endswith("\n")


@given(reports())
def test_nothing_hidden_is_written(report: Report) -> None:
    """No format lets a character through that steers a terminal or that cannot be seen."""
    for form in FORMATS:
        text = render(report, form).removeprefix("\ufeff")
        assert all(character.isprintable() or character in "\n\u3000" for character in text) or (
            # JSON keeps what is no danger, such as unassigned characters, and escapes the rest.
            form in ("json", "jsonl", "sarif")
            and not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\ud800-\udfff]", text)
        )


@given(reports())
def test_json_lines_are_the_findings_of_the_json_report(report: Report) -> None:
    """Each line of JSON Lines is a finding as the JSON report has it, and nothing else is there."""
    lines = render(report, "jsonl").splitlines()
    assert [json.loads(line) for line in lines] == json.loads(render(report, "json"))["findings"]


@given(reports())
def test_csv_gives_the_findings_back(report: Report) -> None:
    """Read by `csv`, each row is a finding: its fields as text in which everything is visible."""
    text = render(report, "csv")
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert len(rows) == len(report)
    assert text.count("\n") == len(report) + 1, "a finding is one line"
    for row, finding in zip(rows, report, strict=True):
        for name in COLUMNS:
            if name != "places":
                assert _unguarded(row[name]) == _as_text(getattr(finding, name))
        pairs = json.loads(row["places"] or "[]")
        assert pairs == [[one.line, one.record and visible(one.record)] for one in finding.places]


def _unguarded(cell: str) -> str:
    return cell[1:] if re.match("'+[=+@＝＋－＠-]", cell) else cell


def _as_text(value: object) -> str:
    text = "" if value is None else visible(str(value))
    return text if len(text) <= MAX_CELL else f"{text[:MAX_CELL]}… ({len(text):,} characters)"


@given(reports())
def test_no_cell_is_a_formula(report: Report) -> None:
    """No cell of the CSV report begins with what a spreadsheet takes for a formula."""
    for row in csv.reader(io.StringIO(render(report, "csv").removeprefix("\ufeff"), newline="")):
        for cell in row:
            assert not re.match("[=+@＝＋－＠\t\r\n-]", cell)
            assert len(cell) < 32_767


@pytest.mark.parametrize("character", ["x", "日", "\x00", "\ud800", "<", "="])
def test_a_huge_value_is_no_matter(character: str) -> None:
    """Every format writes a value that is far too long; pages and spreadsheets cut it."""
    value = character * 100_000
    report = Report((Finding("value/limit", Severity.ERROR, value, value=value),))
    sizes = {form: len(render(report, form)) for form in FORMATS}
    assert sizes["html"] < 100_000
    assert sizes["csv"] < 100_000
    assert json.loads(render(report, "json"))["findings"][0]["value"] == value


def test_the_columns_are_the_fields_of_a_finding() -> None:
    assert tuple(field.name for field in fields(Finding)) == COLUMNS
    report = Report((Finding("a/b", Severity.ERROR, "日本語", value="=1"),))
    assert render(report, "csv") == (
        "\ufeffcode,severity,message,hint,path,line,column,table,record,field,value,pointer,sheet,"
        "cell,offset,count,places\na/b,error,日本語,,,,,,,,'=1,,,,,1,\n"
    )


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "chips.csv"
    path.write_text(CHIPS, encoding="utf-8")
    return path


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments], capture_output=True, text=True, cwd=cwd, check=False
    )


@pytest.mark.parametrize(
    ("form", "schema"),
    [("json", "schemas/report.schema.json"), ("sarif", "tests/data/sarif-schema-2.1.0.json")],
)
def test_check_jsonschema_accepts_what_the_command_writes(
    broken: Path, form: str, schema: str
) -> None:
    result = run(
        "chippolicy", "validate", "chips.csv", "--report", f"{form}=out.json", cwd=broken.parent
    )
    assert result.returncode == 1, result.stderr
    checked = run(
        "check_jsonschema",
        # The pattern of a language in SARIF's schema is none for ECMAScript.
        "--regex-variant=python",
        "--schemafile",
        str(ROOT / schema),
        "out.json",
        cwd=broken.parent,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_command_writes_all_formats_at_once(broken: Path) -> None:
    wanted = [f"--report={form}=out.{form}" for form in FORMATS]
    result = run("chippolicy", "validate", "chips.csv", *wanted, cwd=broken.parent)
    assert result.returncode == 1, result.stderr
    assert all("chips.csv" in (broken.parent / f"out.{form}").read_text() for form in FORMATS)


def test_help_names_every_format(tmp_path: Path) -> None:
    words = run("chippolicy", "validate", "--help", cwd=tmp_path).stdout.replace(",", " ").split()
    assert set(FORMATS) <= set(words)


def test_a_format_is_imported_when_it_is_used() -> None:
    code = "import sys, chippolicy.cli.validate; print(*sys.modules)"
    loaded = set(run_code(code).split())
    assert not {f"chippolicy.reports.{form}" for form in FORMATS} & loaded


def run_code(code: str) -> str:
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return result.stdout


def test_placed_findings_are_the_same_in_every_machine_format(broken: Path) -> None:
    """Each finding of a real validation is in each machine format, under its code."""
    forms = ("json", "jsonl", "csv", "sarif", "github")
    texts: dict[str, Any] = {
        form: run("chippolicy", "validate", "chips.csv", "--format", form, cwd=broken.parent).stdout
        for form in forms
    }
    codes = [finding["code"] for finding in json.loads(texts["json"])["findings"]]
    assert codes
    assert [json.loads(line)["code"] for line in texts["jsonl"].splitlines()] == codes
    rows = csv.DictReader(io.StringIO(texts["csv"].removeprefix("\ufeff")))
    assert [row["code"] for row in rows] == codes
    results = json.loads(texts["sarif"])["runs"][0]["results"]
    assert [result["ruleId"] for result in results] == codes
    assert re.findall(r"title=([^:]+)::", texts["github"]) == codes
