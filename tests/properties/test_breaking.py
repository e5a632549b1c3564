"""One rule broken in a valid data set gives that rule's finding at that cell and nothing else."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chippolicy import validate
from chippolicy.rules import CATALOG
from chippolicy.testing import Dataset, csv_folder, datasets, reference
from tests.properties.breaking import BREAKINGS, FAMILIES, PLAN, line_of, with_fixture

EXAMPLES = max(settings().max_examples // 12, 6)
# Those take the same records whatever is drawn around them.
FEW = {"date", "graph"}
BROKEN = [(code, name) for code, ways in BREAKINGS.items() for name in ways]


def test_every_rule_is_broken() -> None:
    """Each rule of these families has a way to break it."""
    rules = {code for code, rule in CATALOG.items() if rule.family in FAMILIES}
    assert {code for code, _ in BROKEN} == rules


@settings(max_examples=10)
@given(datasets(max_rows=2))
def test_unbroken(dataset: Dataset) -> None:
    """The data sets that rules are broken in are valid before."""
    with TemporaryDirectory() as folder:
        csv_folder(with_fixture(dataset), folder)
        assert list(validate(folder, against="none", select=FAMILIES)) == []


@pytest.mark.parametrize(("code", "name"), BROKEN)
def test_one_broken_rule_is_one_finding(code: str, name: str) -> None:
    """Any one rule broken gives that rule's code at that file, line, column and record alone."""

    @settings(
        max_examples=3 if code.partition("/")[0] in FEW else EXAMPLES,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    @given(st.data(), datasets(max_rows=1))
    def check(data: st.DataObject, drawn: Dataset) -> None:
        dataset = with_fixture(drawn)
        expected = BREAKINGS[code][name](data.draw, dataset)
        file = expected.file or f"{expected.table}.csv"
        with TemporaryDirectory() as place:
            folder = csv_folder(dataset, Path(place) / "data")
            against, texts = expected.against(folder), expected.texts(folder)
            report = validate(
                expected.after(folder), against=against, select=FAMILIES, source_texts=texts
            )
        line = expected.line
        if expected.row is not None and expected.table:
            line = line_of(dataset, expected.table, expected.row)
        (finding,) = report.findings
        assert finding.code == code
        assert finding.severity == (expected.severity or CATALOG[code].severity)
        assert Path(finding.path or "").name == file
        assert finding.line == line
        assert expected.column in (None, finding.column, finding.field)
        if expected.row is not None and expected.table and finding.record is not None:
            key = PLAN[expected.table].key
            if all(expected.row.get(name) for name in key):
                assert finding.record == reference(expected.table, expected.row)[:200]
        assert finding.count == 1
        assert finding.message
        assert finding.hint

    check()
