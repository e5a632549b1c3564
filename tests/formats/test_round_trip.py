"""Every format holds the same records, and a wrong one is wrong in all of them alike."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from chippolicy import validate
from chippolicy.contribute.sheets import read_sheets
from chippolicy.testing import Dataset, datasets
from tests.formats.writing import WRITERS, fits_a_workbook, fitted, texts, typed
from tests.properties.breaking import BREAKINGS, with_fixture

_FORMATS = sorted(WRITERS)


def _read(path: Path) -> dict[str, list[dict[str, str]]]:
    return {
        name: [{key: text for key, text in row.items() if text} for row in sheet.by_key.values()]
        for name, sheet in read_sheets(path).items()
        if sheet.rows
    }


@pytest.mark.parametrize("form", _FORMATS)
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(dataset=datasets())
def test_a_data_set_comes_back_from_every_format_as_it_was(form: str, dataset: Dataset) -> None:
    """What is written in a format by other libraries is read back without loss, cell by cell."""
    assume(any(dataset.values()))
    if form == "xlsx":
        dataset = fitted(dataset)
    with TemporaryDirectory() as folder:
        path = WRITERS[form](dataset, Path(folder))
        assert _read(path) == texts(dataset)


_RECORD_FAMILIES = {"value", "key", "ref", "date", "graph"}
_WAYS = [
    (code, name)
    for code, ways in BREAKINGS.items()
    if code.partition("/")[0] in _RECORD_FAMILIES
    for name in ways
]


@pytest.mark.parametrize(("code", "name"), _WAYS)
def test_a_wrong_record_is_wrong_in_every_format_alike(code: str, name: str) -> None:
    """The same wrong record gives the same findings, but for their places, in each format."""

    # Writing all formats is what takes the time: a failing example is shown as it was drawn.
    @settings(max_examples=1, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(st.data(), datasets(max_rows=1))
    def check(data: st.DataObject, drawn: Dataset) -> None:
        dataset = with_fixture(drawn)
        BREAKINGS[code][name](data.draw, dataset)
        dataset = typed(dataset)
        with TemporaryDirectory() as place:
            told = {}
            for form, write in WRITERS.items():
                if form == "xlsx" and not fits_a_workbook(dataset):
                    continue
                folder = Path(place) / form
                folder.mkdir()
                told[form] = _told(write(dataset, folder))
        assert told == dict.fromkeys(told, told["csv"])

    check()


def _told(path: Path) -> list[tuple[str | None, ...]]:
    report = validate(path, against="none", select=sorted(_RECORD_FAMILIES))
    assert not report.unreadable
    return sorted(
        (one.code, one.table or "", one.record or "", one.column or "", one.severity.value)
        for one in report
    )
