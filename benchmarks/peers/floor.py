"""The floor: Polars reads every cell as text, and adds up how long they are. It finds nothing."""

from __future__ import annotations

import json

import polars as pl

from benchmarks.peers.checks import TABLES, columns, folder


def main() -> None:
    total = 0
    for name in TABLES:
        schema = dict.fromkeys(columns(name), pl.String)
        lengths = pl.scan_csv(folder() / f"{name}.csv", schema=schema).select(
            pl.all().str.len_bytes().sum()
        )
        total += sum(lengths.collect(engine="streaming").row(0))
    print(json.dumps({"bytes": total}))


if __name__ == "__main__":
    main()
