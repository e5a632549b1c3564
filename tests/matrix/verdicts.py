"""The matrix as rows: one case, the rule it breaks, and each judge's verdict."""

from __future__ import annotations

import csv
from pathlib import Path

from chippolicy.formats.csv import written
from tests.matrix.judges import EXPRESSES, ONE_BY_ONE, PLAN, Case, ajv_strict, read
from tests.test_corpus import CORPUS, expected

VERDICTS = Path(__file__).with_name("verdicts.csv")
JUDGES = ("engine", "model", "jsonschema", "ajv", "frictionless", "sqlite")
ALIKE = ("engine", "model", "jsonschema", "ajv")
"""Those that must say the same, unless a reason is given."""
HEADER = ("case", "code", *JUDGES, "reason")
_FAMILIES = ("table", "value", "key", "ref")


def cases() -> list[Case]:
    """The cases about rows: of those families, without a base to be held against."""
    return [
        read(name, CORPUS / name)
        for name in sorted(expected())
        if name.partition("/")[0] in _FAMILIES and _rows_only(CORPUS / name)
    ]


def _rows_only(folder: Path) -> bool:
    return all(file.suffix == ".csv" for file in folder.iterdir())


def matrix() -> list[dict[str, str]]:
    """Every case with every judge's verdict, reasons left out."""
    found = cases()
    from_ajv = ajv_strict(found)
    rows = []
    for case, ajv in zip(found, from_ajv, strict=True):
        row = expected()[case.name]
        # Only an id that stands alone can be declared a foreign key: `table/id` cannot.
        code = "record-reference" if _is_record_reference(row) else row["code"]
        accepted = {name: judge(case) for name, judge in ONE_BY_ONE.items()} | {"ajv": ajv}
        rows.append(
            {"case": case.name, "code": row["code"]}
            | {name: verdict(name, code, accepted[name]) for name in JUDGES}
        )
    return rows


def _is_record_reference(row: dict[str, str]) -> bool:
    columns = (
        {column.name: column.kind for column in PLAN[row["table"]].columns} if row["table"] else {}
    )
    return row["code"] == "ref/dangling" and columns[row["column"]] == "record-reference"


def verdict(judge: str, code: str, accepted: bool) -> str:
    """What a judge's yes or no to a case means, if the case breaks the rule of this code."""
    if not accepted:
        return "reject"
    if code and judge in EXPRESSES and code not in EXPRESSES[judge]:
        return "cannot-express"
    return "accept"


def committed() -> list[dict[str, str]]:
    """The rows of the file that is kept."""
    with VERDICTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def as_text(rows: list[dict[str, str]]) -> str:
    """The rows as the file has them."""
    return written(HEADER, ([row[name] for name in HEADER] for row in rows))
