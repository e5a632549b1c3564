"""The same three topics in every format, the second with a faulty id, and where that id stands."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl

TOPICS: list[dict[str, Any]] = [
    {"id": "sell-h20", "title": "H20を中国に売ること", "summary": "一行目\n二行目 😀"},
    {"id": "Bad Id", "title": "二つ目の話題", "summary": "x"},
    {"id": "third", "title": "third", "summary": "z"},
]
NAMES = list(TOPICS[0])


def as_csv(delimiter: str = ",", line_end: str = "\n", bom: str = "") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end)
    writer.writerow(NAMES)
    writer.writerows(topic.values() for topic in TOPICS)
    return (bom + text.getvalue()).encode()


def as_json(value: Any, indent: int | None = None) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=indent).encode()


def as_xlsx() -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.create_sheet("topics")
    # Rows above the header, and a column before the first: cells are called as the sheet does.
    for number, row in enumerate([NAMES, *(list(topic.values()) for topic in TOPICS)], 3):
        for column, value in enumerate(row, 2):
            sheet.cell(number, column, value)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def as_parquet() -> bytes:
    data = io.BytesIO()
    pl.DataFrame(TOPICS).write_parquet(data)
    return data.getvalue()


def zipped(name: str, data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
        archive.writestr("readme.txt", "not data")
    return packed.getvalue()


YAML = """\
# topics that are argued over
- id: sell-h20
  title: "H20を中国に売ること"   # in quotation marks
  summary: |
    一行目
    二行目 😀

-
  # the faulty one: a block of text
  title: 二つ目の話題
  id: &bad |-   # the value begins on the next line
    Bad Id
  summary: x
- {id: third, title: third,
   summary: z}
""".encode()


@dataclass(frozen=True)
class Case:
    """A file with the topics, and where the faulty id is."""

    name: str
    """The file that is validated."""
    data: Callable[[], bytes]
    spot: str
    """The place in the words of a report for people."""
    line: int
    """The line or row of the record."""
    value_line: int | None = None
    """The physical line on which the value stands; None where there are no lines."""
    marked: str = "Bad Id"
    """What stands there."""
    record: str = ""
    """What the file has at the offset."""
    inner: str = ""
    """What follows the file's name in the path of its findings."""
    pointer: str | None = None
    cell: str | None = None
    row: str = ""
    """How HTML draws the row."""

    def write(self, folder: Path) -> Path:
        """Put the file into a folder."""
        path = folder / self.name
        path.write_bytes(self.data())
        return path


_ROW = "line|id|title|summary\n{}|!Bad Id|二つ目の話題|x"
_CSV: dict[str, Any] = {
    "spot": "4:id", "line": 4, "value_line": 4, "row": _ROW.format(4), "record": "Bad Id"
}  # fmt: skip
_SHEET: dict[str, Any] = {
    "spot": "B5 (sheet topics)",
    "line": 5,
    "cell": "B5",
    "row": "row|A blank|B id|C title|D summary\n5||!Bad Id|二つ目の話題|x",
}
_JSON: dict[str, Any] = {"marked": '"Bad Id"', "record": '{"id": "Bad Id"'}

CASES = [
    Case("topics.csv", as_csv, **_CSV),
    Case("topics.tsv", lambda: as_csv("\t"), **_CSV),
    Case("topics.csv", lambda: as_csv(";", "\r\n", "\ufeff"), **_CSV),
    Case("topics.csv", lambda: as_csv("|", "\r\n"), **_CSV),
    Case("topics.csv.gz", lambda: gzip.compress(as_csv(bom="\ufeff")), **_CSV),
    Case(
        "a.zip", lambda: zipped("data/topics.csv", as_csv(";")), inner="/data/topics.csv", **_CSV
    ),
    Case("topics.json", lambda: as_json(TOPICS), "1:id", 1, 1, '"Bad Id"', '[{"id"',
         pointer="/1/id", row=_ROW.format(1)),
    Case("topics.json", lambda: b"\xef\xbb\xbf" + as_json(TOPICS, 2).replace(b"\n", b"\r\n"),
         "7:id", 7, 8, '"Bad Id"', '  {\r\n    "id": "Bad Id"', pointer="/1/id",
         row=_ROW.format(7)),
    Case("all.json", lambda: as_json({"topics": TOPICS}, 1), "8:id", 8, 9, '"Bad Id"',
         '  {\n   "id": "Bad Id"', pointer="/topics/1/id", row=_ROW.format(8)),
    Case("topics.json.gz", lambda: gzip.compress(as_json(TOPICS, 2)), "7:id", 7, 8, '"Bad Id"',
         '  {\n    "id": "Bad Id"', pointer="/1/id", row=_ROW.format(7)),
    Case("topics.jsonl", lambda: b"".join(as_json(one) + b"\n" for one in TOPICS), "2:id", 2, 2,
         row=_ROW.format(2), **_JSON),
    Case("a.zip", lambda: zipped("topics.jsonl", b"\n\n".join(map(as_json, TOPICS))), "3:id", 3, 3,
         inner="/topics.jsonl", row=_ROW.format(3), **_JSON),
    Case("topics.yaml", lambda: YAML, "10:id", 10, 12, record="  title: 二つ目", pointer="/1/id",
         row="line|title|id|summary\n10|二つ目の話題|!Bad Id|x"),
    Case("topics.yml", lambda: YAML.replace(b"\n", b"\r\n"), "10:id", 10, 12,
         record="  title: 二つ目", pointer="/1/id",
         row="line|title|id|summary\n10|二つ目の話題|!Bad Id|x"),
    Case("book.xlsx", as_xlsx, **_SHEET),
    Case("a.zip", lambda: zipped("in/book.xlsx", as_xlsx()), inner="/in/book.xlsx", **_SHEET),
    Case("topics.parquet", as_parquet, "row 2, id", 2,
         row="row|id|title|summary\n2|!Bad Id|二つ目の話題|x"),
    Case("a.zip", lambda: zipped("topics.parquet", as_parquet()), "row 2, id", 2,
         inner="/topics.parquet", row="row|id|title|summary\n2|!Bad Id|二つ目の話題|x"),
]  # fmt: skip
