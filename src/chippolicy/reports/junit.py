"""A report as JUnit XML, which nearly every CI system draws as a table of tests.

Each file is a test suite. In it each rule that something was found by is a test case, failed by
errors and passed with a word by warnings and notes; a file without findings is one passed case.
Rules that found nothing are not listed: a report does not tell which of them were asked for.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from chippolicy.findings import Severity
from chippolicy.reports.place import qualified, spot
from chippolicy.reports.text import times
from chippolicy.reports.visible import visible
from chippolicy.rules import CATALOG

if TYPE_CHECKING:
    from chippolicy.findings import Finding, Report
    from chippolicy.reports import Look

CLEAN = "no findings"
"""The name of the one test case of a file in which nothing was found."""


def render(report: Report, look: Look) -> str:
    """The report as one XML document; what XML cannot hold is shown as its escape."""
    by_path: defaultdict[str | None, list[Finding]] = defaultdict(list)
    for file in report.files:
        by_path[file.path] = []
    for finding in report:
        by_path[finding.path].append(finding)
    root = ElementTree.Element("testsuites", {"name": "chippolicy"})
    root.extend(_suite(path, findings) for path, findings in by_path.items())
    hidden = report.total - len(report)
    if hidden > 0:
        root.append(_hidden_suite(hidden, report))
    for number in ("tests", "failures", "errors"):
        root.set(number, str(sum(int(suite.get(number, "0")) for suite in root)))
    root.set("time", f"{report.seconds:.3f}")
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suite(path: str | None, findings: list[Finding]) -> ElementTree.Element:
    name = visible(path) if path is not None else "the data as a whole"
    by_code: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_code[finding.code].append(finding)
    cases = [_case(name, code, found) for code, found in by_code.items()]
    return _counted(name, cases or [_element("testcase", name=CLEAN, classname=name)])


def _counted(name: str, cases: list[ElementTree.Element]) -> ElementTree.Element:
    failures = sum(case.find("failure") is not None for case in cases)
    suite = _element(
        "testsuite", name=name, tests=str(len(cases)), failures=str(failures), errors="0"
    )
    suite.extend(cases)
    return suite


def _case(name: str, code: str, findings: list[Finding]) -> ElementTree.Element:
    title = f"{code}: {CATALOG[code].title}" if code in CATALOG else code
    case = _element("testcase", name=title, classname=name)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    milder = [finding for finding in findings if finding.severity is not Severity.ERROR]
    if errors:
        # One failure: many viewers show no more than the first of a case.
        more = f" (and {len(errors) - 1:,} more)" if len(errors) > 1 else ""
        failure = _element("failure", type=code, message=errors[0].message + more)
        failure.text = _told(errors)
        case.append(failure)
    if milder:
        said = _element("system-out")
        said.text = _told(milder)
        case.append(said)
    return case


def _hidden_suite(hidden: int, report: Report) -> ElementTree.Element:
    """What --max-findings left out: counted, and failed where errors are among it."""
    name = "findings not listed"
    case = _element("testcase", name=f"{hidden:,} more findings", classname=name)
    listed = sum(finding.severity is Severity.ERROR for finding in report)
    errors = report.errors - listed
    if errors > 0:
        case.append(
            _element("failure", type=name, message=f"{errors:,} more errors (--max-findings)")
        )
    return _counted(name, [case])


def _told(findings: list[Finding]) -> str:
    return "\n".join(line for finding in findings for line in _lines(finding))


def _lines(finding: Finding) -> list[str]:
    told = [f"{_place(finding)}: {finding.severity}: {finding.message}".removeprefix(": ")]
    if finding.record is not None:
        told.append(f"  record: {finding.record}")
    if finding.count > 1:
        told.append(f"  {times(finding)}")
    if finding.hint:
        told.append(f"  hint: {finding.hint}")
    return [visible(line) for line in told]


def _place(finding: Finding) -> str:
    parts = [part for part in (finding.path, spot(finding)) if part]
    # Terminals and editors make a link of path:line:column.
    return (":" if qualified(finding) is None else ": ").join(parts)


def _element(tag: str, **attributes: str) -> ElementTree.Element:
    return ElementTree.Element(tag, {name: visible(text) for name, text in attributes.items()})
