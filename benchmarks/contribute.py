"""Contributions, whole processes: a small one, and a large workbook against its reader alone.

Run ``python -m benchmarks.contribute`` where chippolicy is installed with its extras.
"""

from __future__ import annotations

import csv
import itertools
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.engine import run
from benchmarks.generate import rows
from benchmarks.timing import table, timed
from chippolicy.derive import load_plan

PYTHON = [sys.executable]
CLI = [str(Path(sys.executable).with_name("chippolicy"))]
READER = """
import sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1], read_only=True, data_only=True)
for sheet in book.worksheets:
    for row in sheet.iter_rows():
        for cell in row:
            cell.value
"""
"""What whoever reads a workbook's cells with openpyxl cannot avoid."""
SMALL, LARGE = 200, 100_000


def contribution(folder: Path) -> Path:
    """Some rows in three CSVs: events, their actors by shipped ids, and the citations of them."""
    events = SMALL // 3
    tables: dict[str, list[dict[str, object]]] = {
        "events": list(itertools.islice(rows(SMALL * 3)["events"], events)),
        "event_actors": [
            {"event_id": f"event-{n}", "actor_id": "nvidia", "role": "agent"} for n in range(events)
        ],
        "citations": [
            {
                "record": f"events/event-{n}",
                "field": "*",
                "n": 1,
                "source_id": "agntai-2026-03-29-sacks",
                "relation": "supports",
                "confidence": "single",
            }
            for n in range(SMALL - 2 * events)
        ],
    }
    folder.mkdir()
    for name, some in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(
                file, load_plan().tables[name].names, restval="", lineterminator="\n"
            )
            writer.writeheader()
            writer.writerows(some)
    return folder


def workbook(path: Path) -> Path:
    """A sheet of events and one of their citations, so many rows in all."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    tables = rows(LARGE)
    for name in tables:
        sheet = book.create_sheet(name)
        columns = load_plan().tables[name].names
        sheet.append(columns)
        for row in tables[name]:
            values = (row.get(column) for column in columns)
            sheet.append([value if value != "" else None for value in values])
    book.save(path)
    return path


def main() -> None:
    with TemporaryDirectory() as place:
        small = contribution(Path(place) / "mine")
        medians = timed(
            {
                "from pydantic import BaseModel": [
                    *PYTHON, "-c", "from pydantic import BaseModel",
                ],
                "validate": [*CLI, "validate", str(small)],
            },
            rounds=15,
        )  # fmt: skip
        model = medians["from pydantic import BaseModel"]
        table(
            ("command", "median s", "× pydantic import", "aim"),
            [
                (f"validate, {SMALL} rows in three CSVs", f"{medians['validate']:.3f}",
                 f"{medians['validate'] / model:.2f}", "≤ 5"),
            ],
        )  # fmt: skip
        path = str(workbook(Path(place) / "book.xlsx"))
        commands = {
            "openpyxl alone": [*PYTHON, "-c", READER, path],
            "validate": [*CLI, "validate", path, "--against", "none"],
        }
        medians = timed(commands, rounds=3)
        peaks = {name: run(command).memory for name, command in commands.items()}
        reader = medians["openpyxl alone"]
        sys.stdout.write("\n")
        table(
            (f"{LARGE:,} rows of XLSX", "median s", "× reader", "peak MB", "aim"),
            (
                (name, f"{medians[name]:.2f}", f"{medians[name] / reader:.2f}",
                 f"{peaks[name]:.0f}", "" if name != "validate" else "≤ 2.5, 600 MB")
                for name in commands
            ),
        )  # fmt: skip


if __name__ == "__main__":
    main()
