"""Rules on text: what a reader does not see, or what a program takes for something else."""

from __future__ import annotations

from chippolicy.rules.parts import Text
from chippolicy.rules.rule import ERROR, WARNING, Rule

_BOTH = ("line", "text")

TEXTS: tuple[Rule, ...] = (
    Rule(
        "text/control",
        "text holds no control characters",
        WARNING,
        "Control characters steer terminals and printers, and are dropped or kept as each tool "
        "likes.",
        "Remove the character.",
        # In columns of ours the C0 controls are no text at all: value/format tells them.
        parts=(Text("control", _BOTH, own=True),),
    ),
    Rule(
        "text/direction",
        "nothing in a text turns the direction it is shown in",
        ERROR,
        "With a direction override people read another text than programs do.",
        "Remove the character; Arabic and Hebrew are shown the right way without it.",
        parts=(Text("direction", _BOTH, own=True),),
    ),
    Rule(
        "text/invisible",
        "text holds no invisible characters",
        WARNING,
        "Zero-width characters and byte order marks come along with copied text; two names that "
        "look the same are then not found by each other.",
        "Remove the character.",
        parts=(Text("invisible", _BOTH, own=True),),
    ),
    Rule(
        "text/look-alike",
        "the letters of a word are of one script",
        WARNING,
        "A Cyrillic letter that looks like a Latin one makes a name that nobody finds.",
        "Type the word anew.",
        parts=(Text("look_alike", _BOTH, own=True),),
    ),
    Rule(
        "text/blank",
        "there are no blanks around a text, and no runs of them in a line",
        WARNING,
        "Blanks at the ends are not seen, and make two values of one.",
        "Remove the blanks.",
        parts=(Text("around", _BOTH, own=True), Text("runs", ("line",))),
    ),
    Rule(
        "text/formula",
        "no text begins like a spreadsheet's formula",
        WARNING,
        "A spreadsheet runs a cell that begins with =, +, - or @: what was written is lost, and "
        "what is run may do harm.",
        "Begin it with a word or a quotation mark.",
        parts=(Text("formula", _BOTH, own=True),),
    ),
)
"""The rules of the family `text`."""
