"""Print the one-line command of a README section: what a newcomer pastes is what CI runs."""

from __future__ import annotations

import re
import sys
from pathlib import Path


def command(section: str) -> str:
    """The first code block under `## section`, which must be one line."""
    text = Path("README.md").read_text(encoding="utf-8")
    found = re.search(
        rf"^## {re.escape(section)}\n.*?^```[a-z]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL
    )
    if found is None:
        raise SystemExit(f"README.md has no code block under '## {section}'")
    lines = found[1].strip().splitlines()
    if len(lines) != 1:
        raise SystemExit(f"the first code block under '## {section}' is not one line")
    return lines[0]


if __name__ == "__main__":
    print(command(sys.argv[1]))
