"""The verdict matrix is as committed, and those that must agree do."""

from __future__ import annotations

import pytest

from tests.matrix.verdicts import ALIKE, JUDGES, committed, matrix

ROWS = committed()


def test_no_verdict_has_changed() -> None:
    """Each judge says of each case what is written down; `python -m tests.matrix` writes anew."""
    kept = {row["case"]: {name: row[name] for name in ("code", *JUDGES)} for row in ROWS}
    found = {row["case"]: {name: row[name] for name in ("code", *JUDGES)} for row in matrix()}
    assert found == kept


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["case"])
def test_one_definition_has_one_verdict(row: dict[str, str]) -> None:
    """Engine, model, jsonschema and Ajv agree wherever they can say it, or a reason is given."""
    said = {row[name] for name in ALIKE} - {"cannot-express"}
    assert (len(said) > 1) == bool(row["reason"])
