"""The example repository works as it is written: its commands, its hook, its test."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from chippolicy.formats.opening import CSV, SUFFIXES

ROOT = Path(__file__).parents[1]
SETUP = ("python -m pip install",)


def yaml(path: Path) -> Any:
    return import_module("yaml").safe_load(path.read_text(encoding="utf-8"))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("__pycache__", ".pytest_cache")
    return shutil.copytree(ROOT / "examples" / "contribution", tmp_path / "it", ignore=ignored)


def run(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    program, *arguments = shlex.split(line)
    command = {
        "chippolicy": [sys.executable, "-m", "chippolicy"],
        "python": [sys.executable],
    }[program]
    return subprocess.run(
        [*command, *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTEST_ADDOPTS": "-p no:cacheprovider"},
        check=False,
    )


def test_each_step_of_its_workflow_passes(repository: Path) -> None:
    """What the workflow runs, the installation aside, ends with 0 and leaves the SARIF it names."""
    steps = yaml(repository / ".github/workflows/data.yml")["jobs"]["validate"]["steps"]
    lines = [step["run"] for step in steps if "run" in step]
    ran = [line for line in lines if not line.startswith(SETUP)]
    assert len(ran) == 2
    for line in ran:
        result = run(line, repository)
        assert result.returncode == 0, result.stdout + result.stderr
    (upload,) = (step for step in steps if "upload-sarif" in step.get("uses", ""))
    assert (repository / upload["with"]["sarif_file"]).exists()


def test_its_hook_and_its_test_notice_a_fault(repository: Path) -> None:
    """A broken cell fails the pre-commit hook and the pytest helper, which tells the finding."""
    (hook,) = yaml(repository / ".pre-commit-config.yaml")["repos"][0]["hooks"]
    assert run(hook["entry"], repository).returncode == 0
    events = repository / "data" / "events.csv"
    events.write_text(events.read_text().replace(",2026-03-02\n", ",2026/03/02\n"))
    assert run(hook["entry"], repository).returncode == 1
    result = run("python -m pytest -q tests", repository)
    assert result.returncode == 1
    assert "value/date" in result.stdout


def test_the_offered_hooks_run(repository: Path) -> None:
    """Each hook of .pre-commit-hooks.yaml runs on its default arguments."""
    for hook in yaml(ROOT / ".pre-commit-hooks.yaml"):
        result = run(shlex.join([*shlex.split(hook["entry"]), *hook["args"]]), repository / "data")
        assert result.returncode == 0, (hook["id"], result.stdout, result.stderr)


def test_a_hook_wakes_for_tables_and_for_no_others(repository: Path) -> None:
    """Each kind of file that is read wakes the check, but those that may be anything: a
    repository's JSON, YAML and archives are left to a `files` of one's own. Fix is for CSV text."""
    check, fix = (
        re.compile(hook["files"]).search for hook in yaml(ROOT / ".pre-commit-hooks.yaml")
    )
    anything = {".json", ".yaml", ".yml", ".zip"}
    for suffix, kind in SUFFIXES.items():
        assert bool(check(f"data/events{suffix}")) == (suffix not in anything)
        assert bool(check(f"events{suffix}.gz")) == (suffix not in anything)
        assert bool(fix(f"data/events{suffix}")) == (kind == CSV)
    assert check("data/datapackage.json")
    assert not any(map(check, ("package.json", "tsconfig.json", "a.csv.py", ".github/w.yml")))
    (hook,) = yaml(repository / ".pre-commit-config.yaml")["repos"][0]["hooks"]
    assert all(re.search(hook["files"], f"data/events{suffix}") for suffix in SUFFIXES)


def test_the_action_runs_its_script(repository: Path, tmp_path: Path) -> None:
    """The action's own shell script validates, writes SARIF, and ends with validate's status."""
    steps = yaml(ROOT / "action.yml")["runs"]["steps"]
    (script,) = (step["run"] for step in steps if step.get("id") == "validate")
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "chippolicy"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m chippolicy "$@"\n')
    program.chmod(0o755)
    sarif, output = tmp_path / "it.sarif", tmp_path / "output"
    for target, status in (("data", 0), ("data nowhere.csv", 3)):
        output.write_text("")
        sarif.unlink(missing_ok=True)
        result = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=repository,
            capture_output=True,
            encoding="utf-8",
            env={
                **os.environ,
                "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
                "TARGET": target,
                "STRICT": "true",
                "SARIF": str(sarif),
                "GITHUB_OUTPUT": str(output),
            },
            check=False,
        )
        assert result.returncode == status, result.stderr
        assert sarif.exists()
        assert output.read_text() == f"sarif={sarif}\nwritten=true\n"


def test_asserting_needs_no_hypothesis() -> None:
    """`assert_valid` is there for whoever has only chippolicy installed."""
    code = "import sys; sys.modules['hypothesis'] = None; "
    code += "from chippolicy.testing import assert_valid"
    subprocess.run([sys.executable, "-c", code], check=True)
