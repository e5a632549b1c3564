"""How each rule is broken in a valid data set: one small change, and the finding it must give.

Each function takes a valid data set and a way to draw, changes the data set or, through `after`,
its files, and says where the finding must be. It is filed under the rule's code.
"""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from chippolicy.derive.plan import ColumnPlan, load_plan
from chippolicy.findings import Severity
from chippolicy.formats.cells import encode
from chippolicy.formats.csv import written
from chippolicy.rules import RULES, Edges, Order
from chippolicy.rules import Path as RulePath
from chippolicy.rules.examples import MARK
from chippolicy.testing import Dataset, Row, csv_folder, csv_text, reference
from tests.formats.writing import as_xlsx, fits_a_workbook, typed

PLAN = load_plan().tables
FAMILIES = ("file", "table", "value", "key", "ref", "date", "graph", "evidence")
"""The families of rules that the strategies' data sets hold to."""
Draw = Callable[..., Any]
"""Draws a value from a strategy."""

FIXTURE: Dataset = {
    "sources": [
        {"id": "zz-source", "kind": "news", "title": "A report"},
        {"id": "zz-source-2", "kind": "news", "title": "Another report"},
    ],
    "actors": [
        {"id": "zz-person", "kind": "person", "name": "Jane"},
        {"id": "zz-company", "kind": "company", "name": "NVIDIA"},
        {"id": "zz-actor", "kind": "group", "name": "A"},
        {"id": "zz-actor-2", "kind": "group", "name": "B"},
    ],
    "topics": [{"id": "zz-topic", "title": "Topic"}, {"id": "zz-topic-2", "title": "Topic"}],
    "chips": [{"id": "zz-chip", "name": "H20"}, {"id": "zz-chip-2", "name": "H100"}],
    "chip_throughput": [
        {"chip_id": "zz-chip", "number_format": "fp8", "bit_length": 8, "dense_tera_ops_s": 296}
    ],
    "policies": [
        {"id": "zz-policy", "kind": "rule", "title": "P", "jurisdiction": "US"},
        {"id": "zz-policy-2", "kind": "rule", "title": "P", "jurisdiction": "US"},
    ],
    "policy_measures": [
        {
            "id": "zz-measure", "policy_id": "zz-policy", "effect": "prohibit", "item": "hbm",
            "direction": "export",
        }
    ],
    "country_groups": [{"country_group": "D:5", "country": "CN", "source_id": "zz-source"}],
    "events": [{"id": "zz-event", "kind": "policy", "title": "E", "date": "2020-03"}],
    "event_actors": [{"event_id": "zz-event", "actor_id": "zz-actor", "role": "agent"}],
    "event_chips": [{"event_id": "zz-event", "chip_id": "zz-chip", "role": "subject"}],
    "positions": [
        {
            "id": "zz-position", "person_id": "zz-person", "organization_id": "zz-company",
            "title": "CEO",
        }
    ],
    "statements": [{"id": "zz-statement", "kind": "stance", "text": "So it is."}],
}  # fmt: skip
"""A few records of our own, undated, for what a data set that was drawn may lack."""


def with_fixture(dataset: Dataset) -> Dataset:
    """The data set with the fixture's records, which no other record refers to, and citations."""
    joined: Dataset = {name: [*dataset.get(name, ())] for name in PLAN}
    for name, rows in deepcopy(FIXTURE).items():
        for row in rows:
            keys = [reference(name, other) for other in joined[name]]
            if reference(name, row) in keys:
                continue
            joined[name].append(row)
            if PLAN[name].cited:
                joined["citations"].append(citation(reference(name, row)))
    return joined


def citation(record: str) -> Row:
    return {
        "record": record, "field": "*", "source_id": "zz-source", "n": 1,
        "relation": "qualifies", "confidence": "single",
    }  # fmt: skip


