"""Chips by the line: the same answers as one by one, and nothing lost."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chippolicy.controls import batch as batches
from chippolicy.controls.batch import Batch, Scale
from chippolicy.controls.figures import from_numbers
from chippolicy.controls.question import ask
from chippolicy.metrics import exact
from tests.controls.strategies import BOOK, places

THRESHOLDS = sorted(
    {float(of) for values in BOOK.thresholds.values() for of in values if 0 < of < 10**6}
)
# Thresholds, their neighbors among the doubles, and what lies far from any.
numbers = st.one_of(
    st.sampled_from(THRESHOLDS),
    st.builds(
        lambda value, more: value * (1 + more * 2**-52),
        st.sampled_from(THRESHOLDS[1:]),
        st.sampled_from([-2, -1, 1, 2]),
    ),
    st.integers(1, 30_000),
    st.floats(0.5, 50_000).map(lambda value: round(value, 2)),
)
lines = st.fixed_dictionaries(
    {},
    optional={
        "id": st.one_of(st.text(max_size=8), st.integers(), st.none()),
        "die_area_mm2": st.one_of(
            st.none(),
            numbers,
            st.sampled_from([1600 / 3.2, 1600 / 5.92, 2400 / 1.6, 2960 / 5.92, 4800 / 5.92]),
        ),
        "memory_bandwidth_gb_s": st.one_of(st.none(), numbers),
        "interconnect_gb_s": st.one_of(st.none(), numbers),
        "datacenter": st.sampled_from([True, False, None]),
    },
)
computed = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"tpp": st.one_of(st.none(), numbers)}),
    st.builds(
        lambda rates: {"throughput": rates},
        st.dictionaries(
            st.sampled_from(["fp16", "fp8", "int8", "fp4", "fp6", "bf16", "6"]), numbers
        ),
    ),
)
chips = st.lists(st.builds(lambda a, b: {**a, **b}, lines, computed), max_size=12)


def run(text: Iterable[bytes], to: str = "CN", on: str = "2026-02-01") -> tuple[Batch, list[Any]]:
    question = ask(tpp=1, to=to)
    batch = Batch(question, question.moment(on), "chips.jsonl")
    return batch, [json.loads(line) for told in batch.run(text) for line in told.splitlines()]


@settings(max_examples=150)
@given(
    chips, places, st.sampled_from(["2022-11-01", "2024-01-10", "2025-05-01", "2026-02-01", "2025"])
)
def test_batch_agrees_with_one_by_one(given_chips: list[dict[str, Any]], to: str, on: str) -> None:
    """A chip in a file gets the answer it gets alone, on every boundary and next to it."""
    batch, answers = run([json.dumps(chip).encode() + b"\n" for chip in given_chips], to, on)
    assert batch.findings == []
    assert [answer["line"] for answer in answers] == list(range(1, len(given_chips) + 1))
    for chip, answer in zip(given_chips, answers, strict=True):
        figures = from_numbers(
            tpp=chip.get("tpp"),
            throughput=chip.get("throughput"),
            die_area=chip.get("die_area_mm2"),
            memory_bandwidth=chip.get("memory_bandwidth_gb_s"),
            interconnect=chip.get("interconnect_gb_s"),
            datacenter=chip.get("datacenter", True),
        )
        alone = replace(batch.question, figures=figures).answer(batch.moment).as_dict()
        assert answer["id"] == chip.get("id")
        for key in ("answer", "paragraphs", "review", "missing"):
            assert answer[key] == alone[key]
        assert answer.get("changes", []) == alone["changes"]


@given(
    st.lists(st.fractions(0, 100, max_denominator=50), max_size=6, unique=True), st.floats(0, 110)
)
def test_scale(thresholds: list[Fraction], value: float) -> None:
    """A value's place tells how many thresholds it is above, and whether it is on one."""
    scale = Scale(tuple(sorted(thresholds)))
    place = scale.place(exact(value))
    assert place // 2 == sum(of < exact(value) for of in thresholds)
    assert bool(place & 1) == (exact(value) in thresholds)
    (fenced,) = scale.places([value])
    assert fenced is not None
    # A computed double outside all fences has its place for sure.
    assert fenced & 1 or fenced == place
    if scale.marks is not None:
        assert scale.places_as_given([value, None], scale.marks) == [place, None]


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        (b"{", "file/syntax", "not JSON"),
        (b'{"tpp": 1} {"tpp": 2}', "file/syntax", "more after"),
        (b"[1]", "file/shape", "object"),
        (b"4800", "file/shape", "object"),
        (b'{"tpp": "4800"}', "value/type", "tpp is a number"),
        (b'{"tpp": true}', "value/type", "tpp is a number"),
        (b'{"tpp": NaN}', "value/type", "NaN"),
        (b'{"tpp": 1e999}', "value/limit", "finite"),
        (b'{"tpp": -1}', "value/limit", "negative"),
        (b'{"die_area_mm2": 0}', "value/limit", "more than zero"),
        (b'{"datacenter": "yes"}', "value/type", "true or false"),
        (b'{"datacenter": 1}', "value/type", "true or false"),
        (b'{"throughput": [1]}', "value/type", "by number format"),
        (b'{"throughput": {"fp8": "1"}}', "value/type", "by number format"),
        (b'{"throughput": {"eight": 1}}', "value/limit", "number format"),
        (b'{"throughput": {"fp8": -1}}', "value/limit", "negative"),
        (b'{"tpp": 1, "throughput": {"fp8": 1}}', "value/limit", "not both"),
        (b'{"tpp": 1, "tpp": 2}', "table/doubled-column", "twice"),
        (b'{"tpps": 1}', "table/unknown-column", "did you mean 'tpp'"),
        (b'{"id": "\xff"}', "file/encoding", "UTF-8"),
        (b"[" * 100_000, "file/syntax", "not JSON"),
    ],
)
def test_bad_lines_are_told_and_cost_no_other(line: bytes, code: str, told: str) -> None:
    good = b'{"id": "good", "tpp": 5000}'
    batch, answers = run([good + b"\n", line + b"\n", b"\n", good])
    assert [answer["line"] for answer in answers] == [1, 4]
    (finding,) = batch.findings
    assert (finding.code, finding.line, finding.path) == (code, 2, "chips.jsonl")
    assert told in finding.message


