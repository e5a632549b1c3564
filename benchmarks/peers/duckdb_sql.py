"""DuckDB, SQL as one would write it by hand: tables loaded as text, one query for each check."""

from __future__ import annotations

import json

import duckdb

from benchmarks.peers.checks import RECORD_TABLES, columns, folder, pattern, references, tables
from chippolicy.derive.plan import ColumnPlan


def faulty(column: ColumnPlan) -> str:
    name = f'"{column.name}"'
    if column.members:
        listed = ", ".join(f"'{member}'" for member in column.members)
        test = f"{name} IN ({listed})"
    else:
        test = f"regexp_full_match({name}, '{pattern(column)}')"
    if column.base == "edtf":
        test += f" AND (length({name}) < 10 OR try_cast({name} AS DATE) IS NOT NULL)"
    blank = f"{name} IS NULL OR {name} = ''"
    return (
        f"({blank})"
        if column.required and not test
        else (
            f"({blank}) OR NOT ({test})" if column.required else f"NOT ({blank}) AND NOT ({test})"
        )
    )


def main() -> None:
    con = duckdb.connect()
    con.execute("SET preserve_insertion_order = false")
    found = {"value": 0, "key": 0, "reference": 0, "record": 0}

    def count(sql: str) -> int:
        (number,) = con.execute(sql).fetchone() or (0,)
        return int(number or 0)

    for name, table in tables().items():
        listed = ", ".join(f"'{column}': 'VARCHAR'" for column in columns(name))
        path = folder() / f"{name}.csv"
        con.execute(
            f"CREATE TABLE {name} AS SELECT * FROM read_csv('{path}', header=true, "
            f"auto_detect=false, quote='\"', escape='\"', columns={{{listed}}})"
        )
        sums = " + ".join(f"count(*) FILTER (WHERE {faulty(column)})" for column in table.columns)
        found["value"] += count(f"SELECT {sums} FROM {name}")
        key = ", ".join(f'"{part}"' for part in table.key)
        found["key"] += count(
            f"SELECT (SELECT count(*) FROM {name}) - (SELECT count(*) FROM "
            f"(SELECT DISTINCT {key} FROM {name}))"
        )
    for name, column, target in references():
        found["reference"] += count(
            f'SELECT count(*) FROM {name} WHERE "{column}" IS NOT NULL AND "{column}" <> \'\' '
            f"AND {column} NOT IN (SELECT id FROM {target} WHERE id IS NOT NULL)"
        )
    every = " UNION ALL ".join(f"SELECT '{name}/' || id AS r FROM {name}" for name in RECORD_TABLES)
    found["record"] = count(
        f"SELECT count(*) FROM citations ANTI JOIN ({every}) AS known ON citations.record = known.r"
    )
    print(json.dumps(found))


if __name__ == "__main__":
    main()
