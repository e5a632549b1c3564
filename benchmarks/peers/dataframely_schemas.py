"""dataframely: a schema for each table, keys included; references, by Polars."""

from __future__ import annotations

import json
from typing import Any

import dataframely as dy
import polars as pl

from benchmarks.peers.checks import RECORD_TABLES, columns, folder, pattern, references, tables
from chippolicy.derive.plan import ColumnPlan, TablePlan


def column(of: ColumnPlan, table: TablePlan) -> Any:
    options: dict[str, Any] = {
        "nullable": not of.required and of.name not in table.key,
        "primary_key": of.name in table.key,
    }
    if of.members:
        options["check"] = lambda value: value.is_in(list(of.members))
    else:
        options["regex"] = rf"^(?:{pattern(of)})$"
        if of.base == "edtf":
            options["check"] = lambda value: (
                (value.str.len_bytes() < 10)
                | value.str.to_date("%Y-%m-%d", strict=False).is_not_null()
            )
    return dy.String(**options)


def main() -> None:
    found = {"value": 0, "key": 0, "reference": 0, "record": 0}
    frames = {}
    for name, table in tables().items():
        there = columns(name)
        body = {one.name: column(one, table) for one in table.columns if one.name in there}
        schema: Any = type(name, (dy.Schema,), body)
        frame = frames[name] = pl.read_csv(
            folder() / f"{name}.csv", schema=dict.fromkeys(there, pl.String)
        )
        _, failures = schema.filter(frame)
        for rule, count in failures.counts().items():
            found["key" if rule == "primary_key" else "value"] += count
    for name, of, target in references():
        if of in frames[name].columns:
            rows = frames[name].drop_nulls(of)
            ids = frames[target].select("id")
            found["reference"] += rows.join(ids, left_on=of, right_on="id", how="anti").height
    known = pl.concat(
        frames[name].select(r=pl.lit(f"{name}/") + pl.col("id")) for name in RECORD_TABLES
    )
    cited = frames["citations"]
    found["record"] = cited.join(known, left_on="record", right_on="r", how="anti").height
    print(json.dumps(found))


if __name__ == "__main__":
    main()
