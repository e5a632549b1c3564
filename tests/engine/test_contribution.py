"""A small contribution held against a large base, of which frames look for a few rows only."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chippolicy import Report, validate
from chippolicy.engine import executors
from chippolicy.engine.frames import seeking
from chippolicy.engine.intake.source import Input
from chippolicy.engine.survey import UnsuitedError
from tests.engine.test_frames import (
    CHANGES,
    Change,
    Rows,
    a_row_less,
    told,
)
from tests.small import TABLES, write_folder

FREE = ("title", "text", "note", "name", "x_shelf", "quote")
TEXTS = ("two\nlines", 'a "word"', "a, b", "\nactors/nvidia,*,", '"\nnvidia,company,x\n"')
"""Cells that must be quoted; some have lines in them that look like rows."""


@pytest.fixture(autouse=True)
def _only_the_base_by_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    def size_of(inputs: Iterable[Input]) -> int:
        below = any(one.path.parent.name == "base" for one in inputs)
        return executors.LARGE_TABLE if below else 0

    monkeypatch.setattr(executors, "size_of", size_of)


def some(choose: random.Random, changes: Sequence[Change], count: int) -> dict[str, Rows]:
    """The small package with some changes."""
    tables = {name: [list(row) for row in rows] for name, rows in TABLES.items()}
    for _ in range(count):
        choose.choice(changes)(choose, tables)
    return tables


def write_oddly(folder: Path, tables: dict[str, Rows], choose: random.Random) -> None:
    """Sound files, in the ways that CSV may be written."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for name, rows in tables.items():
        free = [at for at, column in enumerate(rows[0]) if column in FREE]
        if free and choose.random() < 0.4:
            at = choose.choice(free)
            for row in rows[1:]:
                row[at] = choose.choice(TEXTS)
        if choose.random() < 0.2:
            rows = [[*row[1:], row[0]] for row in rows]
        if choose.random() < 0.2:
            rows = [rows[0], *reversed(rows[1:])]
        text = io.StringIO()
        quoted = choose.random() < 0.2
        ends = "\r\n" if choose.random() < 0.2 else "\n"
        csv.writer(text, lineterminator=ends).writerow(rows[0])
        if quoted:
            csv.writer(text, lineterminator=ends, quoting=csv.QUOTE_ALL).writerows(rows[1:])
        else:
            csv.writer(text, lineterminator=ends).writerows(rows[1:])
        whole = text.getvalue()
        if choose.random() < 0.1:
            whole = whole.rstrip("\r\n")
        mark = "\ufeff" if choose.random() < 0.1 else ""
        (folder / f"{name}.csv").write_bytes(f"{mark}{whole}".encode())


def both(given_: Path, base: Path) -> tuple[Report, Report]:
    """What frames and rows tell of a contribution."""
    by_frames = validate(given_, against=base, engine="frames")
    return by_frames, validate(given_, against=base, engine="rows")


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(seed=st.integers(0, 2**32), count=st.integers(0, 8), below=st.integers(0, 4))
def test_a_contribution_to_any_base_gives_the_same(
    tmp_path: Path, seed: int, count: int, below: int
) -> None:
    """However a base is written, what frames look for in it is what rows find in it."""
    choose = random.Random(seed)
    write_oddly(tmp_path / "base", some(choose, [a_row_less], below), choose)
    tables = some(choose, CHANGES, count)
    for name in choose.sample(sorted(tables), k=choose.randint(0, len(tables) - 1)):
        del tables[name]
    folder = write_folder(tmp_path / f"given{choose.random()}", tables)
    by_frames, by_rows = both(folder, tmp_path / "base")
    assert told(by_frames) == told(by_rows)


@pytest.mark.parametrize("name", [name for name, rows in TABLES.items() if set(FREE) & {*rows[0]}])
def test_a_line_in_a_cell_is_no_record(name: str, tmp_path: Path) -> None:
    """A text that quotes the whole row of a record does not make that record be there."""
    header, *rows = TABLES[name]
    at = next(at for at, column in enumerate(header) if column in FREE)
    folder = write_folder(tmp_path / "given", TABLES)
    (folder / f"{name}.csv").unlink()
    for gone in rows:
        teller = ["nobody-asks", *gone[1:]]
        teller[at] = f"see\n{','.join(gone)}\nthere"
        left = [row for row in rows if row != gone]
        base = write_folder(tmp_path / "base", {name: [header, *left, teller]})
        by_frames, by_rows = both(folder, base)
        assert told(by_frames) == told(by_rows)


