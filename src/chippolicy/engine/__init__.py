"""The engine: checks files against the records and rules, and says what is wrong and where."""

from __future__ import annotations

from chippolicy.engine.executors import EXECUTORS
from chippolicy.engine.run import validate

__all__ = ["EXECUTORS", "validate"]
