"""The typed attributes of a dataset, one per table, as source text for `_dataset_tables.py`."""

from __future__ import annotations


def dataset_tables_source() -> str:
    """A module with a class that has one property per table, typed by its record."""
    from chippolicy.records import RECORDS

    names = "".join(f"        {name},\n" for name in sorted(of.__name__ for of in RECORDS))
    properties = "".join(
        f'''
    @property
    def {record.table}(self) -> Table[{record.__name__}]:
        """{(record.__doc__ or "").strip().splitlines()[0]}"""
        return self["{record.table}"]
'''
        for record in RECORDS
    )
    return f'''"""Derived from the records by `python -m chippolicy.derive`: not to be edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chippolicy._table import Table
    from chippolicy.records import (
{names}    )


class DatasetTables:
    """One attribute per table, typed by its record."""

    def __getitem__(self, table: str) -> Table[Any]:
        raise NotImplementedError
{properties}'''
