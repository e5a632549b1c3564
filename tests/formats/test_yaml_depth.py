"""However deep a YAML file goes, that is told in words: parsers differ in where they stop."""

from __future__ import annotations

from pathlib import Path

import pytest

from chippolicy import validate


@pytest.mark.parametrize("depth", [20, 990, 9_000])
def test_depth_is_told_at_its_line(tmp_path: Path, depth: int) -> None:
    """One finding, at the line of the record, whether the parser takes it or not."""
    path = tmp_path / "topics.yaml"
    deep = f"{'[' * depth}{']' * depth}"
    path.write_text(f"- {{id: a, title: A}}\n- {{id: b, title: B, x_a: {deep}}}\n")
    [told] = validate(path, against="none")
    assert told.line == 2
    assert "x_a is a list" in told.message or "nested too deeply" in told.message
