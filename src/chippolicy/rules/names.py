"""Rules on names."""

from __future__ import annotations

from chippolicy.rules.parts import Aliases
from chippolicy.rules.rule import WARNING, Rule

NAMES: tuple[Rule, ...] = (
    Rule(
        "name/ambiguous",
        "a name means one record of a table",
        WARNING,
        "Whoever looks a name up is given every record that goes by it, and has to choose. Two "
        "people may share a name; two chips seldom do.",
        "Make the name longer, as by maker, version or first name, or move it to the right record.",
        parts=(
            Aliases(
                "names",
                "record",
                "name",
                (
                    ("actors", "name"),
                    ("topics", "title"),
                    ("chips", "name"),
                    ("policies", "title"),
                ),
            ),
        ),
    ),
)
"""The rules of the family `name`."""