@dataclass
class Expected:
    """Where the finding must be, and how the files are checked."""

    table: str | None = None
    row: Row | None = None
    line: int | None = None
    column: str | None = None
    severity: Severity | None = None
    file: str | None = None
    after: Callable[[Path], Any] = field(default=lambda folder: folder)
    """Changes the files; returns what is to be validated."""
    against: Callable[[Path], Any] = field(default=lambda folder: "none")
    texts: Callable[[Path], dict[str, Path] | None] = field(default=lambda folder: None)
    """The texts of sources that quotes are held against."""


Breaking = Callable[[Draw, Dataset], Expected]
BREAKINGS: defaultdict[str, dict[str, Breaking]] = defaultdict(dict)


def breaks(code: str) -> Callable[[Breaking], Breaking]:
    def note(breaking: Breaking) -> Breaking:
        name = getattr(breaking, "__name__", "")
        BREAKINGS[code][name] = breaking
        return breaking

    return note


def line_of(dataset: Dataset, table: str, row: Row) -> int:
    """The first physical line of a row in its file."""
    rows = dataset[table]
    at = next(number for number, other in enumerate(rows) if other is row)
    own = sorted({name for other in rows for name in other} - set(PLAN[table].names))
    header = (*PLAN[table].names, *own)
    before = written(header, ([encode(one.get(name)) for name in header] for one in rows[:at]))
    return 1 + len(re.findall("\r\n|\r|\n", before))


def cells(dataset: Dataset) -> Iterator[tuple[str, Row, ColumnPlan]]:
    for name, rows in dataset.items():
        for row in rows:
            for column in PLAN[name].columns:
                yield name, row, column


def some(draw: Draw, found: list[Any]) -> Any:
    assume(found)
    return draw(st.sampled_from(found))


def some_row(draw: Draw, dataset: Dataset) -> tuple[str, Row]:
    found: tuple[str, Row] = some(draw, [(n, row) for n, rows in dataset.items() for row in rows])
    return found


def some_table(draw: Draw, dataset: Dataset) -> str:
    return str(some(draw, [name for name, rows in dataset.items() if rows]))


def used(dataset: Dataset) -> set[str]:
    """Every record reference that some row holds."""
    return {
        str(row.get(column.name))
        for _, row, column in cells(dataset)
        if column.kind == "record-reference"
    }


# file


def _listed(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


@breaks("file/not-found")
def file_removed(draw: Draw, dataset: Dataset) -> Expected:
    name = some_table(draw, dataset)

    def after(folder: Path) -> list[Path]:
        paths = _listed(folder)
        (folder / f"{name}.csv").unlink()
        return paths

    return Expected(file=f"{name}.csv", after=after)


@breaks("file/not-found")
def path_mistyped(draw: Draw, dataset: Dataset) -> Expected:
    return Expected(file="nowhere", after=lambda folder: [folder, folder / "nowhere"])


@breaks("file/unreadable")
def file_is_a_folder(draw: Draw, dataset: Dataset) -> Expected:
    name = some_table(draw, dataset)

    def after(folder: Path) -> Path:
        (folder / f"{name}.csv").unlink()
        (folder / f"{name}.csv").mkdir()
        return folder

    return Expected(name, after=after)


@breaks("file/no-tables")
def empty_folder(draw: Draw, dataset: Dataset) -> Expected:
    def after(folder: Path) -> list[Path]:
        (folder / "nothing").mkdir()
        return [folder, folder / "nothing"]

    return Expected(file="nothing", after=after)


@breaks("file/format")
def not_a_table(draw: Draw, dataset: Dataset) -> Expected:
    def after(folder: Path) -> list[Path]:
        (folder / "notes.txt").write_text("notes")
        return [folder, folder / "notes.txt"]

    return Expected(file="notes.txt", after=after)


def _rewrite(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], Path]:
    def after(folder: Path) -> Path:
        file = folder / f"{name}.csv"
        file.write_bytes(change(file.read_bytes()))
        return folder

    return after


@breaks("file/empty")
def file_emptied(draw: Draw, dataset: Dataset) -> Expected:
    name = some_table(draw, dataset)
    return Expected(name, after=_rewrite(name, lambda _: b""))


