"""The data package's descriptor: what the shipped CSVs are, with sizes, hashes and schemas.

It is valid under the profiles of Data Package 1.0 and 2.0 alike: `$schema` and `type` speak to
readers of 2.0, `profile` to readers of 1.0.
"""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path
from typing import Any

from chippolicy.derive._words import table_description, table_title
from chippolicy.derive.table_schema import table_schema
from chippolicy.derive.version import DATA_CREATED, DATA_VERSION
from chippolicy.records import RECORDS, Record

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"


def datapackage(folder: Path) -> dict[str, Any]:
    """The descriptor of a package whose tables are `folder/data/<table>.csv`.

    Raises `FileNotFoundError` where a table's file is missing.
    """
    return {
        "$schema": PROFILE,
        "profile": "tabular-data-package",
        "name": "chippolicy",
        "id": f"https://w3id.org/chippolicy/data/{DATA_VERSION}",
        "title": "AI-chip export controls: chips, policies, people and events",
        "description": (
            "Facts about export controls on AI chips, each with its sources: the chips and "
            "their figures, the rules and deals with their measures and thresholds, the people "
            "and organizations, what happened and what was said. Dates are EDTF (ISO 8601-2)."
        ),
        "version": DATA_VERSION,
        "created": DATA_CREATED,
        "keywords": [
            "export controls",
            "semiconductors",
            "AI chips",
            "artificial intelligence",
            "technology policy",
            "United States",
            "China",
        ],
        "licenses": [
            {
                "name": "CC-BY-4.0",
                "path": "https://creativecommons.org/licenses/by/4.0/",
                "title": "Creative Commons Attribution 4.0 International",
            }
        ],
        # `role` is the word of 1.0, `roles` of 2.0.
        "contributors": [{"title": "The chippolicy team", "role": "author", "roles": ["author"]}],
        "sources": _sources(folder / "data" / "sources.csv"),
        "resources": [_resource(record, folder) for record in RECORDS],
    }


def _sources(file: Path) -> list[dict[str, str]]:
    # The register of sources is a table of the package; it is not written down a second time.
    with file.open(encoding="utf-8", newline="") as lines:
        return [
            {"title": row["title"], "path": row["url"]} if row["url"] else {"title": row["title"]}
            for row in csv.DictReader(lines)
        ]


def _resource(record: type[Record], folder: Path) -> dict[str, Any]:
    path = f"data/{record.table}.csv"
    content = (folder / path).read_bytes()
    return {
        "name": record.table,
        "path": path,
        "title": table_title(record),
        "description": table_description(record),
        "profile": "tabular-data-resource",
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        # Said in full, so that no reader has to guess it from a sample.
        "dialect": {
            "delimiter": ",",
            "lineTerminator": "\n",
            "quoteChar": '"',
            "doubleQuote": True,
            "skipInitialSpace": False,
            "header": True,
        },
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": table_schema(record),
    }
