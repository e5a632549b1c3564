"""A report as JSON Lines: one finding a line, nothing else; an empty file means none."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from chippolicy.reports.offsets import with_offsets
from chippolicy.reports.visible import json_safe

if TYPE_CHECKING:
    from chippolicy.findings import Report
    from chippolicy.reports import Look


def render(report: Report, look: Look) -> str:
    """Each finding as one JSON object, with the keys it has in the JSON report."""
    return "".join(
        json_safe(json.dumps(asdict(finding), ensure_ascii=False)) + "\n"
        for finding in with_offsets(report)
    )
