"""A small package of our own tables, for tests that must not depend on the shipped facts."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

Rows = Sequence[Sequence[str]]

TABLES: dict[str, Rows] = {
    "sources": [
        ["id", "kind", "title", "url", "published"],
        ["data-sheet", "company", "H20 data sheet", "https://example.org/h20", "2023-11-09"],
        ["article-ja", "news", "トランプ氏、H20チップ禁輸を撤回", "", "2025-08-14"],
    ],
    "actors": [
        ["id", "kind", "name", "country"],
        ["nvidia", "company", "NVIDIA Corporation", "US"],
        ["jensen-huang", "person", "Jensen Huang", ""],
    ],
    "topics": [["id", "title"], ["sell-h20-to-china", "Selling the H20 to China"]],
    "chips": [
        ["id", "name", "designer_id", "announced", "memory_gb", "derived_from_id", "x_shelf"],
        ["nvidia-h100", "NVIDIA H100", "nvidia", "2022-03-22", "80", "", ""],
        ["nvidia-h20", "NVIDIA H20", "nvidia", "2023-11-09", "96", "nvidia-h100", "B3"],
    ],
    "chip_throughput": [
        ["chip_id", "number_format", "bit_length", "dense_tera_ops_s"],
        ["nvidia-h20", "fp8", "8", "296"],
        ["nvidia-h20", "fp16", "16", "148"],
    ],
    "statements": [
        ["id", "kind", "made_on", "text"],
        ["huang-no-threat", "stance", "2025-08", "Huang argues that the H20 is no threat."],
    ],
    "statement_actors": [
        ["statement_id", "actor_id", "role"],
        ["huang-no-threat", "jensen-huang", "holder"],
    ],
    "statement_subjects": [
        ["statement_id", "record"],
        ["huang-no-threat", "chips/nvidia-hgx-h20"],
    ],
    "citations": [
        ["record", "field", "source_id", "n", "locator", "relation", "confidence", "quote", "note"],
        *(
            [record, "*", source, "1", locator, "supports", "single", "", ""]
            for record, source, locator in (
                ("actors/jensen-huang", "article-ja", ""),
                ("actors/nvidia", "article-ja", ""),
                ("chip_throughput/nvidia-h20+fp16", "data-sheet", ""),
                ("chip_throughput/nvidia-h20+fp8", "data-sheet", ""),
                ("chips/nvidia-h100", "data-sheet", ""),
                ("chips/nvidia-h20", "data-sheet", "page 2"),
            )
        ),
        [
            "chips/nvidia-h20",
            "announced",
            "article-ja",
            "1",
            "paragraph 3",
            "contradicts",
            "single",
            "昨年、より低性能な代替品として",
            "The article says 2024.",
        ],
        ["statements/huang-no-threat", "*", "article-ja", "1", "", "supports", "single", "", ""],
    ],
    "names": [
        ["record", "language", "kind", "name"],
        ["actors/jensen-huang", "ja", "preferred", "ジェンスン・フアン"],
        ["actors/nvidia", "en", "alias", "Nvidia"],
        ["chips/nvidia-h20", "en", "alias", "H20"],
        ["chips/nvidia-h20", "ja", "as-reported", "H20チップ"],
        ["topics/sell-h20-to-china", "en", "alias", "the H20 question"],
    ],
    "redirects": [["old", "new"], ["chips/nvidia-hgx-h20", "chips/nvidia-h20"]],
}


def write_csv(path: Path, rows: Rows) -> Path:
    """Rows as a CSV file of UTF-8 with LF."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return path


def write_folder(folder: Path, changed: Mapping[str, Rows] | None = None) -> Path:
    """The tables above as a folder of CSVs, some of them changed."""
    folder.mkdir(exist_ok=True)
    for table, rows in {**TABLES, **(changed or {})}.items():
        write_csv(folder / f"{table}.csv", rows)
    return folder


def with_cell(table: str, line: int, column: str, text: str) -> dict[str, Rows]:
    """A change of one cell, by its line (the header is line 1)."""
    rows = [list(row) for row in TABLES[table]]
    rows[line - 1][rows[0].index(column)] = text
    return {table: rows}
