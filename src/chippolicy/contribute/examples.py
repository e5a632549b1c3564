"""Example rows: those that `init` writes, which are to be replaced and never merged."""

from __future__ import annotations

from collections.abc import Iterator

from chippolicy.derive.plan import TablePlan, load_plan
from chippolicy.engine.inputs import Input, resolve
from chippolicy.findings import Finding, Place, Severity
from chippolicy.formats.csv import StructureError, placed_rows

PREFIX = "example-"
"""What the id of an example begins with."""
COLUMN = "x_example"
"""The column that marks a row as an example."""
CODE = "key/example"


def is_example(plan: TablePlan, row: dict[str, str]) -> bool:
    """Whether a row is an example: its key says so, or the column that is there for it."""
    if row.get(COLUMN):
        return True
    parts = (row.get(name, "").rpartition("/")[2] for name in plan.key)
    return any(part.startswith(PREFIX) for part in parts)


def example_findings(path: str) -> list[Finding]:
    """A finding for each file of a sound folder that still has example rows."""
    found: list[Finding] = []
    for one in resolve([path], load_plan()):
        if isinstance(one, Input):
            found += _of_file(one)
    return found


def _of_file(one: Input) -> Iterator[Finding]:
    plan = load_plan().tables[one.table]
    header: list[str] = []
    places = []
    for line, row in placed_rows(one.path):
        if isinstance(row, StructureError) or not any(row):
            continue
        if not header:
            header = row
            continue
        cells = dict(zip(header, row, strict=False))
        if is_example(plan, cells):
            key = "+".join(cells.get(name, "") for name in plan.key)
            places.append(Place(line, f"{plan.name}/{key}"))
    if places:
        yield Finding(
            CODE,
            Severity.ERROR,
            "an example row is still there",
            hint=f"Put a row of your own in its place with {COLUMN} blank, or delete the row.",
            path=one.shown,
            line=places[0].line,
            table=plan.name,
            record=places[0].record,
            count=len(places),
            places=tuple(places[:10]) if len(places) > 1 else (),
        )
