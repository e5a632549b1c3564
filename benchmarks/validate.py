"""`chippolicy validate` next to `frictionless validate`, whole processes, the same packages.

Run ``python -m benchmarks.validate [ROWS …]`` where chippolicy and frictionless are installed.
frictionless checks types, constraints, primary and foreign keys; chippolicy these and every other
rule: dates and their order, record references, cycles, evidence.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.generate import write
from benchmarks.timing import table, timed

AIMS = {10_000: 0.15, 100_000: 0.12}


def main() -> None:
    sizes = [int(text) for text in sys.argv[1:]] or list(AIMS)
    lines = []
    scripts = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as scratch:
        for size in sizes:
            package = str(write(size, Path(scratch) / str(size)))
            medians = timed(
                {
                    "chippolicy": [str(scripts / "chippolicy"), "validate", package],
                    "frictionless": [str(scripts / "frictionless"), "validate", package],
                },
                rounds=5,
                ok=(0,),
            )
            ours, theirs = medians["chippolicy"], medians["frictionless"]
            aim = f"≤ {AIMS[size]}" if size in AIMS else ""
            lines.append((f"{size:,}", f"{ours:.3f}", f"{theirs:.2f}", f"{ours / theirs:.3f}", aim))
    table(("rows", "chippolicy s", "frictionless s", "ratio", "aim"), lines)


if __name__ == "__main__":
    main()
