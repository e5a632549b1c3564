"""chippolicy next to other tools: whole processes, the same files, medians of runs taken in turn.

``python -m benchmarks.engine [ROWS …] [--data NAME …] [--rounds N] [--skip NAME …] [--only NAME …]
[--keep FOLDER]``

Every tool is first shown a package with faults in it and must find those it claims to find. All
check values, keys, foreign keys and record references; chippolicy checks every rule besides. Of
each size there are packages `clean`, `nine` with nine faults, `one` with one fault of each kind,
`hundredth` and `twentieth` with faults in every hundredth and twentieth row. Where it is asked for,
`every` has a fault of its own in each row.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from benchmarks.generate import ALL, EVERY, FAULTS, NINE, write
from benchmarks.timing import table

PYTHON = sys.executable
EACH = 5
CLAIMED = {
    "value": 5 * EACH,
    "key": EACH,
    # A reference that is spoiled, and those to the records whose own id is.
    "reference": EACH,
    "record": EACH,
}
"""So many faults at least are in the package each tool is shown, by kind."""


def command(name: str, package: str, folder: str) -> list[str]:
    """How a tool is called."""
    match name:
        case "chippolicy" | "rows" | "frames":
            engine = "auto" if name == "chippolicy" else name
            return [PYTHON, "-m", "chippolicy", "validate", package, "--engine", engine,
                    "--against", "none"]  # fmt: skip
        case "frictionless":
            return [PYTHON, "-m", "frictionless", "validate", "--type", "package", package]
    return [PYTHON, "-m", f"benchmarks.peers.{name}", folder]


_BESIDES = "dates in order, cycles, evidence, odd text, likely slips; no places"
LACKS = {
    "floor": "anything: it reads",
    "frictionless": "record references; dates in order, cycles, evidence, odd text, likely slips",
    "pydantic_loop": _BESIDES,
    "duckdb_sql": _BESIDES,
    "dataframely_schemas": _BESIDES,
    "pandera_polars": _BESIDES,
}
"""What a tool cannot check, or is not told to here because it has no rule for it."""
DATA: dict[str, Callable[[int, Path], Path]] = {
    "clean": write,
    "nine": lambda size, folder: write(size, folder, 1, NINE),
    "one": lambda size, folder: write(size, folder, None),
    "hundredth": lambda size, folder: write(size, folder, max(1, size // 100 // len(FAULTS))),
    "twentieth": lambda size, folder: write(size, folder, max(1, size // 20 // len(FAULTS))),
    "every": lambda size, folder: write(size, folder, size, EVERY),
}
"""How the packages are written."""

TOOLS = (
    "floor", "chippolicy", "rows", "frames", "duckdb_sql", "dataframely_schemas",
    "pandera_polars", "pydantic_loop", "frictionless",
)  # fmt: skip


class Run(NamedTuple):
    """One run: seconds by the clock, of the processor, and the peak of memory in MB."""

    seconds: float
    processor: float
    memory: float


def run(call: list[str]) -> Run:
    begun = time.perf_counter()
    with subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begun
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(call)} ended with {process.returncode}")
    return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def must_find(name: str, package: str, folder: str) -> None:
    """Raise RuntimeError if a tool does not find what it is there to find."""
    if name in ("chippolicy", "rows", "frames"):
        call = [*command(name, package, folder), "--format", "json"]
        done = subprocess.run(call, capture_output=True, check=False)
        found = sum(one["count"] for one in json.loads(done.stdout)["findings"])
        if found < sum(CLAIMED.values()):
            raise RuntimeError(f"{name} found {found} faults")
    elif name == "frictionless":
        call = [*command(name, package, folder), "--json"]
        done = subprocess.run(call, capture_output=True, check=False)
        # It does not know record references.
        found = done.stdout.count(b'"rowNumber"')
        if found < sum(CLAIMED.values()) - CLAIMED["record"] - EACH:
            raise RuntimeError(f"{name} found {found} faults")
    elif name != "floor":
        done = subprocess.run(command(name, package, folder), capture_output=True, check=True)
        told = json.loads(done.stdout)
        if any(told[kind] < count for kind, count in CLAIMED.items()):
            raise RuntimeError(f"{name} found {told}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "sizes", nargs="*", type=int, default=[10_000, 100_000, 1_000_000, 10_000_000]
    )
    parser.add_argument(
        "--data", nargs="*", choices=DATA, default=[one for one in DATA if one != "every"]
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--skip", nargs="*", default=[])
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--keep", type=Path, help="a folder to find or leave the packages in")
    options = parser.parse_args()
    tools = [
        name
        for name in TOOLS
        if name not in options.skip and (not options.only or name in options.only)
    ]
    with tempfile.TemporaryDirectory() as scratch:
        wrong = write(10_000, Path(scratch) / "wrong", EACH)
        for name in tools:
            must_find(name, str(wrong), str(wrong.parent))
        print(f"each of {', '.join(tools)} finds the faults it claims to find")
        must_find_one_of_each(Path(scratch))
        table(("tool", "does not check"), ((one, LACKS[one]) for one in tools if one in LACKS))
        for size in options.sizes:
            for data in options.data:
                folder = (options.keep or Path(scratch)) / f"{size}-{data}"
                package = folder / "datapackage.json"
                if not package.exists():
                    DATA[data](size, folder)
                compare(f"{size:,} rows, {data}", tools, package, folder, options.rounds)


def must_find_one_of_each(scratch: Path) -> None:
    """Raise RuntimeError if chippolicy does not find a fault of each kind."""
    package = write(10_000, scratch / "one", None)
    call = [*command("chippolicy", str(package), ""), "--format", "json"]
    done = subprocess.run(call, capture_output=True, check=False)
    codes = {one["code"] for one in json.loads(done.stdout)["findings"]}
    # A record that is not there is told as any reference to nothing.
    if missed := ALL.keys() - codes - {"ref/record"}:
        raise RuntimeError(f"chippolicy did not find {', '.join(sorted(missed))}")
    print(f"chippolicy finds one fault of each of {len(ALL)} kinds")


def compare(what: str, tools: list[str], package: Path, folder: Path, rounds: int) -> None:
    runs: dict[str, list[Run]] = {name: [] for name in tools}
    for turn in range(rounds):
        for name in tools:
            if turn and runs[name][0].seconds > 20:
                # What takes so long is timed well enough by one run.
                continue
            runs[name].append(run(command(name, str(package), str(folder))))

    def median(name: str, field: int) -> float:
        return statistics.median(one[field] for one in runs[name])

    ours = "chippolicy" if "chippolicy" in tools else tools[0]
    print(f"\n{what}, median of {rounds}")
    table(
        ("tool", "seconds", "processor s", "peak MB", f"{ours} ÷ it", "by processor", "memory"),
        (
            (
                name,
                f"{median(name, 0):.3f}",
                f"{median(name, 1):.2f}",
                f"{median(name, 2):.0f}",
                *(f"{median(ours, field) / median(name, field):.3f}" for field in range(3)),
            )
            for name in tools
        ),
    )


if __name__ == "__main__":
    main()
