"""Figures of chips held against the shipped ones, and against the base in general."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from chippolicy import Finding, validate
from chippolicy._resources import resource
from tests.small import Rows, write_csv

THROUGHPUT = ["chip_id", "number_format", "bit_length", "dense_tera_ops_s"]
CHIPS = ["id", "name", "market_country", "derived_from_id"]


def told(folder: Path, **tables: Rows) -> list[Finding]:
    """What is told of figures in some tables, held against the shipped package."""
    for name, rows in tables.items():
        write_csv(folder / f"{name}.csv", rows)
    return list(validate(folder, select=["figure"]))


def shipped(table: str) -> list[dict[str, str]]:
    with (resource("datapackage") / "data" / f"{table}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("factor", [2, 1.99, 2.01])
def test_twice_the_shipped_figure_is_likely_sparse(tmp_path: Path, factor: float) -> None:
    """Where a row takes the place of a shipped one, that one is another source."""
    row = ["nvidia-v100", "fp16", "16", f"{125 * factor:g}"]
    (finding,) = told(tmp_path, chip_throughput=[THROUGHPUT, row])
    assert (finding.code, finding.line) == ("figure/sparse", 2)
    assert "twice the shipped figure, 125" in finding.message
    assert (
        finding.hint == f"If {125 * factor:g} is the figure with sparsity, write {62.5 * factor:g}."
    )


@pytest.mark.parametrize("ops", ["125", "187.5", "500", "62.5"])
def test_another_figure_than_the_shipped_is_let_be(tmp_path: Path, ops: str) -> None:
    assert told(tmp_path, chip_throughput=[THROUGHPUT, ["nvidia-v100", "fp16", "16", ops]]) == []


def test_every_shipped_figure_doubled_is_found(tmp_path: Path) -> None:
    """The sparse figure in the place of any shipped one that counts is told, one by one."""
    counted = [one for one in shipped("chip_throughput") if one["number_format"] != "fp64"]
    for number, row in enumerate(counted):
        double = f"{float(row['dense_tera_ops_s']) * 2:.10g}"
        folder = tmp_path / str(number)
        folder.mkdir()
        found = told(folder, chip_throughput=[THROUGHPUT, [*list(row.values())[:3], double]])
        assert "figure/sparse" in {one.code for one in found}, row


def test_a_new_format_of_a_shipped_chip_is_held_against_its_others(tmp_path: Path) -> None:
    row = ["nvidia-v100", "int8", "8", "500"]
    (finding,) = told(tmp_path, chip_throughput=[THROUGHPUT, row])
    assert finding.code == "figure/sparse"
    assert "fp16" in finding.message


def test_a_part_is_held_against_its_shipped_parent(tmp_path: Path) -> None:
    """Told where it was contributed: at the figure, at the part, or at the parent's figure."""
    part = ["acme-x1", "X1", "CN", "nvidia-v100"]
    fast = ["acme-x1", "fp16", "16", "150"]
    (finding,) = told(tmp_path, chips=[CHIPS, part], chip_throughput=[THROUGHPUT, fast])
    assert (finding.code, finding.table, finding.line) == (
        "figure/market-part", "chip_throughput", 2,
    )  # fmt: skip
    assert finding.column == "dense_tera_ops_s"


def test_a_parent_that_is_slower_than_its_shipped_part(tmp_path: Path) -> None:
    row = ["nvidia-h100", "fp16", "16", "100"]
    found = told(tmp_path, chip_throughput=[THROUGHPUT, row])
    assert {(one.code, one.record) for one in found} == {
        ("figure/market-part", "chip_throughput/nvidia-h100+fp16")
    }


def test_a_shipped_part_given_another_parent(tmp_path: Path) -> None:
    part = ["nvidia-h20", "NVIDIA H20", "CN", "nvidia-l2"]
    (finding,) = told(tmp_path, chips=[CHIPS, part])
    assert (finding.code, finding.record) == ("figure/market-part", "chips/nvidia-h20")
    assert finding.column == "derived_from_id"


def test_no_shipped_figure_is_told() -> None:
    """The shipped figures, MI250 and Gaudi 3 included, give no false alarm."""
    assert list(validate(select=["figure", "control", "name", "text", "date"])) == []
