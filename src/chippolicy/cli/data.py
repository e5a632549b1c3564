"""Opening the dataset that a command reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from chippolicy.cli.exits import UnreadableError

if TYPE_CHECKING:
    from chippolicy.dataset import Dataset


@contextmanager
def dataset(path: Path | None) -> Iterator[Dataset]:
    """The dataset of a path, or the shipped one; data that is unsound ends the command."""
    from chippolicy.dataset import DataError, load

    try:
        try:
            found = load(path)
        except OSError as error:
            raise UnreadableError(str(error)) from error
        yield found
    except DataError as error:
        raise UnreadableError(str(error)) from error
