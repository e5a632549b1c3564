"""The guide to contributing runs as it is written."""

from __future__ import annotations

import shutil
from pathlib import Path

from chippolicy._resources import resource
from tests.contribute.console import commands, must_run

GUIDE = Path(__file__).parents[2] / "docs" / "contributing-data.md"


def test_the_guide_runs_as_it_is_written(tmp_path: Path) -> None:
    """Each command prints what stands below it and ends as it says.

    `python -m tests.contribute.console docs/contributing-data.md` writes down what they print now.
    """
    place = tmp_path / "place"
    shutil.copytree(resource("datapackage"), place / "datapackage")
    found = list(commands(GUIDE.read_text(encoding="utf-8")))
    assert len(found) > 12
    must_run(found, place)
