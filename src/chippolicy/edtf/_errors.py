"""The one way a text is refused."""

_SHOWN = 60


class EdtfError(ValueError):
    """A text that is not a date this package reads.

    A value: two errors with the same parts are equal. `text` is what was given,
    `reason` says what is wrong with it, `hint` how to mend it, `suggestions` are
    the valid texts that may have been meant: one when only one can be, several
    when the text is ambiguous (`8/11/2025`), none when nothing can be guessed.
    The wording of reasons and hints may change between versions.
    """

    text: str
    reason: str
    hint: str
    suggestions: tuple[str, ...]

    def __init__(
        self, text: str, reason: str, hint: str, suggestions: tuple[str, ...] = ()
    ) -> None:
        """Keep the parts; `Exception` keeps them as `args`, so errors can be pickled."""
        super().__init__(text, reason, hint, suggestions)
        self.text = text
        self.reason = reason
        self.hint = hint
        self.suggestions = suggestions

    def __str__(self) -> str:
        """Name the text (shortened if long), the reason and the hint."""
        text = self.text
        shown = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
        return f"{shown!r} {self.reason}; {self.hint}"

    def __eq__(self, other: object) -> bool:
        """Compare by value."""
        if not isinstance(other, EdtfError):
            return NotImplemented
        return self.args == other.args

    def __hash__(self) -> int:
        """Hash by value."""
        return hash(self.args)
