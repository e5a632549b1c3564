"""Folding: names as they are compared and looked up."""

from __future__ import annotations


def fold(name: str) -> str:
    """A name as it is compared: letter case, full or half width and blanks make no difference."""
    # Imported here: it costs a millisecond, and only names ask for it.
    import unicodedata

    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
