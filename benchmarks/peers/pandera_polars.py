"""pandera on Polars: a schema for each table; keys and references, which it has not, by Polars."""

from __future__ import annotations

import json
from functools import reduce

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from benchmarks.peers.checks import RECORD_TABLES, columns, folder, pattern, references, tables
from chippolicy.derive.plan import TablePlan


def schema(table: TablePlan, there: list[str]) -> pa.DataFrameSchema:
    found = {}
    for column in table.columns:
        if column.name not in there:
            continue
        if column.members:
            check = pa.Check.isin(list(column.members))
        else:
            check = pa.Check.str_matches(rf"^(?:{pattern(column)})$")
        checks = [check]
        if column.base == "edtf":
            checks.append(pa.Check(day_is_there))
        found[column.name] = pa.Column(pl.String, checks, nullable=not column.required)
    return pa.DataFrameSchema(found)


def day_is_there(data: pa.PolarsData) -> pl.LazyFrame:
    value = pl.col(data.key)
    day = value.str.to_date("%Y-%m-%d", strict=False).is_not_null()
    return data.lazyframe.select((value.str.len_bytes() < 10) | day | value.is_null())


def main() -> None:
    found = {"value": 0, "key": 0, "reference": 0, "record": 0}
    frames = {}
    for name, table in tables().items():
        there = columns(name)
        frame = frames[name] = pl.read_csv(
            folder() / f"{name}.csv", schema=dict.fromkeys(there, pl.String)
        )
        try:
            schema(table, there).validate(frame, lazy=True)
        except SchemaErrors as error:
            found["value"] += error.failure_cases.height
        found["key"] += frame.height - frame.select(table.key).n_unique()
    for name, column, target in references():
        if column in frames[name].columns:
            rows = frames[name].drop_nulls(column)
            ids = frames[target].select("id")
            found["reference"] += rows.join(ids, left_on=column, right_on="id", how="anti").height
    known = reduce(
        lambda one, other: one.vstack(other),
        (frames[name].select(r=pl.lit(f"{name}/") + pl.col("id")) for name in RECORD_TABLES),
    )
    cited = frames["citations"]
    found["record"] = cited.join(known, left_on="record", right_on="r", how="anti").height
    print(json.dumps(found))


if __name__ == "__main__":
    main()
