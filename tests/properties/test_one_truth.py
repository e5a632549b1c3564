"""Never two truths: the engine and the Pydantic models judge every cell alike."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from chippolicy import validate
from chippolicy.derive.plan import TablePlan, load_plan
from chippolicy.engine.columns import MAX_CELL_LENGTH
from chippolicy.formats.cells import decode
from chippolicy.formats.csv import written
from chippolicy.records import TABLES
from chippolicy.testing import edtf_texts, hostile_texts
from chippolicy.testing._values import HOSTILE
from tests.strategies_edtf import hostile_dates

PLAN = load_plan().tables
CELLS = [(table.name, name) for table in PLAN.values() for name in table.names]


def accepts(table: TablePlan, column: str, text: str) -> bool:
    """Whether the model takes a cell in an otherwise valid record."""
    model = TABLES[table.name]
    record = {of.name: of.example for of in model.columns()}
    try:
        model.model_validate(record | {column: decode(table.by_name[column].base, text)})
    except ValidationError:
        return False
    return True


def judged(table: TablePlan, column: str, texts: list[str], *, careful: bool) -> dict[str, bool]:
    """The engine's verdict on each text in a column, each in a row of its own.

    `careful`: with a blank row at the end, which sends the engine its slow way through the file.
    """
    example = [cell(of.example) for of in TABLES[table.name].columns()]
    at = table.names.index(column)
    content = written((*table.names, "x_mark"), [])
    line_of: dict[str, int] = {}
    for text in dict.fromkeys(texts):
        line_of[text] = 1 + len(re.findall("\r\n|\r|\n", content))
        content += written([*example[:at], text, *example[at + 1 :], "x"], [])
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"{table.name}.csv"
        file.write_bytes((content + "\n" * careful).encode())
        report = validate(file, against="none", select=["value", "key/missing", "file"])
    found = [one for one in report if one.code != "file/blank-row"]
    assert {one.field or one.column for one in found} <= {column}, found
    refused = {one.line for one in found}
    assert refused <= set(line_of.values()), found
    return {text: line not in refused for text, line in line_of.items()}


def cell(value: object) -> str:
    return "true" if value is True else str(value)


@pytest.mark.parametrize(("name", "column"), CELLS)
def test_known_near_misses(name: str, column: str) -> None:
    """Of every field and every known near miss, engine and model say the same."""
    table = PLAN[name]
    for careful in (False, True):
        for text, verdict in judged(table, column, ["", *HOSTILE], careful=careful).items():
            assert verdict == accepts(table, column, text), (text, verdict)


@given(data=st.data(), texts=st.lists(hostile_texts(), min_size=1, max_size=20))
def test_any_text(data: st.DataObject, texts: list[str]) -> None:
    """Of any field and any text, engine and model say the same."""
    name, column = data.draw(st.sampled_from(CELLS))
    table = PLAN[name]
    for text, verdict in judged(table, column, texts, careful=False).items():
        assert verdict == accepts(table, column, text), (name, column, text)


@given(texts=st.lists(hostile_dates() | edtf_texts(), min_size=1, max_size=20))
def test_any_date(texts: list[str]) -> None:
    """Of any text that is nearly a date, engine and model say the same."""
    # CSV cannot hold half a surrogate pair, and a NUL is told of the file.
    texts = [text for text in texts if text.isprintable()]
    for text, verdict in judged(PLAN["events"], "date", texts, careful=False).items():
        assert verdict == accepts(PLAN["events"], "date", text), text


@settings(max_examples=20)
@given(before=st.text("ab1-", max_size=3), after=st.text("ab1-", max_size=3))
def test_nul(before: str, after: str) -> None:
    """No field of any table takes a NUL, neither by the engine nor by the model."""
    text = f"{before}\0{after}"
    for name, column in CELLS:
        assert not accepts(PLAN[name], column, text)
    for name in ("chips", "citations"):
        for column in PLAN[name].names:
            assert judged(PLAN[name], column, [text], careful=False) == {text: False}


def test_the_longest_cell() -> None:
    """A cell of a million characters is judged by its field, a longer one refused in any."""
    table = PLAN["topics"]
    with TemporaryDirectory() as folder:
        file = Path(folder) / "topics.csv"
        for length, codes in ((MAX_CELL_LENGTH, []), (MAX_CELL_LENGTH + 1, ["file/cell-limit"])):
            file.write_text(written((*table.names, "x_a"), [["a", "A", "", "a" * length]]))
            assert [one.code for one in validate(file, against="none")] == codes
