"""A report as GitHub workflow commands: printed in a workflow, they mark the lines of a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chippolicy.findings import Severity
from chippolicy.reports.physical import Region, regions, relative
from chippolicy.reports.place import qualified, spot
from chippolicy.reports.text import summary, times
from chippolicy.reports.visible import visible

if TYPE_CHECKING:
    from chippolicy.findings import Finding, Report
    from chippolicy.reports import Look

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(report: Report, look: Look) -> str:
    """A command for each finding, then the summary as a plain line of the log."""
    places = regions(report)
    lines = [_command(finding, places.get(finding)) for finding in report]
    return "".join(f"{line}\n" for line in [*lines, summary(report)])


def _command(finding: Finding, region: Region | None) -> str:
    properties: dict[str, str] = {}
    if finding.path is not None:
        properties["file"] = visible(relative(finding.path) or finding.path)
    if region is not None:
        properties["line"] = str(region.line)
        if region.start is not None:
            properties["col"] = str(region.start)
    properties["title"] = visible(finding.code)
    listed = ",".join(f"{name}={escaped_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {listed}::{escaped_data(_message(finding))}"


def _message(finding: Finding) -> str:
    parts = [finding.message]
    if qualified(finding) is not None:
        # Without a line to stand at, the words are all there is.
        parts.append(f"at {spot(finding)}")
    if finding.count > 1:
        parts.append(times(finding))
    if finding.hint:
        parts.append(f"hint: {finding.hint}")
    return "\n".join(visible(part) for part in parts)


def escaped_data(text: str) -> str:
    """A message as the runner reads it back: per cent signs and line breaks escaped."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escaped_property(text: str) -> str:
    """The value of a property: colons and commas are escaped besides."""
    return escaped_data(text).replace(":", "%3A").replace(",", "%2C")
