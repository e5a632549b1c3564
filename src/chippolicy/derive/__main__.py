"""Write every derived file of the checkout anew, or only compare: ``--check``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from difflib import unified_diff
from itertools import islice
from pathlib import Path

CHECKOUT = Path(__file__).parents[3]
_EXCERPT = 40


def main(arguments: Sequence[str] | None = None, root: Path = CHECKOUT) -> int:
    """Run the command; 0: done or nothing drifted, 1: drift or a missing file, 2: no checkout."""
    parser = argparse.ArgumentParser(prog="python -m chippolicy.derive", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if a file drifted")
    check: bool = parser.parse_args(arguments).check
    if not (root / "pyproject.toml").is_file() or not (root / "src" / "chippolicy").is_dir():
        _tell("derived files are made in a checkout; this is an installed package\n")
        return 2

    from chippolicy.derive.outputs import outputs

    status = 0
    for path, text in outputs(root).items():
        try:
            new = text()
        except FileNotFoundError as error:
            _tell(f"{path}: cannot be made: {error.filename} is missing\n")
            status = 1
            continue
        if _bytes(root / path) == new.encode("utf-8"):
            continue
        if check:
            _tell(_excerpt(root / path, path, new))
            status = 1
        else:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(new.encode("utf-8"))
            sys.stdout.write(f"{path}\n")
    if check and status:
        _tell("derived files drifted; run: python -m chippolicy.derive\n")
    return status


def _bytes(file: Path) -> bytes | None:
    return file.read_bytes() if file.exists() else None


def _excerpt(file: Path, path: str, new: str) -> str:
    old = (_bytes(file) or b"").decode("utf-8", errors="replace")
    diff = unified_diff(
        old.splitlines(keepends=True),
        new.splitlines(keepends=True),
        f"{path} (committed)",
        f"{path} (derived)",
        n=1,
    )
    return f"{path} drifted\n{''.join(islice(diff, _EXCERPT))}\n"


def _tell(text: str) -> None:
    sys.stderr.write(text)


if __name__ == "__main__":
    sys.exit(main())
