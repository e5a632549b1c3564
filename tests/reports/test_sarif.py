"""SARIF: valid under the schema of its committee, complete, and as code scanning wants it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest
from hypothesis import given, settings

from chippolicy.findings import FileSummary, Finding, Place, Report, Severity
from chippolicy.reports import render
from chippolicy.reports.visible import visible
from chippolicy.rules import CATALOG
from tests.reports.hostile import reports

SCHEMA = json.loads((Path(__file__).parents[1] / "data/sarif-schema-2.1.0.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft7Validator(
    SCHEMA, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER
)


def run_of(report: Report) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(render(report, "sarif"))["runs"][0]
    return run


def result_of(finding: Finding, *files: FileSummary) -> dict[str, Any]:
    result: dict[str, Any] = run_of(Report((finding,), files))["results"][0]
    return result


def error(**told: Any) -> Finding:
    return Finding(**{"code": "value/date", "severity": Severity.ERROR, "message": "m", **told})


@given(reports())
@settings(max_examples=40)
def test_any_report_is_valid_under_the_official_schema(report: Report) -> None:
    """Whatever a report holds, its SARIF has no fault under the schema of SARIF 2.1.0."""
    VALIDATOR.validate(json.loads(render(report, "sarif")))


@given(reports())
def test_no_finding_is_lost(report: Report) -> None:
    """The results are the findings in their order, each with all that it tells."""
    results = run_of(report)["results"]
    assert len(results) == len(report)
    for result, finding in zip(results, report, strict=True):
        told = result["properties"]
        assert result["ruleId"] == whole(finding.code)
        assert result["level"] == finding.severity
        for name in (
            "hint",
            "path",
            "column",
            "table",
            "record",
            "field",
            "value",
            "pointer",
            "sheet",
            "cell",
        ):
            assert told.get(name) == whole(getattr(finding, name))
        assert told.get("line") == finding.line
        assert result["occurrenceCount"] == told["count"] == finding.count
        message = unescaped(result["message"]["text"])
        assert message.startswith(visible(finding.message).replace("\\", ""))
        if "locations" in result:
            others = [p for p in finding.places if p.line is None or p.line != finding.line]
            records = [
                next((name for name, kind in names(place) if kind == "record"), None)
                for place in result.get("relatedLocations", [])
            ]
            assert records == [whole(place.record) for place in others]


def names(place: dict[str, Any]) -> list[tuple[str, str]]:
    """The logical locations of a location: their names and kinds."""
    return [(one["fullyQualifiedName"], one["kind"]) for one in place.get("logicalLocations", [])]


def whole(text: str | None) -> str | None:
    """A text as JSON for strict readers can hold it: halves of characters as their escapes."""
    return text and re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", text)


def unescaped(message: str) -> str:
    return message.replace("{{", "{").replace("}}", "}").replace("\\", "")


@given(reports())
def test_data_puts_no_link_or_placeholder_into_a_message(report: Report) -> None:
    """The only links in a message are ours, to the related places; placeholders there are none."""
    for result in run_of(report)["results"]:
        text = result["message"]["text"]
        assert not re.search(r"\{[0-9]+\}", text.replace("{{", "").replace("}}", ""))
        ids = [place["id"] for place in result.get("relatedLocations", [])]
        for target in re.findall(r"(?<!\\)\[(?:[^\]\\]|\\.)*(?<!\\)\]\(([^)]*)\)", text):
            assert int(target) in ids


def test_every_rule_is_explained() -> None:
    driver = run_of(Report(()))["tool"]["driver"]
    assert [rule["id"] for rule in driver["rules"]] == list(CATALOG)
    for rule, told in zip(CATALOG.values(), driver["rules"], strict=True):
        assert rule.reason in told["fullDescription"]["text"]
        assert rule.hint in told["help"]["markdown"]
        assert told["defaultConfiguration"]["level"] == rule.severity
    result = result_of(error())
    assert driver["rules"][result["ruleIndex"]]["id"] == "value/date"


def test_the_region_is_the_cell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Columns count characters from 1; a cell behind a quoted line break has its own line."""
    monkeypatch.chdir(tmp_path)
    Path("f.csv").write_text('a,b\n"日本\n語",bad\n', encoding="utf-8")
    place = result_of(error(path="f.csv", line=2, column="b"))["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 3, "startColumn": 4, "endColumn": 7}


@pytest.mark.parametrize("path", ["data/チップ 1.csv", "a%20b.csv", "c:d.csv", "#x?.csv", "-"])
def test_paths_below_the_working_folder_are_relative_and_encoded(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for written in (path, str(tmp_path / path), f"./{path}"):
        place = result_of(error(path=written))["locations"][0]["physicalLocation"]
        artifact = place["artifactLocation"]
        assert artifact["uriBaseId"] == "%SRCROOT%"
        assert artifact["uri"].isascii()
        address = urlsplit(artifact["uri"])
        assert (address.scheme, address.query, address.fragment) == ("", "", "")
        assert unquote(address.path) == path


def test_a_path_outside_is_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    place = result_of(error(path="../f.csv"))["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].startswith("file:///")
    assert "uriBaseId" not in place["artifactLocation"]


def test_a_finding_without_a_file_stands_at_the_first_one() -> None:
    """GitHub refuses a whole upload for one result that has no place."""
    place = result_of(error(), FileSummary("f.csv"))["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "f.csv"
    assert place["region"] == {"startLine": 1}


def test_folded_places_are_linked() -> None:
    finding = error(
        path="f.csv", line=2, count=9, places=(Place(2, "t/a"), Place(5, "t/b")), hint="mend it"
    )
    result = result_of(finding)
    assert result["message"]["text"] == "m\n9 times, also on line [5](1), ….\nmend it"
    (related,) = result["relatedLocations"]
    assert related["id"] == 1
    assert related["physicalLocation"]["region"]["startLine"] == 5
    assert related["message"]["text"] == "t/b"


def prints(*findings: Finding) -> list[str]:
    return [
        result["partialFingerprints"]["chippolicyFinding/v1"]
        for result in run_of(Report(findings))["results"]
    ]


def test_a_fingerprint_outlives_shifted_lines_and_another_count() -> None:
    one = error(path="f.csv", line=2, record="t/a", column="c", value="x")
    assert prints(one) == prints(error(path="f.csv", line=9, record="t/a", column="c", value="x"))
    folded = error(line=2, record="t/a", value="x", count=5, message="5 of them")
    assert prints(folded) == prints(error(line=4, record="t/b", value="x", count=4))


def test_fingerprints_tell_findings_apart() -> None:
    findings = [
        error(record="t/a", column="c", value="x"),
        error(record="t/b", column="c", value="x"),
        error(record="t/a", column="d", value="x"),
        error(record="t/a", column="c", value="y"),
        error(record="t/a", column="c", value="x"),
        error(code="value/type", record="t/a", column="c", value="x"),
    ]
    assert len(set(prints(*findings))) == len(findings)


def test_what_was_left_out_and_could_not_be_read_is_told() -> None:
    run = run_of(Report((error(),), unreadable=True, counts={"error": 7}, waived=2))
    assert run["properties"]["findings"] == 7
    assert run["properties"]["waived"] == 2
    assert run["invocations"] == [{"executionSuccessful": False}]
