"""Contributed records over the base's: what is looked up below, hidden, replaced, joined."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chippolicy import Report, validate
from chippolicy.engine import executors
from tests.engine.test_wrong_input import CITATIONS, SOURCES, codes, write

CHIPS = "id,name,announced\n"
EVENTS = "id,kind,title,date\ne,product,E,2020-06-15\n"


def cite(*records: str) -> str:
    return CITATIONS + "".join(f"{one},*,report,1,qualifies,single\n" for one in records)


def against(tmp_path: Path, own: str, *below: str) -> Report:
    """An event with a chip called new or old; the base has an old chip, and those `below`."""
    base = write(
        tmp_path / "base",
        sources=SOURCES,
        events=EVENTS,
        chips=CHIPS + "old,Old,2023\n" + "".join(f"{row}\n" for row in below),
        citations=cite("events/e", "chips/old", "chips/new"),
    )
    given = write(
        tmp_path / "given",
        chips=CHIPS + own,
        event_chips="event_id,chip_id,role\ne,old,subject\ne,new,subject\n",
    )
    return validate(given, against=base, ignore=["key/clash"])


OTHERS = [f"other-{n},Other," for n in range(9)]


@pytest.mark.parametrize("others", [[], [f"{row}2020" for row in OTHERS]])
def test_a_date_is_looked_up_in_both_layers(tmp_path: Path, others: list[str]) -> None:
    """The chip below and the chip contributed are both held against the event."""
    report = against(tmp_path, "new,New,2022\n", *others)
    assert [(one.code, one.line) for one in report] == [
        ("date/chip-before-announced", 2),
        ("date/chip-before-announced", 3),
    ]


@pytest.mark.parametrize("others", [[], [f"{row}2020" for row in OTHERS]])
def test_a_contributed_record_hides_the_one_below(tmp_path: Path, others: list[str]) -> None:
    """A contributed record's blank or earlier date counts, and not that of the record below."""
    assert codes(against(tmp_path / "1", "new,New,2019\nold,Old,2019\n", *others)) == []
    assert codes(against(tmp_path / "2", "new,New,2019\nold,Old,\n", *others)) == []


def test_a_contributed_row_takes_the_place_of_a_link_below(tmp_path: Path) -> None:
    """A chain is followed through both layers; a link that a contribution replaces is gone."""
    head = "id,kind,title,derived_from_id\n"
    base = write(tmp_path / "base", sources=head + "a,news,A,b\nb,news,B,c\nc,news,C,\n")
    closing = write(tmp_path / "1", sources=head + "c,news,C,a\n")
    (finding,) = validate(closing, against=base, ignore=["key/clash"])
    assert (finding.code, finding.record) == ("graph/cycle", "sources/c")
    assert "a → b → c" in finding.message or "c → a → b → c" in finding.message
    mended = write(tmp_path / "2", sources=head + "c,news,C,a\na,news,A,\n")
    assert codes(validate(mended, against=base, ignore=["key/clash"])) == []


def test_faults_of_many_kinds_in_one_file(tmp_path: Path) -> None:
    """Each fault of a file is told at its own row, whatever else is wrong with the file."""
    write(
        tmp_path,
        sources="id,kind,title,published,accessed\n"
        "a,news,A,2025,2024\n"
        "a,news,A again,,\n"
        "B,news,B,,\n"
        "c,book,C,,\n"
        "d,news,,,\n"
        "a,news,A once more,,\n"
        "e,news,E,8/11/2025,\n"
        "f,news\n",
    )
    report = validate(tmp_path, against="none")
    assert [(one.code, one.line, one.count) for one in report] == [
        ("date/order", 2, 1),
        ("key/duplicate", 3, 2),
        ("value/format", 4, 1),
        ("value/enumeration", 5, 1),
        ("value/missing", 6, 1),
        ("value/date", 8, 1),
        ("file/ragged-row", 9, 1),
    ]
    assert "line 2" in report.findings[1].message


def test_more_slips_than_rows_without_a_key_are_all_told(tmp_path: Path) -> None:
    """One row without a key excuses one id that is missed, not two."""
    rows = "country_group,country,source_id\nD:5,CN,one\n"
    write(tmp_path, sources="id,kind,title\n,news,One\n", country_groups=rows)
    assert codes(validate(tmp_path, against="none")) == ["key/missing"]
    write(tmp_path, country_groups=rows + "D:5,RU,two\n")
    assert codes(validate(tmp_path, against="none")) == [
        "ref/dangling",
        "ref/dangling",
        "key/missing",
    ]


@pytest.mark.parametrize("engine", ["rows", "frames"])
def test_a_row_without_a_key_excuses_no_retired_id(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    """The row's own id cannot be the retired one: what refers to that is told, and mended."""
    monkeypatch.setattr(executors, "LARGE_TABLE", 0)
    rows = "country_group,country,source_id\nD:5,CN,old\n"
    write(
        tmp_path,
        sources="id,kind,title\n,news,One\nnew,news,Two\n",
        country_groups=rows + "D:5,RU,lost\n",
        redirects="old,new\nsources/old,sources/new\n",
    )
    report = validate(tmp_path, against="none", engine=engine)
    assert codes(report) == ["ref/redirected", "key/missing"]


def test_a_warning_hides_neither_a_clash_nor_another_hash(tmp_path: Path) -> None:
    """What is only odd about a file keeps nothing else about it from being told."""
    base = write(tmp_path / "base", topics="id,title\na,A\n")
    given = write(tmp_path / "given", topics="id,title\na,B\nb\n")
    assert codes(validate(given, against=base)) == ["key/clash", "file/ragged-row"]
    write(given, topics="id,title\na,B\n\n")
    resource = {"name": "topics", "path": "topics.csv", "bytes": 1}
    (given / "datapackage.json").write_text(json.dumps({"resources": [resource]}))
    assert sorted(codes(validate(given, against=base))) == [
        "file/blank-row",
        "file/hash",
        "key/clash",
    ]
