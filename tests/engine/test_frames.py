"""The two executors are one: rows and frames tell the same, byte for byte."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chippolicy import Report, validate
from chippolicy.derive.plan import load_plan
from chippolicy.engine import executors, run, universe
from chippolicy.engine.frames import (
    again,
    answers,
    hashes,
    lines,
    reading,
    suspects,
    texts,
)
from chippolicy.formats.csv import written
from tests.small import TABLES
from tests.test_corpus import CORPUS, cases

HOSTILE = (
    "", " ", "a", "nvidia", "nvidia-h20", "chips/nvidia-h20", "chips/nowhere", "zz/zz", "NVIDIA",
    "2023-02-29", "2025-08-11", "2025-08~", "2020", "0", "-1", "1e5", "true", "*", "nope", "=1+1",
    "two\nlines", "two\r\nlines", 'a "quoted" word', "comma, inside", "\u200bhidden", "ａ", "a  b",
    "x" * 20_001, "actors/jensen-huang", "article-ja", "data-sheet", "news", "H20", "\u3000",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _every_table_by_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "LARGE_TABLE", 0)


def told(report: Report) -> str:
    """A report as JSON, without the time it took."""
    plain: dict[str, Any] = report.as_dict()
    del plain["summary"]["seconds"]
    return json.dumps([plain, report.counts, report.unreadable], ensure_ascii=False, indent=1)


def must_agree(path: Path | list[Path], **options: Any) -> Report:
    """Validate with both executors, and hold their reports against each other."""
    by_rows = validate(path, engine="rows", **options)
    assert told(validate(path, engine="frames", **options)) == told(by_rows)
    return by_rows


@pytest.mark.parametrize("case", cases())
def test_the_corpus_gives_the_same(case: str) -> None:
    base = CORPUS / case / "_against"
    must_agree(CORPUS / case, against=base if base.is_dir() else "none")


def test_the_shipped_package_gives_the_same() -> None:
    must_agree(Path("datapackage"), against="none")
    must_agree(Path("datapackage"))


def test_the_shipped_package_is_read_by_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    """That both agree says something only where frames do the reading."""
    from chippolicy.engine.frames.survey import FrameSurvey

    read: list[str] = []
    finish = FrameSurvey.finish

    def noted(self: FrameSurvey) -> None:
        read.append(self.plan.name)
        finish(self)

    monkeypatch.setattr(FrameSurvey, "finish", noted)
    validate("datapackage", against="none", engine="frames")
    assert set(read) == set(load_plan().tables)


@pytest.mark.parametrize("header", ["id,kind,name,country", "id,kind,name,what"])
@pytest.mark.parametrize("breaks", [1, 2, 3])
def test_a_line_break_in_a_cell_hides_no_cell_too_many(
    tmp_path: Path, header: str, breaks: int
) -> None:
    """A CR LF in a cell, taken for the end of a row, would make up for a byte that is lost."""
    cell = "two" + "\r\nlines" * breaks
    for more in ("," + "x" * (breaks - 1), "," * breaks):
        rows = f'nvidia,company,NVIDIA,US\namd,company,AMD,"{cell}"{more}'
        (tmp_path / "actors.csv").write_bytes(f"{header}\n{rows}".encode())
        assert "file/ragged-row" in {one.code for one in must_agree(tmp_path).findings}


def test_every_row_of_a_file_without_a_key_column_is_counted(tmp_path: Path) -> None:
    """Where another file of the table has the column, blank in a row, that is the same cause."""
    for name, header, rows in (
        ("one", "record,language,form,name", ("preferred,Jensen", "alias,Jen-Hsun", "alias,J.")),
        ("other", "record,language,kind,name", (",JH", "alias,Huang")),
    ):
        (tmp_path / name).mkdir()
        lines = [header, *(f"actors/jensen-huang,en,{row}" for row in rows)]
        (tmp_path / name / "names.csv").write_text("\n".join(lines), encoding="utf-8")
    report = must_agree([tmp_path / "one", tmp_path / "other"])
    counts = {one.path: one.count for one in report.findings if one.code == "key/missing"}
    assert list(counts.values()) == [3, 1]


Rows = list[list[str]]
Change = Callable[[random.Random, dict[str, Rows]], None]


def a_cell(choose: random.Random, tables: dict[str, Rows]) -> None:
    rows = tables[choose.choice(list(tables))]
    if len(rows) > 1:
        row = choose.choice(rows[1:])
        row[choose.randrange(len(row))] = choose.choice(HOSTILE)


def a_cell_of_another_row(choose: random.Random, tables: dict[str, Rows]) -> None:
    rows = tables[choose.choice(list(tables))]
    if len(rows) > 1:
        one, other = choose.choice(rows[1:]), choose.choice(rows[1:])
        at = choose.randrange(len(one))
        one[at] = other[at]


def a_row_twice(choose: random.Random, tables: dict[str, Rows]) -> None:
    rows = tables[choose.choice(list(tables))]
    rows.insert(choose.randint(1, len(rows)), list(choose.choice(rows)))


def a_row_less(choose: random.Random, tables: dict[str, Rows]) -> None:
    rows = tables[choose.choice(list(tables))]
    if len(rows) > 1:
        del rows[choose.randrange(1, len(rows))]


def a_header(choose: random.Random, tables: dict[str, Rows]) -> None:
    rows = tables[choose.choice(list(tables))]
    rows[0][choose.randrange(len(rows[0]))] = choose.choice(("x_own", "id", "titel", "", "Name"))


def a_column_less(choose: random.Random, tables: dict[str, Rows]) -> None:
    rows = tables[choose.choice(list(tables))]
    at = choose.randrange(len(rows[0]))
    if len(rows[0]) > 1:
        for row in rows:
            del row[at]


def a_table_less(choose: random.Random, tables: dict[str, Rows]) -> None:
    if len(tables) > 1:
        del tables[choose.choice(list(tables))]


CHANGES: tuple[Change, ...] = (
    a_cell, a_cell, a_cell, a_cell_of_another_row, a_cell_of_another_row, a_row_twice, a_row_less,
    a_header, a_column_less, a_table_less,
)  # fmt: skip


def changed(choose: random.Random, count: int) -> dict[str, Rows]:
    """The small package with some changes."""
    tables = {name: [list(row) for row in rows] for name, rows in TABLES.items()}
    for _ in range(count):
        choose.choice(CHANGES)(choose, tables)
    return tables


def spoiled(choose: random.Random, text: bytes) -> bytes:
    """The bytes of a file with one slip of an editor's."""
    at = choose.randint(0, len(text))
    slip = choose.choice((b'"', b",", b"\n", b"\r", b"\r\n", b'""', b"\0", b"\xff", b" ", b",,\n"))
    return text[:at] + slip + text[at + choose.randint(0, 1) :]


