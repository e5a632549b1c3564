"""Writes a data set in each format, by the libraries that other people write it with."""

from __future__ import annotations

import csv
import gzip
import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import yaml

from chippolicy.derive.plan import load_plan
from chippolicy.formats.cells import decode, encode
from chippolicy.testing import Dataset, Row, csv_folder, csv_text

PLAN = load_plan().tables
_TYPES = {"integer": pl.Int64, "number": pl.Float64, "boolean": pl.Boolean}


def columns(name: str, rows: Sequence[Row]) -> list[str]:
    own = sorted({key for row in rows for key in row} - set(PLAN[name].names))
    return [*PLAN[name].names, *own]


def as_csv(dataset: Dataset, folder: Path) -> Path:
    return csv_folder(dataset, folder)


def as_semicolons(dataset: Dataset, folder: Path) -> Path:
    return _separated(dataset, folder, ";", ".csv")


def as_tsv(dataset: Dataset, folder: Path) -> Path:
    return _separated(dataset, folder, "\t", ".tsv")


def _separated(dataset: Dataset, folder: Path, sign: str, suffix: str) -> Path:
    for name, rows in dataset.items():
        with (folder / f"{name}{suffix}").open("w", encoding="utf-8", newline="") as file:
            # The line end is one that holds a carriage return, so that one in a cell is quoted.
            writer = csv.writer(file, delimiter=sign, lineterminator="\r\n")
            header = columns(name, rows)
            writer.writerow(header)
            writer.writerows([encode(row.get(key)) for key in header] for row in rows)
    return folder


def as_gzip(dataset: Dataset, folder: Path) -> Path:
    for name, rows in dataset.items():
        packed = gzip.compress(csv_text(name, rows).encode("utf-8"))
        (folder / f"{name}.csv.gz").write_bytes(packed)
    return folder


def as_zip(dataset: Dataset, folder: Path) -> Path:
    with zipfile.ZipFile(folder / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in dataset.items():
            archive.writestr(f"data/{name}.csv", csv_text(name, rows))
    return folder / "all.zip"


def as_json(dataset: Dataset, folder: Path) -> Path:
    path = folder / "data.json"
    path.write_text(json.dumps(dataset, indent=1), encoding="utf-8")
    return path


def as_json_lists(dataset: Dataset, folder: Path) -> Path:
    for name, rows in dataset.items():
        text = json.dumps(rows, ensure_ascii=False)
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    return folder


def as_jsonl(dataset: Dataset, folder: Path) -> Path:
    for name, rows in dataset.items():
        text = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8", newline="")
    return folder


def as_yaml(dataset: Dataset, folder: Path) -> Path:
    path = folder / "data.yaml"
    text = yaml.safe_dump(dataset, allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8", newline="")
    return path


def as_yaml_in_json(dataset: Dataset, folder: Path) -> Path:
    """JSON is YAML, too."""
    path = folder / "data.yml"
    path.write_text(json.dumps(dataset, indent=2, ensure_ascii=False), encoding="utf-8")
    return path


def as_xlsx(dataset: Dataset, folder: Path) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, rows in dataset.items():
        sheet = book.create_sheet(name)
        header = columns(name, rows)
        sheet.append(header)
        for row in rows:
            sheet.append([row.get(key) for key in header])
            for cell in sheet[sheet.max_row]:
                # What begins with = is a text here, not a formula.
                if cell.data_type == "f":
                    cell.data_type = "s"
    book.save(folder / "book.xlsx")
    return folder / "book.xlsx"


def as_parquet(dataset: Dataset, folder: Path) -> Path:
    for name, rows in dataset.items():
        header = columns(name, rows)
        values = {key: [row.get(key) for row in rows] for key in header}
        for key, column in values.items():
            if any(isinstance(value, str) for value in column):
                values[key] = [None if one is None else encode(one) for one in column]
        kinds = {key: _kind(name, key, values[key]) for key in header}
        pl.DataFrame(values, schema=kinds).write_parquet(folder / f"{name}.parquet")
    return folder


def _kind(table: str, column: str, values: Sequence[Any]) -> Any:
    plan = PLAN[table].by_name.get(column)
    if plan is None or any(isinstance(value, str) for value in values):
        # A column of one type cannot hold a number and a wrong text besides.
        return pl.String
    return _TYPES.get(plan.base, pl.String)


def typed(dataset: Dataset) -> Dataset:
    """The data set, its numbers and truth values being such, not the text of one."""
    return {
        name: [
            {
                key: decode(PLAN[name].by_name[key].base, value)
                if isinstance(value, str) and key in PLAN[name].by_name
                else value
                for key, value in row.items()
            }
            for row in rows
        ]
        for name, rows in dataset.items()
    }


WRITERS: dict[str, Callable[[Dataset, Path], Path]] = {
    name.removeprefix("as_"): writer for name, writer in globals().items() if name[:3] == "as_"
}
"""Each way to write a data set to a folder; the path to validate comes back."""


def texts(dataset: Dataset) -> dict[str, list[dict[str, str]]]:
    """The records as the text of their cells, blank ones left out, tables without records too."""
    return {
        name: [
            {key: encode(value) for key, value in row.items() if value is not None} for row in rows
        ]
        for name, rows in dataset.items()
        if rows
    }


def fitted(dataset: Dataset) -> Dataset:
    """The data set as a workbook can hold it: 15 digits, and no control characters."""
    return {
        name: [{key: _fitted(value) for key, value in row.items()} for row in rows]
        for name, rows in dataset.items()
    }


def fits_a_workbook(dataset: Dataset) -> bool:
    """Whether a workbook can hold every value as it is."""
    return fitted(dataset) == dataset


def _fitted(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.15g}")
    if not isinstance(value, str):
        return value
    return "".join(
        one if " " <= one not in "\ufffe\uffff" or one in "\t\n" else "?" for one in value[:32_767]
    )
