"""A report as SARIF 2.1.0, which GitHub code scanning and editors show beside the data.

A finding becomes a result: its cell a region, its further places related locations, the rest of it
properties. Paths are relative to the folder that the command was run in, `%SRCROOT%`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from chippolicy._version import __version__
from chippolicy.reports.physical import Region, regions, relative
from chippolicy.reports.place import LINE, further, has_lines, qualified, spot, spot_at
from chippolicy.reports.visible import json_safe, visible
from chippolicy.rules import CATALOG, Rule

if TYPE_CHECKING:
    from chippolicy.findings import Finding, Place, Report
    from chippolicy.reports import Look

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
HOME = "https://w3id.org/chippolicy/"
ROOT = "%SRCROOT%"
FINGERPRINT = "chippolicyFinding/v1"
"""The name of our fingerprint: a hash of rule, record, column and value, but not of the line."""

_INDEX = {code: index for index, code in enumerate(CATALOG)}
_OWN_PLACE = {"code", "severity", "message", "places"}
_LEVEL_OF_PROBLEM = {"error": "error", "warning": "warning", "note": "recommendation"}
_SURROGATE = re.compile("[\ud800-\udfff]")
# What a reader of messages takes for a link: square brackets with round ones right behind them.
_LINK = re.compile(r"[\[\]]")


def render(report: Report, look: Look) -> str:
    """The report as one SARIF log with one run, in which all rules are explained."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report)]}
    text = json.dumps(log, ensure_ascii=False)
    # A lone half of a character is no Unicode: strict readers would refuse the file for it.
    return json_safe(_SURROGATE.sub(lambda half: f"\\\\u{ord(half[0]):04x}", text)) + "\n"


def _run(report: Report) -> dict[str, Any]:
    places = regions(report)
    seen: Counter[str] = Counter()
    fallback = report.files[0].path if report.files else None
    return {
        "tool": {
            "driver": {
                "name": "chippolicy",
                "semanticVersion": __version__,
                "informationUri": HOME,
                "rules": [_rule(rule) for rule in CATALOG.values()],
            }
        },
        "invocations": [{"executionSuccessful": not report.unreadable}],
        "originalUriBaseIds": {
            ROOT: {"description": {"text": "The folder that chippolicy was run in."}}
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, places.get(finding), fallback, seen) for finding in report],
        "properties": {
            "rows": report.rows,
            "tables": len(report.tables),
            "findings": report.total,
            "waived": report.waived,
            "valid": report.valid,
        },
    }


def _rule(rule: Rule) -> dict[str, Any]:
    title = rule.title[0].upper() + rule.title[1:]
    return {
        "id": rule.code,
        "shortDescription": {"text": _message(f"{title}.")},
        "fullDescription": {"text": _message(f"{title}. {rule.reason}")},
        "help": {
            "text": _message(f"{title}. {rule.reason} {rule.hint}"),
            "markdown": f"**{title}.**\n\n{rule.reason}\n\n**How to mend it:** {rule.hint}",
        },
        "defaultConfiguration": {"level": rule.severity.value},
        "properties": {
            "tags": ["data", rule.family],
            "precision": "very-high",
            "problem.severity": _LEVEL_OF_PROBLEM[rule.severity.value],
        },
    }


def _result(
    finding: Finding, region: Region | None, fallback: str | None, seen: Counter[str]
) -> dict[str, Any]:
    result: dict[str, Any] = {"ruleId": finding.code}
    if finding.code in _INDEX:
        result["ruleIndex"] = _INDEX[finding.code]
    result["level"] = finding.severity.value
    others = _others(finding)
    result["message"] = {"text": _told(finding, others)}
    # GitHub refuses a whole upload for one result without a place.
    path = finding.path if finding.path is not None else fallback
    if path is not None:
        result["locations"] = [_location(path, region or Region(1), finding, finding.record)]
        if others:
            result["relatedLocations"] = [
                {
                    "id": number,
                    **_location(path, *_further(finding, place), place.record),
                    "message": {"text": _message(place.record or "here as well")},
                }
                for number, place in enumerate(others, 1)
            ]
    result["partialFingerprints"] = {FINGERPRINT: _fingerprint(finding, seen)}
    result["occurrenceCount"] = finding.count
    result["properties"] = {
        name: value
        for name, value in asdict(finding).items()
        if name not in _OWN_PLACE and value is not None
    }
    return result


