from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chippolicy.cli.app import app
from tests.small import TABLES, write_folder

Run = Callable[..., subprocess.CompletedProcess[str]]
Invoke = Callable[..., Result]

CLEAN = {"statement_subjects": [["statement_id", "record"], ["huang-no-threat", "actors/nvidia"]]}


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    """A folder in which nothing is wrong."""
    return write_folder(tmp_path / "clean", CLEAN)


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """A folder with one error (a designer that is not there) and one warning (a redirect)."""
    rows = [[cell.replace("nvidia-hgx", "x") for cell in row] for row in TABLES["chips"]]
    rows[1][2] = "nvida"
    return write_folder(tmp_path / "faulty", {"chips": rows})


@pytest.fixture
def invoke() -> Invoke:
    """Run a command in this process; its exceptions come through."""

    def invoke(*arguments: object) -> Result:
        return CliRunner().invoke(
            app, [str(one) for one in arguments], prog_name="chippolicy", catch_exceptions=False
        )

    return invoke


@pytest.fixture
def run() -> Run:
    """Run the command in a process of its own, as a shell does."""

    def run(
        *arguments: object, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "chippolicy", *map(str, arguments)],
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            env={**os.environ, **(env or {})},
            check=False,
        )

    return run
