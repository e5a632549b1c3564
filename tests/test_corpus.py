"""The corpus: each case gives the one finding that expected.csv names; folders are the cases."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from chippolicy import Finding, Report, validate

CORPUS = Path(__file__).parent / "corpus"


@cache
def expected() -> dict[str, dict[str, str]]:
    with (CORPUS / "expected.csv").open(encoding="utf-8", newline="") as file:
        return {row["case"]: row for row in csv.DictReader(file)}


def cases() -> list[str]:
    """Every file or folder in a family's folder is a case."""
    found = (path for family in CORPUS.iterdir() if family.is_dir() for path in family.iterdir())
    return sorted(path.relative_to(CORPUS).as_posix() for path in found)


def check(case: str) -> Report:
    """Validate a case: against its own `_against`, where it has one, and else against nothing."""
    base, waivers = CORPUS / case / "_against", CORPUS / case / "_waivers" / "waivers.csv"
    texts = CORPUS / case / "_texts"
    return validate(
        CORPUS / case,
        against=base if base.is_dir() else "none",
        waivers=waivers if waivers.is_file() else None,
        source_texts=texts if texts.is_dir() else None,
    )


def told(finding: Finding) -> dict[str, str]:
    return {
        "code": finding.code,
        "line": str(finding.line or ""),
        "column": finding.column or "",
        "table": finding.table or "",
        "count": str(finding.count) if finding.count > 1 else "",
    }


def test_folders_and_expectations_are_the_same_cases() -> None:
    assert cases() == sorted(expected())


@pytest.mark.parametrize("case", cases())
def test_a_case_gives_what_is_expected_and_nothing_else(case: str) -> None:
    report = check(case)
    row = expected()[case]
    wanted = [{name: row[name] for name in ("code", "line", "column", "table", "count")}]
    assert [told(finding) for finding in report] == (wanted if row["code"] else [])
    assert report.exit_code() == int(row["exit"])