def _others(finding: Finding) -> list[Place]:
    """The places besides the one that the finding itself stands at."""
    return [place for place in finding.places if place.line != finding.line or place.line is None]


def _told(finding: Finding, others: list[Place]) -> str:
    parts = [_message(finding.message)]
    if qualified(finding) is not None:
        # The region says nothing, and viewers do not show the logical location.
        parts.append(_message(f"At {spot(finding)}."))
    if finding.count > 1:
        linked = [
            f"[{spot_at(finding, place.line)}]({number})"
            for number, place in enumerate(others, 1)
            if place.line is not None and finding.path is not None
        ]
        kind, _ = further(finding)
        where = f"{'on' if kind == LINE else 'in'} {kind}{'s' if linked[1:] else ''}"
        also = f", also {where} {', '.join(linked)}" if linked else ""
        listed = len(linked) + (finding.line is not None)
        more = ", …" if linked and listed < finding.count else ""
        parts.append(f"{finding.count:,} times{also}{more}.")
    if finding.hint:
        parts.append(_message(finding.hint))
    return "\n".join(parts)


def _message(text: str) -> str:
    """Text as a message has it: braces doubled, brackets that could be a link escaped."""
    shown = visible(text).replace("{", "{{").replace("}", "}}")
    return _LINK.sub(r"\\\g<0>", shown) if "](" in shown else shown


def _further(finding: Finding, place: Place) -> tuple[Region, Finding | None]:
    """Where a finding was met besides: the region, and the finding as it would stand there."""
    if place.line is None or (finding.line is not None and has_lines(finding)):
        return Region(place.line or 1), None
    cell = spot_at(finding, place.line) if finding.cell is not None else None
    return Region(1), replace(finding, line=place.line, cell=cell)


def _location(
    path: str, region: Region, finding: Finding | None, record: str | None
) -> dict[str, Any]:
    # GitHub refuses a result without a first line: in a file that has no lines it says nothing,
    # and the logical location is what counts.
    span: dict[str, int] = {"startLine": max(region.line, 1)}
    if region.start is not None and region.end is not None:
        span["startColumn"] = region.start
        if region.end > region.start:
            span["endColumn"] = region.end
    location: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": _artifact(path), "region": span}
    }
    logical = [{"fullyQualifiedName": record, "kind": "record"}] if record is not None else []
    if finding is not None and (name := qualified(finding)) is not None:
        logical.append({"fullyQualifiedName": name, "kind": _kind(finding)})
    if logical:
        location["logicalLocations"] = logical
    return location


def _kind(finding: Finding) -> str:
    if finding.cell is not None or (finding.line is not None and finding.column is not None):
        return "cell"
    return "row" if finding.line is not None else "sheet"


def _artifact(path: str) -> dict[str, str]:
    inside = relative(path)
    if inside is not None:
        return {"uri": _quoted(inside), "uriBaseId": ROOT}
    # Outside of the working folder: an absolute address, which code scanning cannot show.
    try:
        absolute = Path(path).absolute()
    except (OSError, ValueError):
        absolute = Path(path)
    return {
        "uri": f"file://{'' if absolute.as_posix().startswith('/') else '/'}"
        f"{_quoted(absolute.as_posix())}"
    }


def _quoted(path: str) -> str:
    try:
        return quote(path.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:
        return quote(path.encode("utf-8", "surrogatepass"))


def _fingerprint(finding: Finding, seen: Counter[str]) -> str:
    # A cause that was met in many rows stays the same when the first of them is mended.
    record = finding.record if finding.count == 1 else None
    what = [finding.code, finding.table, record, finding.field, finding.column, finding.value]
    digest = sha256(json.dumps(what).encode()).hexdigest()[:32]
    # Findings alike in all of this are told apart by their order.
    seen[digest] += 1
    return f"{digest}:{seen[digest]}"
