"""Ctrl-C ends a long validation at once, without a traceback and without half a report."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.generate import write

CODE = """
import signal, sys
# A shell that runs a job in the background has its children ignore the signal.
signal.signal(signal.SIGINT, signal.default_int_handler)
from chippolicy.engine import run
read = run.survey_table
def noted(inputs, plan, table, *rest, **options):
    print("reading", table.name, file=sys.stderr, flush=True)
    return read(inputs, plan, table, *rest, **options)
run.survey_table = noted
from chippolicy.__main__ import main
main()
"""


@pytest.mark.parametrize("engine", ["rows", "frames"])
@pytest.mark.skipif(os.name == "nt", reason="Windows has other signals")
def test_an_interrupt_ends_with_130(engine: str, tmp_path: Path) -> None:
    package = write(300_000, tmp_path / "package")
    report = tmp_path / "report.txt"
    call = [sys.executable, "-c", CODE, "validate", str(package), "--engine", engine,
            "--output", str(report)]  # fmt: skip
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        # Until the work is well under way.
        while process.stderr.readline() != b"reading events\n":
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in told
    assert list(tmp_path.iterdir()) == [tmp_path / "package"]