@breaks("file/encoding")
def file_in_utf16(draw: Draw, dataset: Dataset) -> Expected:
    name = some_table(draw, dataset)
    encoding = draw(st.sampled_from(("utf-16", "utf-16-le", "utf-16-be", "utf-32")))
    change = _rewrite(name, lambda text: csv_header(text).decode().encode(encoding))
    return Expected(name, line=1, after=change)


def csv_header(text: bytes) -> bytes:
    return text.partition(b"\n")[0] + b"\n"


@breaks("file/encoding")
def last_byte_is_not_utf8(draw: Draw, dataset: Dataset) -> Expected:
    name = some_table(draw, dataset)
    byte = draw(st.sampled_from((b"\xff", b"\xe5\x8d", b"\x80", b"\xed\xa0\x80")))
    lines = csv_text(name, dataset[name]).encode().count(b"\n")
    return Expected(name, line=lines + 1, after=_rewrite(name, lambda text: text + byte))


@breaks("file/nul")
def nul_in_a_text(draw: Draw, dataset: Dataset) -> Expected:
    found = [one for one in cells(dataset) if one[2].base == "string"]
    name, row, column = some(draw, found)
    text = str(row.get(column.name, ""))
    at = draw(st.integers(0, len(text)))
    row[column.name] = f"{text[:at]}\0{text[at:]}"
    return Expected(name, row, column=column.name)