def test_a_small_contribution_needs_one_pass_over_each_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys, dates, shared records and citations of a base are found together."""
    base = write_folder(tmp_path / "base", TABLES)
    folder = write_folder(tmp_path / "given", TABLES)
    read: list[str] = []
    found = seeking.rows_beginning

    def noted(path: Path, width: int, firsts: set[str]) -> seeking.Found | None:
        read.append(path.stem)
        return found(path, width, firsts)

    monkeypatch.setattr("chippolicy.engine.frames.sought.rows_beginning", noted)
    assert validate(folder, against=base, engine="frames").errors == 0
    assert "citations" in read
    assert len(read) == len(set(read))


def surely(path: Path, firsts: set[str]) -> list[tuple[str, ...]] | None:
    """What begins with some cells, if it is sure that it is rows."""
    found = seeking.rows_beginning(path, 2, firsts)
    if found is None or found.lines is None:
        return None
    return found.rows if not found.rows or seeking.are_rows(path, 2, found.lines) else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b'id,note\na,1\n"b",2\nc,3\n', [("a", "1"), ("b", "2")]),
        (b"id,note\r\na,1\r\nb,2\r\n", [("a", "1"), ("b", "2")]),
        (b'id,note\na,"1, 2"\nc,"x\nb"\n', None),
        (b'id,note\nc,"x\na,1\n"\nd,2\n', None),
        (b'id,note\nc,"x\nd,1\n"\ne,2\n', []),
        (b"id,note\na b,1\naa,2\n", []),
        (b"a,b\nb,2\n", [("b", "2")]),
        (b"a,b\r\na,b\r\nb,2", [("a", "b"), ("b", "2")]),
        (b"\xef\xbb\xbfa,b\na,2\n", [("a", "2")]),
        (b'id,note\n\na,1\n\n"a","2"', [("a", "1"), ("a", "2")]),
        (b"id,note\nc," + b"x" * 3_000_000 + b"\na,1\n", [("a", "1")]),
    ],
)
def test_lines_are_rows_only_where_that_is_sure(
    text: bytes, expected: list[tuple[str, ...]] | None, tmp_path: Path
) -> None:
    """A line in a cell is no row, and what is not sure is left to those who read CSV."""
    path = tmp_path / "base.csv"
    path.write_bytes(text)
    assert surely(path, {"a", "b"}) == expected


def test_cells_that_begin_alike_are_told_apart(tmp_path: Path) -> None:
    """A sought cell may begin like another, be shorter than it, or stand elsewhere."""
    path = tmp_path / "base.csv"
    cells = (
        "ab",
        "abc",
        "abcd",
        "ab\u00e9",
        "\u00e9ab",
        "\u00e9\u00e9ab",
        "b",
        "",
        " ab",
        "ab ",
        "AB",
    )
    lines = [f"{form},{at}" for at, one in enumerate(cells) for form in (one, f'"{one}"')]
    path.write_text("\n".join(["id,note", *lines, "x,ab"]), encoding="utf-8")
    for firsts in ({"ab"}, {"abc", "ab"}, {"abcd", "b"}, {"", "abcd"}, {"a", "abcde"}, {"id"}):
        expected = [(one, str(at)) for at, one in enumerate(cells) for _ in "ab" if one in firsts]
        assert surely(path, firsts) == expected
    assert surely(path, set()) == []


@pytest.mark.parametrize(
    "text",
    [b"id,note\na,1\rb,2\n", b"id,note\na,1,2\n", b'id,note\na,"x"y\n', b"id,note\na,\xff\n"],
)
def test_what_is_no_sound_csv_is_left_to_rows(text: bytes, tmp_path: Path) -> None:
    """A found row that is not one of the file's width, or a line end of its own, is not passed."""
    path = tmp_path / "base.csv"
    path.write_bytes(text)
    with pytest.raises(UnsuitedError):
        seeking.rows_beginning(path, 2, {"a", "b"})


def test_where_lines_do_not_tell_the_text_is_not_sought(tmp_path: Path) -> None:
    """A sought cell with a sign that would be quoted is not compared with lines."""
    path = tmp_path / "base.csv"
    path.write_bytes(b'id,note\n"a,b",1\n')
    assert seeking.rows_beginning(path, 2, {"a,b"}) is None
    assert seeking.rows_beginning(path, 2, {"ä"}) is None
