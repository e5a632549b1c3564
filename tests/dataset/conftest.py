from __future__ import annotations

from pathlib import Path

import pytest

from chippolicy.dataset import Dataset, load
from tests.small import write_folder


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="session")
def small(folder: Path) -> Dataset:
    return load(folder)


@pytest.fixture(scope="session")
def shipped() -> Dataset:
    return load()
