"""Start-up, whole processes: ratios of medians against the imports one cannot avoid.

Run ``python -m benchmarks.startup`` where chippolicy is installed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.timing import table, timed

PYTHON = [sys.executable]
CLI = [str(Path(sys.executable).with_name("chippolicy"))]


def main() -> None:
    bare = [*PYTHON, "-c", "pass"]
    pydantic = [*PYTHON, "-c", "from pydantic import BaseModel"]
    runs = {
        "python -c pass": bare,
        "from pydantic import BaseModel": pydantic,
        "import chippolicy": [*PYTHON, "-c", "import chippolicy"],
        "chippolicy --version": [*CLI, "--version"],
        "chippolicy validate": [*CLI, "validate"],
    }
    medians = timed(runs, rounds=15)
    base, model = medians["python -c pass"], medians["from pydantic import BaseModel"]
    table(
        ("command", "median s", "× bare python", "× pydantic import", "aim"),
        (
            ("python -c pass", f"{base:.3f}", "1.0", "", ""),
            ("from pydantic import BaseModel", f"{model:.3f}", f"{model / base:.1f}", "1.0", ""),
            *(
                (name, f"{medians[name]:.3f}", f"{medians[name] / base:.2f}",
                 f"{medians[name] / model:.2f}", aim)
                for name, aim in (
                    ("import chippolicy", "≤ 0.5 × pydantic"),
                    ("chippolicy --version", "≤ 6 × bare"),
                    ("chippolicy validate", "≤ 3.5 × pydantic"),
                )
            ),
        ),
    )  # fmt: skip


if __name__ == "__main__":
    main()
