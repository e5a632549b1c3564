"""Example rows: how those that `init` writes are marked, and the rule that tells them."""

from __future__ import annotations

from chippolicy.rules.parts import Marked
from chippolicy.rules.rule import WARNING, Rule

MARK = Marked(column="x_example", prefix="example-")
"""What marks a row as an example: the column says so, or an id in its key begins so."""

EXAMPLES: tuple[Rule, ...] = (
    Rule(
        "key/example",
        "no row is an example that `chippolicy init` has written",
        WARNING,
        "An example shows how a row is written; it is no fact, and is never merged.",
        "Put records of your own in its place, with ids of their own, and leave "
        f"{MARK.column} blank or delete that column; then run `chippolicy validate` again.",
        parts=(MARK,),
    ),
)
"""The rule on example rows, of the family `key`."""