@breaks("file/delimiter")
def columns_between_other_signs(draw: Draw, dataset: Dataset) -> Expected:
    name = some_table(draw, dataset)
    sign = draw(st.sampled_from(";\t|"))

    def after(folder: Path) -> Path:
        file = folder / f"{name}.csv"
        with file.open(encoding="utf-8", newline="") as text:
            rows = list(csv.reader(text))
        with file.open("w", encoding="utf-8", newline="") as text:
            # LF is what files end their lines in; all else is quoted where it must be.
            csv.writer(text, delimiter=sign, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(
                rows
            )
        return folder

    return Expected(name, line=1, after=after)


def _as_lines(name: str, dataset: Dataset, more: str) -> Expected:
    """The table as JSON Lines, with one line more."""
    rows = typed({name: dataset[name]})[name]

    def after(folder: Path) -> Path:
        (folder / f"{name}.csv").unlink()
        lines = [*map(json.dumps, rows), more]
        (folder / f"{name}.jsonl").write_text("".join(f"{line}\n" for line in lines))
        return folder

    return Expected(name, line=len(rows) + 1, file=f"{name}.jsonl", after=after)


@breaks("file/syntax")
def line_that_is_not_json(draw: Draw, dataset: Dataset) -> Expected:
    broken = draw(st.sampled_from(("{", '{"id": }', "id: 3", '{"id": "a"} x', '"')))
    return _as_lines(some_table(draw, dataset), dataset, broken)


@breaks("file/shape")
def line_that_is_no_record(draw: Draw, dataset: Dataset) -> Expected:
    other = draw(st.sampled_from(("3", "[]", "null", '"text"', "true")))
    return _as_lines(some_table(draw, dataset), dataset, other)


@breaks("file/merged-cells")
def cells_merged(draw: Draw, dataset: Dataset) -> Expected:
    name = some_table(draw, dataset)
    rows = typed({name: dataset[name]})
    assume(fits_a_workbook(rows))

    def after(folder: Path) -> Path:
        import openpyxl

        (folder / f"{name}.csv").unlink()
        path = as_xlsx(rows, folder)
        book = openpyxl.load_workbook(path)
        book[name].merge_cells(start_row=1, start_column=90, end_row=2, end_column=91)
        book.save(path)
        return folder

    return Expected(name, file="book.xlsx", after=after)


def _at_end(name: str, text: bytes) -> Callable[[Path], Path]:
    return _rewrite(name, lambda before: before + text)


def _last_line(dataset: Dataset, name: str) -> int:
    return len(re.findall("\r\n|\r|\n", csv_text(name, dataset[name]))) + 1


@breaks("file/quote")
def quotation_mark_left_open(draw: Draw, dataset: Dataset) -> Expected:
    name = some_table(draw, dataset)
    return Expected(name, line=_last_line(dataset, name), after=_at_end(name, b'a,"b\nc,d\n'))


@breaks("file/quote")
def text_behind_a_quotation_mark(draw: Draw, dataset: Dataset) -> Expected:
    name = some_table(draw, dataset)
    return Expected(name, line=_last_line(dataset, name), after=_at_end(name, b'"a" b,c\n'))


@breaks("file/ragged-row")
def a_cell_too_many_or_few(draw: Draw, dataset: Dataset) -> Expected:
    name, row = some_row(draw, dataset)
    rows = dataset[name]
    at = next(number for number, other in enumerate(rows) if other is row)
    own = sorted({key for other in rows for key in other} - set(PLAN[name].names))
    header = (*PLAN[name].names, *own)
    texts = [[encode(one.get(key)) for key in header] for one in rows]
    texts[at] = draw(st.sampled_from(([*texts[at], "more"], texts[at][:-1])))
    change = _rewrite(name, lambda _: written(header, texts).encode())
    return Expected(name, row, after=change)


@breaks("file/blank-row")
def a_line_without_cells(draw: Draw, dataset: Dataset) -> Expected:
    name = some_table(draw, dataset)
    row = draw(st.sampled_from((b"\n", b",,\n")))
    return Expected(name, line=_last_line(dataset, name), after=_at_end(name, row))


@breaks("file/bom")
def byte_order_mark(draw: Draw, dataset: Dataset) -> Expected:
    name = some_table(draw, dataset)
    return Expected(name, after=_rewrite(name, lambda text: b"\xef\xbb\xbf" + text))


@breaks("file/line-ends")
def lines_of_windows(draw: Draw, dataset: Dataset) -> Expected:
    name = some_table(draw, dataset)
    end: bytes = draw(st.sampled_from((b"\r\n", b"\r")))

    def rewritten(text: bytes) -> bytes:
        # Of the header alone: line breaks in cells are no line ends.
        header, _, rest = text.partition(b"\n")
        return header + end + rest

    return Expected(name, line=1, after=_rewrite(name, rewritten))


@breaks("file/cell-limit")
def a_cell_of_a_million_letters(draw: Draw, dataset: Dataset) -> Expected:
    name, row = some_row(draw, dataset)
    row["x_note"] = "x" * 1_000_001
    return Expected(name, row, column="x_note")


@breaks("file/descriptor")
def descriptor_is_no_json(draw: Draw, dataset: Dataset) -> Expected:
    text = draw(st.sampled_from(("", "{", "[]", "null", '{"resources": {}}', "\ufeff{}", "\0")))

    def after(folder: Path) -> Path:
        (folder / "datapackage.json").write_text(text, encoding="utf-8")
        return folder

    return Expected(file="datapackage.json", after=after)


@breaks("file/hash")
def file_changed_after_its_descriptor(draw: Draw, dataset: Dataset) -> Expected:
    # An error in a file is told instead, and thresholds that are drawn may make no sense.
    drawn = {
        name: rows for name, rows in dataset.items() if not name.startswith(("measure", "policy"))
    }
    name = some_table(draw, drawn)
    stated = draw(st.sampled_from(({"bytes": 7}, {"hash": "sha256:00"}, {"hash": "d41d8cd9"})))

    def after(folder: Path) -> Path:
        resources: list[dict[str, object]] = [
            {"name": file.stem, "path": file.name} for file in _listed(folder)
        ]
        for one in resources:
            one.update(stated if one["name"] == name else {})
        (folder / "datapackage.json").write_text(json.dumps({"resources": resources}))
        return folder

    return Expected(name, after=after)


# table


@breaks("table/unknown")
def file_misnamed(draw: Draw, dataset: Dataset) -> Expected:
    name = some_table(draw, dataset)

    def after(folder: Path) -> Path:
        (folder / f"{name}.csv").rename(folder / f"{name[:-1]}.csv")
        return folder

    return Expected(file=f"{name[:-1]}.csv", after=after)


def _reheaded(name: str, change: Callable[[list[str]], list[str]]) -> Callable[[Path], Path]:
    def rewritten(text: bytes) -> bytes:
        header, _, rest = text.partition(b"\n")
        return ",".join(change(header.decode().split(","))).encode() + b"\n" + rest

    return _rewrite(name, rewritten)


@breaks("table/unknown-column")
def header_mistyped(draw: Draw, dataset: Dataset) -> Expected:
    name = some_table(draw, dataset)
    column = draw(st.sampled_from(PLAN[name].names))
    typo = draw(st.sampled_from((column.upper(), column + column[-1], f" {column}", f"{column}s")))

    def change(header: list[str]) -> list[str]:
        return [typo if one == column else one for one in header]

    return Expected(name, line=1, column=typo, after=_reheaded(name, change))


def _recolumned(dataset: Dataset, name: str, header: list[str]) -> Callable[[Path], Path]:
    rows = [[encode(row.get(column)) for column in header] for row in dataset[name]]
    return _rewrite(name, lambda _: written(header, rows).encode())


@breaks("table/missing-column")
def required_column_dropped(draw: Draw, dataset: Dataset) -> Expected:
    name = some_table(draw, dataset)
    column = draw(st.sampled_from([one.name for one in PLAN[name].columns if one.required]))
    header = [one for one in PLAN[name].names if one != column]
    return Expected(name, line=1, column=column, after=_recolumned(dataset, name, header))


@breaks("table/doubled-column")
def column_doubled(draw: Draw, dataset: Dataset) -> Expected:
    name = some_table(draw, dataset)
    column = draw(st.sampled_from(PLAN[name].names))
    header = [*PLAN[name].names, column]
    return Expected(name, line=1, column=column, after=_recolumned(dataset, name, header))


@breaks("table/column-order")
def columns_in_another_order(draw: Draw, dataset: Dataset) -> Expected:
    name = some_table(draw, dataset)
    header = draw(st.permutations(PLAN[name].names))
    assume(tuple(header) != PLAN[name].names)
    return Expected(name, line=1, after=_recolumned(dataset, name, header))


# value


def _spoiled(
    draw: Draw, dataset: Dataset, wanted: Callable[[ColumnPlan], Any], *texts: str
) -> Expected:
    name, row, column = some(draw, [one for one in cells(dataset) if wanted(one[2])])
    row[column.name] = draw(st.sampled_from(texts))
    return Expected(name, row, column=column.name)


@breaks("value/missing")
def required_cell_blanked(draw: Draw, dataset: Dataset) -> Expected:
    found = [
        one for one in cells(dataset) if one[2].required and one[2].name not in PLAN[one[0]].key
    ]
    name, row, column = some(draw, found)
    del row[column.name]
    return Expected(name, row, column=column.name)


@breaks("value/type")
def no_number_or_truth_value(draw: Draw, dataset: Dataset) -> Expected:
    bases = ("number", "integer", "boolean")
    texts = ("4,800", "NaN", "1e5", "TRUE", "007", "４", "many", " 4", "8.", "4\n")
    return _spoiled(draw, dataset, lambda column: column.base in bases, *texts)


@breaks("value/format")
def text_in_another_form(draw: Draw, dataset: Dataset) -> Expected:
    def wanted(column: ColumnPlan) -> bool:
        return bool(column.pattern) and column.base == "string" and not column.members

    return _spoiled(draw, dataset, wanted, "\x1b", "a\x08b", "\x7f")


@breaks("value/date")
def no_date(draw: Draw, dataset: Dataset) -> Expected:
    texts = ("8/11/2025", "2023-02-29", "2025-13", "Aug 2025", "2025-08-11\n", "２０２５", "0000")
    return _spoiled(draw, dataset, lambda column: column.base == "edtf", *texts)


@breaks("value/limit")
def number_out_of_range(draw: Draw, dataset: Dataset) -> Expected:
    return _spoiled(draw, dataset, lambda column: column.base in ("number", "integer"), "-1")


@breaks("value/limit")
def text_too_long(draw: Draw, dataset: Dataset) -> Expected:
    return _spoiled(draw, dataset, lambda column: bool(column.max_length), "x" * 20_001)


@breaks("value/enumeration")
def code_that_is_none(draw: Draw, dataset: Dataset) -> Expected:
    texts = ("zz", "News", "person ", "us", "UK")
    return _spoiled(draw, dataset, lambda column: bool(column.members), *texts)


# key


@breaks("key/missing")
def key_blanked(draw: Draw, dataset: Dataset) -> Expected:
    name, row = some_row(draw, dataset)
    column = draw(st.sampled_from(PLAN[name].key))
    del row[column]
    return Expected(name, row, column=column)


@breaks("key/duplicate")
def row_copied(draw: Draw, dataset: Dataset) -> Expected:
    name, row = some_row(draw, dataset)
    copy = dict(row)
    dataset[name].append(copy)
    return Expected(name, copy, column=PLAN[name].key[0])


@breaks("key/clash")
def shipped_record_changed(draw: Draw, dataset: Dataset) -> Expected:
    shipped = deepcopy(dataset)
    found = [one for one in cells(dataset) if one[2].kind == "line" and one[2].required]
    name, row, column = some(draw, [one for one in found if one[2].name not in PLAN[one[0]].key])
    row[column.name] = "Another title"
    assume(shipped != dataset)

    def against(folder: Path) -> Path:
        return csv_folder(shipped, folder.with_name(f"{folder.name}-shipped"))

    return Expected(name, row, column=column.name, against=against)


@breaks("key/retired")
def retired_id_in_use(draw: Draw, dataset: Dataset) -> Expected:
    (row,) = (row for row in dataset["topics"] if row["id"] == "zz-topic")
    dataset["redirects"].append({"old": "topics/zz-topic", "new": "topics/zz-topic-2"})
    return Expected("topics", row, column="id")


@breaks("key/example")
def example_left(draw: Draw, dataset: Dataset) -> Expected:
    name, row = some_row(draw, dataset)
    row[MARK.column] = draw(st.sampled_from(("yes", "an example", "x")))
    return Expected(name, row, column=PLAN[name].key[0])


@breaks("key/example")
def example_renamed_in_no_way(draw: Draw, dataset: Dataset) -> Expected:
    row: Row = {"id": f"{MARK.prefix}topic", "title": "A topic"}
    dataset["topics"].append(row)
    return Expected("topics", row, column="id")


# ref


@breaks("ref/dangling")
def reference_to_nothing(draw: Draw, dataset: Dataset) -> Expected:
    named = used(dataset)
    found = [
        (name, row, column)
        for name, row, column in cells(dataset)
        if column.ref_table
        and (column.name not in PLAN[name].key or reference(name, row) not in named)
    ]
    name, row, column = some(draw, found)
    row[column.name] = "zz-nowhere"
    return Expected(name, row, column=column.name)


@breaks("ref/dangling")
def record_reference_to_nothing(draw: Draw, dataset: Dataset) -> Expected:
    found = [
        one for one in cells(dataset) if one[2].kind == "record-reference" and one[2].name != "old"
    ]
    name, row, column = some(draw, found)
    # Of the same table, as far as the record was of one: a citation's field is that table's.
    table = row[column.name].partition("/")[0]
    row[column.name] = draw(st.sampled_from((f"{table}/zz-nowhere", f"{table}/zz+fp8", "zz/zz")))
    return Expected(name, row, column=column.name)


@breaks("ref/redirected")
def reference_to_a_retired_id(draw: Draw, dataset: Dataset) -> Expected:
    (row,) = (row for row in dataset["country_groups"] if row["country"] == "CN"
              and row["country_group"] == "D:5")  # fmt: skip
    row["source_id"] = "zz-old"
    dataset["redirects"].append({"old": "sources/zz-old", "new": "sources/zz-source"})
    return Expected("country_groups", row, column="source_id")


@breaks("ref/actor-kind")
def actor_of_another_kind(draw: Draw, dataset: Dataset) -> Expected:
    columns = ("person_id", "zz-company"), ("organization_id", "zz-person")
    column, actor = draw(st.sampled_from(columns))
    (row,) = (row for row in dataset["positions"] if row["id"] == "zz-position")
    row[column] = actor
    return Expected("positions", row, column=column)


@breaks("ref/field")
def field_of_no_column(draw: Draw, dataset: Dataset) -> Expected:
    row = some(draw, dataset["citations"])
    row["field"] = draw(st.sampled_from(("zz", "x", "date_")))
    return Expected("citations", row, column="field")


# date: each part of each rule, on the fixture's records, which are undated else


def _ours(dataset: Dataset, part: Order) -> tuple[Row, Row, Row]:
    """A row of the fixture that a rule's part is about, and the rows its two dates are in."""
    by_reference = {f"{n}/{row.get('id')}": row for n, rows in dataset.items() for row in rows}
    # From the end: the last chip takes part in no event.
    for row in reversed(dataset[part.table]):
        if not any(str(text).partition("/")[2].startswith("zz-") or str(text).startswith("zz-")
                   for text in row.values()):  # fmt: skip
            continue
        found = [_holder(path, row, by_reference) for path in (part.first, part.then)]
        if found[0] is not None and found[1] is not None:
            return row, found[0], found[1]
    raise LookupError(f"the fixture has no record for {part}")


def _holder(path: RulePath, row: Row, by_reference: dict[str, Row]) -> Row | None:
    if not path.table:
        return row
    key = str(row[path.column])
    whole = key if path.by_reference else f"{path.table}/{key}"
    return by_reference.get(whole) if whole.startswith(f"{path.table}/") else None


def _disordered(part: Order, first: str, then: str, severity: Severity) -> Breaking:
    def breaking(draw: Draw, dataset: Dataset) -> Expected:
        row, earlier, later = _ours(dataset, part)
        earlier[part.first.of or part.first.column] = first
        later[part.then.of or part.then.column] = then
        for where in part.where:
            if not where.path.table and where.among != ("",):
                row[where.path.column] = where.among[0]
        return Expected(part.table, row, column=part.field, severity=severity)

    return breaking


def _words(part: Order | Edges) -> str:
    if isinstance(part, Edges):
        return "-".join((part.table, part.end, *(where.among[0] for where in part.where)))
    first, then = (f"{path.of} of {path.column}" if path.of else path.column
                   for path in (part.first, part.then))  # fmt: skip
    return f"{part.table}: {first} to {then}, in {part.field}"


for _rule in RULES:
    for _part in _rule.parts:
        if isinstance(_part, Order):
            BREAKINGS[_rule.code][_words(_part)] = _disordered(
                _part, "2021-05", "2020-03", _rule.severity
            )
            if _rule.doubtful:
                BREAKINGS[_rule.code][f"{_words(_part)}, perhaps"] = _disordered(
                    _part, "2021-05~", "2021-05-03", _rule.doubtful
                )


# graph


def _circular(part: Edges) -> Breaking:
    def breaking(draw: Draw, dataset: Dataset) -> Expected:
        names = {"redirects": "topics/zz-x", "policy_relations": "zz-policy"}
        first = names.get(part.table, f"zz-{part.table[:-1]}")
        second = f"{first}-2"
        links = [(first, second), (second, first)] if draw(st.booleans()) else [(first, first)]
        rows = []
        for start, end in links:
            made = {part.start or "id": start}
            if part.start is None:
                found = [row for row in dataset[part.table] if row["id"] == start]
                assume(found)
                made = found[0]
            else:
                dataset[part.table].append(made)
            made[part.end] = end
            made.update({where.path.column: where.among[0] for where in part.where})
            rows.append(made)
        return Expected(part.table, rows[0], column=part.end)

    return breaking


@breaks("date/id")
def id_of_another_day(draw: Draw, dataset: Dataset) -> Expected:
    return _dated_event(dataset, "2020-03-05-zz", "2020-03-06")


@breaks("date/day-month")
def day_and_month_swapped(draw: Draw, dataset: Dataset) -> Expected:
    return _dated_event(dataset, "2020-03-05-zz", "2020-05-03")


def _dated_event(dataset: Dataset, id: str, date: str) -> Expected:
    row: Row = {"id": id, "kind": "policy", "title": "E", "date": date}
    dataset["events"].append(row)
    dataset["citations"].append(citation(f"events/{id}"))
    return Expected("events", row)


for _rule in RULES:
    for _part in _rule.parts:
        if isinstance(_part, Edges):
            BREAKINGS[_rule.code][_words(_part)] = _circular(_part)


# evidence


TEXT = (
    "A little deal\n\nChip Letter\n\nThe chip is obsolete, it still has a market. So we negotiated "
    "a little deal.\n\n輸出を禁じる規則は、秋に\n公布された。\n"
)
QUOTES = {
    "So we negotiated a little deal": "paragraph 1",
    "“still has a market”": "paragraph 1",
    "規則は、秋に公布": "paragraph 2",
    "little … deal": "headline",
}


def _with_text(folder: Path) -> dict[str, Path]:
    file = folder.parent / "text.txt"
    file.write_text(TEXT, encoding="utf-8")
    return {"zz-source": file}


def _quoting(draw: Draw, dataset: Dataset) -> tuple[Row, str]:
    """A citation of the source that has a text, and a quote that stands in it."""
    cited = [row for row in dataset["citations"] if row["source_id"] == "zz-source"]
    return draw(st.sampled_from(cited)), draw(st.sampled_from(list(QUOTES)))


@breaks("evidence/quote-absent")
def quote_altered(draw: Draw, dataset: Dataset) -> Expected:
    row, quote = _quoting(draw, dataset)
    at = draw(st.integers(1, len(quote) - 1))
    row["quote"] = f"{quote[:at]}z{quote[at:]}"
    row["locator"] = draw(st.sampled_from(("paragraph 9", QUOTES[quote], None)))
    return Expected("citations", row, column="quote", texts=_with_text)


@breaks("evidence/quote-absent")
def statement_invented(draw: Draw, dataset: Dataset) -> Expected:
    (row,) = (one for one in dataset["statements"] if one["id"] == "zz-statement")
    row["quote"] = draw(st.sampled_from(("So we struck a deal", "秋に廃止された", "…")))
    return Expected("statements", row, column="quote", texts=_with_text)


@breaks("evidence/locator")
def locator_of_another_paragraph(draw: Draw, dataset: Dataset) -> Expected:
    row, quote = _quoting(draw, dataset)
    row["quote"] = quote
    row["locator"] = draw(st.sampled_from(("paragraph 7", "¶ 3", "byline", "第4段落", "line 99")))
    return Expected("citations", row, column="locator", texts=_with_text)


@breaks("evidence/locator")
def locator_beyond_the_end(draw: Draw, dataset: Dataset) -> Expected:
    row, _ = _quoting(draw, dataset)
    row["locator"] = f"paragraph {draw(st.integers(3, 10**6))}"
    return Expected("citations", row, column="locator", texts=_with_text)


@breaks("evidence/uncited")
def citations_removed(draw: Draw, dataset: Dataset) -> Expected:
    found = [(n, row) for n, rows in dataset.items() if PLAN[n].cited for row in rows]
    name, row = some(draw, found)
    record = reference(name, row)
    dataset["citations"] = [one for one in dataset["citations"] if one["record"] != record]
    return Expected(name, row, column=PLAN[name].key[0])
