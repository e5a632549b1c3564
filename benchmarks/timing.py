"""Timing whole processes in turn, so that a machine that drifts slows them all alike."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence


def timed(
    runs: Mapping[str, Sequence[str]], *, rounds: int = 5, ok: Sequence[int] = (0, 1)
) -> dict[str, float]:
    """Median wall seconds of each command, run one after another for some rounds.

    Raises RuntimeError if a command ends with a status not in `ok`: what fails is not fast.
    """
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for round_number in range(rounds + 1):
        for name, command in runs.items():
            begun = time.perf_counter()
            done = subprocess.run(command, capture_output=True, check=False)
            spent = time.perf_counter() - begun
            if done.returncode not in ok:
                raise RuntimeError(f"{name} ended with {done.returncode}: {done.stderr[-500:]!r}")
            if round_number:
                seconds[name].append(spent)
    return {name: statistics.median(values) for name, values in seconds.items()}


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under a header, in columns."""
    lines = [tuple(header), *map(tuple, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        sys.stdout.write("  ".join(cells).rstrip() + "\n")