def write(folder: Path, tables: dict[str, Rows], choose: random.Random) -> None:
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for name, (header, *rows) in tables.items():
        text = written(header, rows).encode("utf-8")
        if choose.random() < 0.1:
            text = text.replace(b"\n", b"\r\n")
        if choose.random() < 0.05:
            text = b"\xef\xbb\xbf" + text
        if choose.random() < 0.05:
            text = text.rstrip(b"\n")
        if choose.random() < 0.1:
            text = spoiled(choose, text)
        (folder / f"{name}.csv").write_bytes(text)


class Reading(NamedTuple):
    """How frames read: in batches of some rows, by lines where one row in `sparse` is wanted."""

    rows: int
    sparse: int
    few: int
    """So many rows or hashes are dealt with in the way of few."""


READINGS = st.builds(
    Reading,
    rows=st.sampled_from((1, 2, 5, 65_536)),
    sparse=st.sampled_from((1, 4)),
    few=st.sampled_from((0, 2, 100_000)),
)


@contextmanager
def read_so(how: Reading) -> Iterator[None]:
    """Have frames read in some way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "BATCH", how.rows)
        patch.setattr(lines, "BATCH", how.rows)
        patch.setattr(again, "_SPARSE", how.sparse)
        patch.setattr(suspects, "_MOST", how.few)
        patch.setattr(lines, "_FEW", how.few)
        patch.setattr(hashes, "_FEW_ROWS", how.few)
        patch.setattr(hashes, "_MANY", how.few + 1)
        patch.setattr(hashes, "_TIMES", how.few)
        patch.setattr(hashes, "_SOUGHT", how.few)
        patch.setattr(answers, "_SOME", how.few)
        patch.setattr(texts, "_FEW", how.few)
        patch.setattr(universe, "_FEW", how.few)
        yield


SEEDS = st.integers(0, 2**32)


def packages(examples: int) -> settings:
    """Settings for properties of packages in one folder, which each example writes anew."""
    return settings(
        max_examples=examples,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
        deadline=None,
    )


@packages(160)
@given(seed=SEEDS, count=st.integers(0, 12), how=READINGS)
def test_changed_packages_give_the_same(
    tmp_path: Path, seed: int, count: int, how: Reading
) -> None:
    """Whatever was done to a package, rows and frames of any size of batch tell the same of it."""
    choose = random.Random(seed)
    write(tmp_path / "given", changed(choose, count), choose)
    with read_so(how):
        must_agree(tmp_path / "given", against="none")


def in_two(
    choose: random.Random, tables: dict[str, Rows]
) -> tuple[dict[str, Rows], dict[str, Rows]]:
    """A package as two that hold some rows of each table, and were changed by themselves."""
    parts: tuple[dict[str, Rows], dict[str, Rows]] = ({}, {})
    for name, (header, *rows) in tables.items():
        cut = choose.randint(0, len(rows))
        for part, mine in zip(parts, (rows[:cut], rows[cut:]), strict=True):
            if choose.random() < 0.8:
                part[name] = [list(header), *mine]
    for part in parts:
        for _ in range(choose.randint(0, 2)):
            if part:
                choose.choice(CHANGES)(choose, part)
    return parts


def write_in_two(tmp_path: Path, seed: int, count: int) -> list[Path]:
    """Write a changed package as two folders, each with some rows of its tables."""
    choose = random.Random(seed)
    parts = in_two(choose, changed(choose, count))
    folders = [tmp_path / "one", tmp_path / "other"]
    for folder, part in zip(folders, parts, strict=True):
        write(folder, part, choose)
    return folders


@packages(60)
@given(seed=SEEDS, count=st.integers(0, 40), how=READINGS, most=st.integers(0, 3))
def test_as_many_causes_are_told_and_counted(
    tmp_path: Path, seed: int, count: int, how: Reading, most: int
) -> None:
    """The same holds however few causes of each check are told, and the others but counted."""
    folders = write_in_two(tmp_path, seed, count)
    with read_so(how), pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "MOST_CAUSES", most)
        must_agree(folders, against="none")


@packages(60)
@given(seed=SEEDS, count=st.integers(0, 8), how=READINGS)
def test_tables_in_several_files_give_the_same(
    tmp_path: Path, seed: int, count: int, how: Reading
) -> None:
    """The same holds where a table is in two files, which need not have the same columns."""
    folders = write_in_two(tmp_path, seed, count)
    with read_so(how):
        must_agree(folders, against="none")


@packages(60)
@given(seed=SEEDS, count=st.integers(0, 8), how=READINGS)
def test_changed_packages_give_the_same_against_a_base(
    tmp_path: Path, seed: int, count: int, how: Reading
) -> None:
    """The same holds for what is contributed to a base, read by frames as well."""
    choose = random.Random(seed)
    write(tmp_path / "base", {n: [list(one) for one in table] for n, table in TABLES.items()},
          random.Random(1))  # fmt: skip
    tables = changed(choose, count)
    for name in choose.sample(sorted(tables), k=choose.randint(0, len(tables) - 1)):
        del tables[name]
    write(tmp_path / "given", tables, choose)
    with read_so(how):
        must_agree(tmp_path / "given", against=tmp_path / "base")
