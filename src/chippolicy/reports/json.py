"""A report as JSON, for programs; `report.schema.json` describes it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from chippolicy.reports.offsets import with_offsets
from chippolicy.reports.visible import json_safe

if TYPE_CHECKING:
    from chippolicy.findings import Report
    from chippolicy.reports import Look


def render(report: Report, look: Look) -> str:
    """The report as indented JSON in plain Unicode; invisible characters are escaped."""
    told = replace(report, findings=with_offsets(report)).as_dict()
    return json_safe(json.dumps(told, ensure_ascii=False, indent=2)) + "\n"
