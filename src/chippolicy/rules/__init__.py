"""What must hold between fields, rows and tables: declared as data, in one catalogue."""

from __future__ import annotations

from chippolicy.rules.catalog import CATALOG, FAMILIES, RULES
from chippolicy.rules.nearest import nearest
from chippolicy.rules.parts import Edges, Order, Part, Path, Where
from chippolicy.rules.rule import Rule

__all__ = [
    "CATALOG",
    "FAMILIES",
    "RULES",
    "Edges",
    "Order",
    "Part",
    "Path",
    "Rule",
    "Where",
    "nearest",
]
