"""What must hold between fields, rows and tables: declared as data, in one catalogue."""

from __future__ import annotations

from chippolicy.rules.catalog import CATALOG, FAMILIES, RULES, Rule
from chippolicy.rules.nearest import nearest
from chippolicy.rules.parts import Edges, Order, Path, Where

__all__ = ["CATALOG", "FAMILIES", "RULES", "Edges", "Order", "Path", "Rule", "Where", "nearest"]