def test_findings_come_in_the_lines_order() -> None:
    batch, _ = run([b'{"tpp": -1}\n', b"{\n", b'{"tpp": -2}\n'])
    assert [finding.line for finding in batch.findings] == [1, 2, 3]


def test_every_line_ends_in_an_answer_or_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over block borders too, each line that is not blank is told once."""
    monkeypatch.setattr(batches, "BLOCK", 3)
    text = [b'{"tpp": %d}\n' % n if n % 4 else b"oops\n" for n in range(20)]
    batch, answers = run(text)
    lines_told = [answer["line"] for answer in answers] + [of.line for of in batch.findings]
    assert sorted(line for line in lines_told if line) == list(range(1, 21))


@pytest.mark.parametrize(("to", "on"), [("CN", "2026-02-01"), ("AE", "2024-01-10"), ("MO", "2023")])
def test_every_cell_of_the_grid(to: str, on: str) -> None:
    """In one file, chips on, below and above every threshold get each their own answer."""
    tpps = [None, 1000, *(of + side for of in (1600, 2400, 4800, 21000) for side in (-1, 0, 1))]
    areas = [None, 500.0, 1500.0, 810.8108]
    memories = [None, 1399, 1400, 6499, 6500]
    rows = [
        {
            "tpp": tpp,
            "die_area_mm2": area,
            "memory_bandwidth_gb_s": memory,
            "interconnect_gb_s": link,
            "datacenter": flag,
        }
        for tpp in tpps
        for area in areas
        for memory in memories
        for link in (None, 600)
        for flag in (True, False)
    ]
    batch, answers = run((json.dumps(row).encode() for row in rows), to, on)
    assert len(answers) == len(rows)
    for row, answer in zip(rows, answers, strict=True):
        figures = from_numbers(
            tpp=row["tpp"],
            die_area=row["die_area_mm2"],
            memory_bandwidth=row["memory_bandwidth_gb_s"],
            interconnect=row["interconnect_gb_s"],
            datacenter=bool(row["datacenter"]),
        )
        _, alone, _ = replace(batch.question, figures=figures).outcome(batch.moment)
        assert (alone.answer, alone.review) == (answer["answer"], answer["review"])
        assert list(alone.paragraphs) == answer["paragraphs"]
        assert list(alone.missing) == answer["missing"]


def test_missing_figures_are_each_chip_s_own() -> None:
    """Chips alike but for which figures are unknown are not answered alike."""
    _, answers = run([b"{}\n", b'{"die_area_mm2": 800}\n', b'{"interconnect_gb_s": 1}\n', b"{}\n"])
    missing = [set(answer["missing"]) for answer in answers]
    assert "die_area_mm2" in missing[0]
    assert missing[0] - missing[1] == {"die_area_mm2"}
    assert missing[0] - missing[2] == {"interconnect_gb_s"}
    assert missing[0] == missing[3]


def test_records_of_the_chips_table_are_taken() -> None:
    """A line may have any column of the table of chips, and columns of its own."""
    _, (answer,) = run(
        [b'\xef\xbb\xbf{"id": "a", "name": "A", "memory_gb": 80, "x_mine": 1, "tpp": 5000}']
    )
    assert (answer["id"], answer["answer"]) == ("a", "controlled")


@given(st.one_of(st.text(), st.none(), st.integers(), st.lists(st.text(), max_size=2)))
def test_ids_come_back_as_they_were(id_: Any) -> None:
    """An id is whatever JSON the contributor had, and steers no terminal."""
    question = ask(tpp=1, to="CN")
    batch = Batch(question, question.moment(None))
    (told,) = batch.run([json.dumps({"id": id_, "tpp": 1}).encode()])
    assert json.loads(told)["id"] == id_
    assert "\x9b" not in told
    assert "\u202e" not in told
