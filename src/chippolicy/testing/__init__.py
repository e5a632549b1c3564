"""For your own tests: `assert_valid`, and Hypothesis strategies for records, data sets and dates.

`assert_valid` needs nothing more. The strategies need Hypothesis, which
``pip install "chippolicy[testing]"`` brings along.

    >>> from hypothesis import given
    >>> from chippolicy.testing import csv_folder, datasets
    >>> @given(datasets())
    ... def test_my_import_keeps_every_row(tmp_path_factory, dataset):
    ...     folder = csv_folder(dataset, tmp_path_factory.mktemp("data"))
    ...     assert my_import(folder).rows == sum(map(len, dataset.values()))
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chippolicy.testing._assert_valid import assert_valid
    from chippolicy.testing._datasets import (
        Dataset,
        csv_folder,
        csv_text,
        datasets,
        records,
        reference,
    )
    from chippolicy.testing._edtf import edtf_texts, iso_days, simple_texts
    from chippolicy.testing._orders import Row
    from chippolicy.testing._values import hostile_texts, lines, slugs, texts, values

# Where each name lives: imported when it is first touched, so that who only asserts that data is
# valid needs no Hypothesis.
_HOMES = {
    "Dataset": "_datasets",
    "Row": "_orders",
    "assert_valid": "_assert_valid",
    "csv_folder": "_datasets",
    "csv_text": "_datasets",
    "datasets": "_datasets",
    "edtf_texts": "_edtf",
    "hostile_texts": "_values",
    "iso_days": "_edtf",
    "lines": "_values",
    "records": "_datasets",
    "reference": "_datasets",
    "simple_texts": "_edtf",
    "slugs": "_values",
    "texts": "_values",
    "values": "_values",
}

__all__ = [
    "Dataset",
    "Row",
    "assert_valid",
    "csv_folder",
    "csv_text",
    "datasets",
    "edtf_texts",
    "hostile_texts",
    "iso_days",
    "lines",
    "records",
    "reference",
    "simple_texts",
    "slugs",
    "texts",
    "values",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
