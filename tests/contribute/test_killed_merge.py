"""A merge that is killed, or fails, at any operation on a file: old or new, never half."""

from __future__ import annotations

import ctypes
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CAN_EXCHANGE = sys.platform == "linux" and hasattr(ctypes.CDLL(None), "renameat2")
POSIX = pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="needs fork")
EXCHANGE = pytest.mark.skipif(not CAN_EXCHANGE, reason="the system cannot exchange two folders")


def blows(mode: str, way: str, step: int, folder: Path) -> list[dict[str, Any]]:
    """What became of the package after each blow; the last merge of the list was not struck."""
    result = subprocess.run(
        [sys.executable, "-m", "tests.contribute.killing", mode, way, str(step), str(folder)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    found: list[dict[str, Any]] = [json.loads(line) for line in result.stdout.splitlines()]
    assert found[-1]["status"] == 0
    assert len(found) > 60 // step
    for one in found:
        # Whatever happened: the next merge leaves nothing half, and nothing behind.
        assert one["recovered"] in ("old", "new")
        assert one["merged_again"] == "new"
        assert one["beside"] == ["package"]
        # The folder is the one it was, for whoever stands in it.
        assert one["same_folder"]
    return found


@EXCHANGE
def test_killed_at_any_operation_the_package_is_the_old_or_the_new_one(tmp_path: Path) -> None:
    """With folders exchanged, the package is whole at every moment, byte for byte."""
    found = blows("exchange", "kill", 1, tmp_path)
    states = [one["exact"] for one in found]
    assert set(states) == {"old", "new"}
    assert states == sorted(states, key=["old", "new"].index)
    assert all(one["status"] == "killed" for one in found[:-1])
    # Nothing is undone or lost by recovering.
    assert all(one["recovered"] == one["exact"] for one in found)


@EXCHANGE
def test_failing_at_any_operation_the_package_is_the_old_or_the_new_one(tmp_path: Path) -> None:
    """An error such as a full disk leaves all old and is told, or comes when all is done."""
    for one in blows("exchange", "fail", 3, tmp_path):
        assert one["exact"] == ("old" if one["status"] == 2 else "new")


@POSIX
@pytest.mark.parametrize(("way", "step"), [("kill", 1), ("fail", 3)])
def test_without_exchange_what_is_half_is_told_and_completed(
    way: str, step: int, tmp_path: Path
) -> None:
    """Where folders cannot be exchanged what is half has a journal, is not valid, and recovers."""
    for one in blows("in-place", way, step, tmp_path):
        if one["pending"]:
            # The journal is in place: what was begun is completed.
            assert one["recovered"] == "new"
        else:
            assert one["files"] in ("old", "new")
            assert one["recovered"] == one["files"]
        if one["data"] == "half":
            assert one["pending"]
            assert not one["valid"]
