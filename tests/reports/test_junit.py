"""JUnit XML: valid under the schema of Jenkins, and told the way CI systems count."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import xmlschema
from hypothesis import given, settings

from chippolicy.findings import FileSummary, Finding, Report, Severity
from chippolicy.reports import render
from chippolicy.reports.visible import visible
from tests.reports.hostile import reports

SCHEMA = xmlschema.XMLSchema(Path(__file__).parents[1] / "data/junit-10.xsd")


def suites_of(report: Report) -> ElementTree.Element:
    return ElementTree.fromstring(render(report, "junit").encode())


@given(reports())
@settings(max_examples=60)
def test_any_report_is_valid_under_the_schema(report: Report) -> None:
    """Whatever a report holds, its JUnit XML is well-formed and has no fault under the schema."""
    SCHEMA.validate(render(report, "junit"))


@given(reports())
def test_every_error_fails_a_case_and_every_finding_is_told(report: Report) -> None:
    """A case fails exactly where a rule found errors in a file; each message is in its case."""
    root = suites_of(report)
    for finding in report:
        name = "the data as a whole" if finding.path is None else visible(finding.path)
        told = "".join(
            text.text or ""
            for suite in root.findall("testsuite")
            if suite.get("name") == name
            for text in suite.iter("failure" if finding.severity == "error" else "system-out")
        )
        assert visible(finding.message).strip() in told
    listed = {(one.path, one.code) for one in report if one.severity is Severity.ERROR}
    hidden = report.errors > sum(one.severity is Severity.ERROR for one in report)
    assert len(list(root.iter("failure"))) == len(listed) + hidden


@given(reports())
def test_the_numbers_are_those_of_the_cases(report: Report) -> None:
    """The numbers of each suite, and of the whole, count the cases below."""
    root = suites_of(report)
    for suite in [root, *root.findall("testsuite")]:
        assert suite.get("tests") == str(len(list(suite.iter("testcase"))))
        assert suite.get("failures") == str(len(list(suite.iter("failure"))))


def test_a_file_is_a_suite_and_a_rule_a_case() -> None:
    report = Report(
        (
            Finding("value/date", Severity.ERROR, "first", path="a.csv", line=2, column="x"),
            Finding("value/date", Severity.ERROR, "second", path="a.csv", line=3, hint="mend it"),
            Finding("key/clash", Severity.WARNING, "third", path="a.csv"),
        ),
        (FileSummary("a.csv", "chips", 2), FileSummary("b.csv", "actors", 1)),
        0.25,
    )
    assert (
        render(report, "junit")
        == """<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="chippolicy" tests="3" failures="1" errors="0" time="0.250">
  <testsuite name="a.csv" tests="2" failures="1" errors="0">
    <testcase name="value/date: a date is an EDTF date that the calendar has" classname="a.csv">
      <failure type="value/date" message="first (and 1 more)">a.csv:2:x: error: first
a.csv:3: error: second
  hint: mend it</failure>
    </testcase>
    <testcase name="key/clash: a record does not take the key of a different shipped record" \
classname="a.csv">
      <system-out>a.csv: warning: third</system-out>
    </testcase>
  </testsuite>
  <testsuite name="b.csv" tests="1" failures="0" errors="0">
    <testcase name="no findings" classname="b.csv" />
  </testsuite>
</testsuites>
"""
    )


def test_errors_that_are_not_listed_fail_all_the_same() -> None:
    root = suites_of(Report((), (FileSummary("a.csv"),), counts={"error": 3, "warning": 1}))
    (failure,) = root.iter("failure")
    assert failure.get("message") == "3 more errors (--max-findings)"
    assert root.get("failures") == "1"
