"""What happened when: everything dated about a record, or about all, in order."""

from chippolicy.timeline._entry import AFTER, BEFORE, COLUMNS, Entry
from chippolicy.timeline._gather import timeline

__all__ = ["AFTER", "BEFORE", "COLUMNS", "Entry", "timeline"]
