"""A report as JSON, for programs; `report.schema.json` describes it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from chippolicy.reports.visible import json_safe

if TYPE_CHECKING:
    from chippolicy.findings import Report
    from chippolicy.reports import Look


def render(report: Report, look: Look) -> str:
    """The report as indented JSON in plain Unicode; invisible characters are escaped."""
    return json_safe(json.dumps(report.as_dict(), ensure_ascii=False, indent=2)) + "\n"
