"""What is imported when: a start-up must cost what it needs and no more."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("click", "pydantic", "pydantic_core", "referencing", "rich")


def loaded(code: str) -> set[str]:
    """Which heavy packages, and modules of ours, a piece of code leaves imported."""
    whole = f"{code}\nimport json, sys; sys.stderr.write(json.dumps(sorted(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", whole], capture_output=True, text=True, check=True
    )
    modules = json.loads(result.stderr)
    return {name for name in modules if name in HEAVY or name.startswith("chippolicy")}


def command(*arguments: str) -> str:
    """Code that runs the command line, without the end of the process that follows it."""
    return f"from chippolicy.__main__ import run\nassert run({list(arguments)!r}) == 0\n"


def test_importing_the_package_loads_nothing() -> None:
    assert loaded("import chippolicy") == {"chippolicy"}


@pytest.mark.parametrize("name", ["Finding", "Report", "__version__", "load", "validate"])
def test_touching_a_name_loads_no_heavy_package(name: str) -> None:
    assert not loaded(f"import chippolicy; chippolicy.{name}") & set(HEAVY)


def test_the_version_is_told_without_click() -> None:
    assert not loaded(command("--version")) & set(HEAVY)


def test_a_plain_report_of_very_many_loads_no_rich() -> None:
    """What is told of is cut with an ellipsis, which is no reason to ask how wide a text is."""
    code = """
from chippolicy.findings import Finding, Place, Report, Severity
from chippolicy.reports import render
one = Finding("a/b", Severity.ERROR, "a is 'x'… (300 characters)", count=9, places=(Place(1),))
assert "9 times: lines 1, …" in render(Report((one,) * 501))
"""
    assert "rich" not in loaded(code)


@pytest.mark.parametrize("arguments", [["--help"], ["validate"], ["validate", "--format", "json"]])
def test_the_usual_commands_load_click_alone(arguments: list[str]) -> None:
    """Validating the clean shipped package needs no model, and no layout either."""
    assert loaded(command(*arguments)) & set(HEAVY) == {"click"}


def test_help_imports_no_command() -> None:
    commands = {f"chippolicy.cli.{name}" for name in ("validate", "list", "show", "schema")}
    assert not loaded(command("--help")) & commands


def test_listing_a_table_needs_no_model() -> None:
    for form in ("csv", "json", "jsonl"):
        assert "pydantic" not in loaded(command("list", "chips", "--format", form))


def test_a_dataset_imports_models_when_a_record_is_asked_for(tmp_path: Path) -> None:
    looked = "import chippolicy; ds = chippolicy.load(); 'nvidia-h20' in ds.chips"
    assert "pydantic" not in loaded(looked)
    assert "pydantic" in loaded(f"{looked}; ds.chips['nvidia-h20']")
