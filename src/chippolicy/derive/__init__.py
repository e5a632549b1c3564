"""What is derived from the records: schemas, the data package's descriptor, the check plan, SQL.

``python -m chippolicy.derive`` writes every derived file anew; ``--check`` only compares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chippolicy.derive.plan import ColumnPlan, Plan, TablePlan, load_plan
from chippolicy.derive.schema_text import SCHEMA_KINDS, UnknownTableError, schema_text
from chippolicy.derive.version import DATA_VERSION, SCHEMA_VERSION

if TYPE_CHECKING:
    from referencing import Registry
    from referencing.jsonschema import Schema

__all__ = [
    "DATA_VERSION",
    "SCHEMA_KINDS",
    "SCHEMA_VERSION",
    "ColumnPlan",
    "Plan",
    "TablePlan",
    "UnknownTableError",
    "load_plan",
    "schema_registry",
    "schema_text",
]


def schema_registry() -> Registry[Schema]:
    """Every JSON Schema of this package in a registry, so that `$ref`s resolve offline."""
    from chippolicy.derive.registry import build_registry

    return build_registry()
