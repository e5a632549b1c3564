"""Rules on quotes, held against the texts of their sources where these are given."""

from __future__ import annotations

from chippolicy.rules.rule import ERROR, WARNING, Rule

QUOTES: tuple[Rule, ...] = (
    Rule(
        "evidence/quote-absent",
        "a quote stands in its source's text, where that is given",
        ERROR,
        "Words in quotation marks that nobody wrote are the worst a table of facts can hold, and "
        "what a language model invents or smooths most easily.",
        "Copy the words from the source, with … for what is left out, or leave the quote blank.",
    ),
    Rule(
        "evidence/locator",
        "a quote stands in the paragraph or line that its locator names",
        WARNING,
        "Whoever looks a quote up begins where the locator points.",
        "Write where it stands: paragraph 3, paragraphs 3-4, line 12, headline or byline; "
        "paragraphs are counted from the first below headline and byline.",
    ),
)
"""The rules of the family `evidence` that need the sources' texts."""
