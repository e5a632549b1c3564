"""The data of this repository is valid, as anybody's test run says."""

from __future__ import annotations

from pathlib import Path

from chippolicy.testing import assert_valid


def test_the_data_is_valid() -> None:
    """Every value, key, reference, date and citation in data/ is sound."""
    assert_valid(Path(__file__).parents[1] / "data", strict=True)
