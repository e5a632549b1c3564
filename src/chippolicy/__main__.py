"""The command `chippolicy`, also `python -m chippolicy`."""

from __future__ import annotations

import gc
import os
import sys

_PIECE = dict.fromkeys(("POLARS_CSV_CHUNK_SIZE", "POLARS_NDJSON_CHUNK_SIZE"), 1 << 20)
"""How many bytes of a file Polars reads at a time, as rows or as lines: so few that they stay near
the processor. Otherwise it reads 16 MB, each time into other memory: see decision 15.
"""


def main() -> None:
    """Run the command line and exit with its status."""
    # A command is short-lived and makes millions of small objects: collecting them is lost time.
    gc.disable()
    # Polars looks these up whenever it begins to read: only who owns the process may set them.
    for name, size in _PIECE.items():
        os.environ.setdefault(name, str(size))
    try:
        status = run(sys.argv[1:])
    except KeyboardInterrupt:
        status = 130
    _leave(status)


def _leave(status: int) -> None:
    """End the process at once: freeing millions of values one by one would take its time."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        # Whoever read our output is gone; the status still tells.
        pass
    os._exit(status)


def run(arguments: list[str]) -> int:
    """Run the command line on its arguments and give the exit status."""
    if arguments == ["--version"]:
        # Before click is imported: a version is asked for by scripts, over and over.
        from chippolicy.cli.version import version_line

        print(version_line())  # noqa: T201
        return 0
    from chippolicy.cli.run import run as run_command

    return run_command(arguments)


if __name__ == "__main__":
    main()
