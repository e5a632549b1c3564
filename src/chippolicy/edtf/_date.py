"""A date as it was written."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NoReturn

from chippolicy.edtf import _spans
from chippolicy.edtf._terms import Kind, Precision, Truth

if TYPE_CHECKING:
    from collections.abc import Callable

_set = object.__setattr__


class EdtfDate:
    """A date with its precision and its doubt, exactly as it was written.

    Made by `parse` (or `EdtfDate(text)`, which is the same); immutable. Two dates are equal
    when their texts are: `2025-08-01/2025-08-31` is not `2025-08`. There is no `<`, because
    the order of dates in doubt has three answers: ask `before`, `overlaps`, `within`.

    `earliest` and `latest` are the bounds of what is written, without padding for qualifiers;
    `None` where the date is open or unknown. `precision` is that of the coarsest date in an
    interval or a set. `approximate` and `uncertain` tell whether any part is qualified so.
    """

    __slots__ = (
        "_alternatives",
        "approximate",
        "earliest",
        "kind",
        "latest",
        "precision",
        "text",
        "uncertain",
    )

    text: str
    kind: Kind
    precision: Precision
    earliest: date | None
    latest: date | None
    approximate: bool
    uncertain: bool
    _alternatives: _spans.Alternatives | None

    def __new__(cls, text: str) -> EdtfDate:
        """Read a text; raises `EdtfError` where it is no date."""
        from chippolicy.edtf._parse import parse

        return parse(text)

    def before(self, other: EdtfDate) -> Truth:
        """Tell whether all of this date lies before all of the other."""
        return self._ask(_spans.before, other)

    def overlaps(self, other: EdtfDate) -> Truth:
        """Tell whether the two have a day in common."""
        return self._ask(_spans.overlaps, other)

    def within(self, other: EdtfDate) -> Truth:
        """Tell whether all of this date lies inside the other."""
        return self._ask(_spans.within, other)

    def begins(self) -> _spans.Window:
        """The first and the last day on which it may begin, marks counted, as day ordinals.

        0 stands before every day, `date.max.toordinal() + 1` after every day.
        """
        readings = self._readings()
        return (
            min(span.start_from for spans in readings for span in spans),
            max(min(span.start_to for span in spans) for spans in readings),
        )

    def ends(self) -> _spans.Window:
        """The first and the last day on which it may end, as `begins` tells them."""
        readings = self._readings()
        return (
            min(max(span.end_from for span in spans) for spans in readings),
            max(span.end_to for spans in readings for span in spans),
        )

    def _ask(
        self, question: Callable[[_spans.Spans, _spans.Spans], Truth], other: EdtfDate
    ) -> Truth:
        if not isinstance(other, EdtfDate):
            raise TypeError(f"an EdtfDate compares with an EdtfDate, not {type(other).__name__}")
        return _spans.compare(question, self._readings(), other._readings())

    def _readings(self) -> _spans.Alternatives:
        if self._alternatives is not None:
            return self._alternatives
        # Plain dates carry no spans: most are never compared.
        assert self.earliest is not None
        assert self.latest is not None
        return ((_spans.Moment(self.earliest.toordinal(), self.latest.toordinal()),),)

    def __str__(self) -> str:
        """Return exactly what was read."""
        return self.text

    def __repr__(self) -> str:
        """Return the call that makes it."""
        return f"EdtfDate({self.text!r})"

    def __eq__(self, other: object) -> bool:
        """Compare the texts."""
        if not isinstance(other, EdtfDate):
            return NotImplemented
        return self.text == other.text

    def __hash__(self) -> int:
        """Hash the text."""
        return hash((EdtfDate, self.text))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        """Refuse: a date does not change."""
        raise AttributeError(f"EdtfDate is immutable; {name!r} cannot be set")

    def __delattr__(self, name: str) -> NoReturn:
        """Refuse: a date does not change."""
        raise AttributeError(f"EdtfDate is immutable; {name!r} cannot be deleted")

    def __reduce__(self) -> tuple[type[EdtfDate], tuple[str]]:
        """Copy and pickle by the text."""
        return EdtfDate, (self.text,)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> Any:
        """Take a text or a date, in strict mode too; give the text back."""
        from chippolicy.edtf._pydantic import core_schema

        return core_schema()

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: object, handler: object) -> dict[str, Any]:
        """Return the JSON Schema: a string with `PATTERN`."""
        from chippolicy.edtf._pydantic import json_schema

        return json_schema()


def make(
    text: str,
    kind: Kind,
    precision: Precision,
    earliest: date | None,
    latest: date | None,
    approximate: bool = False,
    uncertain: bool = False,
    alternatives: _spans.Alternatives | None = None,
) -> EdtfDate:
    """Put a date together; `alternatives` may be left out for a date without doubt marks."""
    self = object.__new__(EdtfDate)
    _set(self, "text", text)
    _set(self, "kind", kind)
    _set(self, "precision", precision)
    _set(self, "earliest", earliest)
    _set(self, "latest", latest)
    _set(self, "approximate", approximate)
    _set(self, "uncertain", uncertain)
    _set(self, "_alternatives", alternatives)
    return self
