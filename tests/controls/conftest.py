from __future__ import annotations

import csv
import random
from collections.abc import Callable
from pathlib import Path

import pytest

import chippolicy
from chippolicy._resources import resource
from chippolicy.controls.rulebook import Rulebook, rulebook
from chippolicy.dataset import Dataset

Row = dict[str, str]
Alter = Callable[[dict[str, list[Row]]], None]


@pytest.fixture(scope="session")
def dataset() -> Dataset:
    return chippolicy.load()


@pytest.fixture(scope="session")
def book(dataset: Dataset) -> Rulebook:
    return rulebook(dataset)


@pytest.fixture
def altered(tmp_path: Path) -> Callable[[Alter], Dataset]:
    """The shipped facts with some rows changed."""

    def build(alter: Alter) -> Dataset:
        return copied(tmp_path / "data", alter)

    return build


@pytest.fixture(scope="session")
def shuffled(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """The shipped facts, their rows in another order."""

    def shuffle(tables: dict[str, list[Row]]) -> None:
        for rows in tables.values():
            random.Random(7).shuffle(rows)

    return copied(tmp_path_factory.mktemp("shuffled"), shuffle)


def copied(folder: Path, alter: Alter) -> Dataset:
    tables = {}
    for file in sorted((resource("datapackage") / "data").glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as text:
            tables[file.stem] = list(csv.DictReader(text))
    columns = {name: list(rows[0]) for name, rows in tables.items() if rows}
    alter(tables)
    folder.mkdir(exist_ok=True)
    for name, names in columns.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as text:
            writer = csv.DictWriter(text, names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(tables[name])
    return chippolicy.load(folder)
