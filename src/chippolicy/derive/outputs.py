"""Every derived file that is committed: its path in the checkout and how its text is made.

To derive another file, add a line to `outputs`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from chippolicy.derive._words import json_text
from chippolicy.derive.catalog import catalog
from chippolicy.derive.datapackage import datapackage
from chippolicy.derive.dataset_tables import dataset_tables_source
from chippolicy.derive.dictionary import dictionary
from chippolicy.derive.json_schema import dataset_schema, record_schema
from chippolicy.derive.plan import compile_plan
from chippolicy.derive.report_schema import report_schema
from chippolicy.derive.rules_page import rules_page
from chippolicy.records import RECORDS, Record


def outputs(root: Path) -> dict[str, Callable[[], str]]:
    """Paths relative to the checkout `root`, each with the function that returns its text.

    A function raises `FileNotFoundError` where a file it reads is missing.
    """
    return {
        **{f"schemas/{of.table}.schema.json": partial(_record_text, of) for of in RECORDS},
        "schemas/dataset.schema.json": lambda: json_text(dataset_schema()),
        "schemas/report.schema.json": lambda: json_text(report_schema()),
        "schemas/catalog.json": lambda: json_text(catalog()),
        "src/chippolicy/derive/plan.json": lambda: json_text(compile_plan()),
        "src/chippolicy/_dataset_tables.py": dataset_tables_source,
        "docs/data-dictionary.md": dictionary,
        "docs/rules.md": lambda: rules_page(root),
        "datapackage/datapackage.json": lambda: json_text(datapackage(root / "datapackage")),
    }


def _record_text(record: type[Record]) -> str:
    return json_text(record_schema(record))
