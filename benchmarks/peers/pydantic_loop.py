"""A plain loop: each row through its Pydantic model, keys and references in sets."""

from __future__ import annotations

import csv
import gc
import json

from pydantic import ValidationError

from benchmarks.peers.checks import RECORD_TABLES, folder, references, tables
from chippolicy.formats.cells import decode
from chippolicy.records import TABLES


def main() -> None:
    gc.disable()
    found = {"value": 0, "key": 0, "reference": 0, "record": 0}
    keys: dict[str, set[tuple[str, ...]]] = {}
    for name, table in tables().items():
        mine = keys[name] = set()
        outward = [(column, target) for of, column, target in references() if of == name]
        model = TABLES[name]
        typed = [one.name for one in table.columns if one.base in ("integer", "number", "boolean")]
        bases = {one.name: one.base for one in table.columns}
        with (folder() / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                values = {column: text or None for column, text in row.items()}
                for column in typed:
                    values[column] = decode(bases[column], row.get(column, ""))
                try:
                    model.model_validate(values)
                except ValidationError as error:
                    found["value"] += error.error_count()
                key = tuple(row[part] for part in table.key)
                if key in mine:
                    found["key"] += 1
                mine.add(key)
                for column, target in outward:
                    if row.get(column) and target != name and (row[column],) not in keys[target]:
                        found["reference"] += 1
                if name == "citations":
                    of, _, record = row["record"].partition("/")
                    if of not in RECORD_TABLES or (record,) not in keys[of]:
                        found["record"] += 1
    print(json.dumps(found))


if __name__ == "__main__":
    main()
