"""What the frames executor must not take on trust: hashes, and a base it reads only in part."""

from __future__ import annotations

import time
from collections.abc import Collection
from pathlib import Path

import polars as pl
import pytest

from chippolicy import validate
from chippolicy.derive.plan import load_plan
from chippolicy.engine import executors
from chippolicy.engine.frames import hashes, seeking, sought
from chippolicy.engine.frames.accept import accepts
from chippolicy.engine.survey import UnsuitedError
from tests.engine.test_frames import told
from tests.small import TABLES, with_cell, write_folder


@pytest.fixture(autouse=True)
def _every_table_by_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "LARGE_TABLE", 0)


def weak(value: pl.Expr, seed: int) -> pl.Expr:
    """A hash that is the same for every text in its first half."""
    return value.hash(seed) * pl.lit(seed % 2, dtype=pl.UInt64)


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("chips", "designer_id", "nobody-at-all"),
        ("statement_actors", "statement_id", "no-such-statement"),
        ("citations", "record", "chips/no-such-chip"),
        ("citations", "record", "actors/nobody"),
    ],
)
@pytest.mark.parametrize("against", ["none", "base"])
def test_no_dangling_reference_is_accepted_where_hashes_collide(
    table: str,
    column: str,
    value: str,
    against: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Though 64 bits are the same for all texts, what is missing is found, and nothing else."""
    base = str(write_folder(tmp_path / "base", TABLES)) if against == "base" else "none"
    folder = write_folder(tmp_path / "given", with_cell(table, 2, column, value))
    sound = write_folder(tmp_path / "sound", TABLES)
    monkeypatch.setattr(hashes, "half", weak)
    by_frames = validate(folder, against=base, engine="frames")
    assert ("ref/dangling", value) in [(one.code, one.value) for one in by_frames]
    assert told(by_frames) == told(validate(folder, against=base, engine="rows"))
    assert validate(sound, against=base, engine="frames").errors == 0


def test_the_two_halves_of_a_hash_are_independent() -> None:
    """Texts of which one half is the same do not have the same hash."""
    texts = pl.DataFrame({"t": [f"event-{n}" for n in range(1000)]})
    first, second = hashes.half(pl.col("t"), 0), hashes.half(pl.col("t"), 1)
    told_apart = texts.select(first.xor(second).n_unique().alias("n"))["n"][0]
    assert told_apart == 1000


def test_nothing_with_a_quotation_mark_is_accepted_in_bulk() -> None:
    """That quotation marks can be counted rests on it."""
    values = pl.DataFrame({"v": ['"', 'a "word"', 'x"', 'chips/"', '"1"']})
    for table in load_plan().tables.values():
        for column in (*table.columns, None):
            assert not values.select(accepts(column, pl.col("v")).any()).item()


@pytest.mark.parametrize("slip", ['"', '"\n', '\n"', 'x"x', "\0", "\xff", "\r"])
@pytest.mark.parametrize("table", ["actors", "statements"])
def test_a_base_that_is_not_sound_gives_the_answers_of_rows(
    table: str, slip: str, tmp_path: Path
) -> None:
    """A stray sign in the base swallows no keys unseen, wherever in the file it stands."""
    folder = write_folder(
        tmp_path / "given", with_cell("statement_actors", 2, "actor_id", "jensen-huan")
    )
    for name in ("actors", "statements"):
        (folder / f"{name}.csv").unlink()
    base = write_folder(tmp_path / "base", TABLES)
    file = base / f"{table}.csv"
    sound = file.read_bytes()
    for at in range(sound.index(b"\n") + 1, len(sound), 11):
        file.write_bytes(sound[:at] + slip.encode("latin-1") + sound[at:])
        by_rows, by_frames = (
            [one for one in validate(folder, against=base, engine=engine) if one.path != str(file)]
            for engine in ("rows", "frames")
        )
        assert by_rows == by_frames


def test_nobody_reads_a_base_any_more_when_it_has_been_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever was answered may write the base's files: a file that is cut while it is mapped into
    memory ends the process that reads it."""
    given = write_folder(tmp_path / "given", TABLES)
    for name in ("actors", "statements", "chips"):
        (given / f"{name}.csv").unlink()
    base = write_folder(tmp_path / "base", TABLES)
    monkeypatch.setattr(executors, "_is_large", lambda inputs: inputs[0].path.parent == base)
    reading: list[Path] = []

    def slowly(path: Path, width: int, firsts: Collection[str]) -> object:
        reading.append(path)
        if path.stem == "events":
            time.sleep(1)
        found = seeking.rows_beginning(path, width, firsts)
        reading.remove(path)
        return found

    def unsuited(path: Path, width: int, firsts: Collection[str]) -> object:
        if path.stem == "chips":
            raise UnsuitedError
        return slowly(path, width, firsts)

    for one in (slowly, unsuited):
        monkeypatch.setattr(sought, "rows_beginning", one)
        validate(given, against=base, engine="frames")
        assert not reading


@pytest.mark.parametrize("value", ["jensen-huan", "jensen-huangs", "no-such-actor"])
def test_a_base_with_other_line_ends_gives_the_same_answers(value: str, tmp_path: Path) -> None:
    """Carriage returns at the ends of a base's lines are no part of what stands there."""
    given = write_folder(tmp_path / "given", with_cell("statement_actors", 2, "actor_id", value))
    for name in ("actors", "statements"):
        (given / f"{name}.csv").unlink()
    base = write_folder(tmp_path / "base", TABLES)
    before = validate(given, against=base, engine="frames").findings
    for file in base.glob("*.csv"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert validate(given, against=base, engine="frames").findings == before
    assert "ref/dangling" in [one.code for one in before]
