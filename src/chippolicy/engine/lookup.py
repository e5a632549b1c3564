"""Lookups in tables too large for one mapping: the values of some ids, asked for as needed."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chippolicy.engine.survey import TableSurvey


class LayeredLookup:
    """The sound values of a column by id, contributed records over the base's."""

    def __init__(
        self, own: TableSurvey | None, base: TableSurvey | None, column: str, prefix: str = ""
    ) -> None:
        self.own, self.base, self.column, self.prefix = own, base, column, prefix

    def __bool__(self) -> bool:
        return any(
            layer is not None and layer.has_looked_up(self.column)
            for layer in (self.own, self.base)
        )

    def prefixed(self, prefix: str) -> LayeredLookup:
        """The same by record references, which begin with the table's name."""
        return LayeredLookup(self.own, self.base, self.column, prefix)

    def narrow(self, ids: Iterable[str]) -> dict[str, str]:
        """The values of some ids."""
        cut = len(self.prefix)
        wanted = {one[cut:] for one in ids if one.startswith(self.prefix)}
        found: dict[str, str] = {}
        if self.base is not None and wanted:
            below = wanted if self.own is None else self.own.lacking(wanted)
            found = self.base.looked_up_of(self.column, below)
        if self.own is not None and wanted:
            found |= self.own.looked_up_of(self.column, wanted)
        return {f"{self.prefix}{key}": value for key, value in found.items()} if cut else found

    def items(self) -> ItemsView[str, str]:
        """All values with their ids."""
        return self.whole().items()

    def whole(self) -> dict[str, str]:
        """All values."""
        above = self.own.looked_up(self.column) if self.own else {}
        below = self.base.looked_up(self.column) if self.base else {}
        if self.own is not None and below:
            left = self.own.lacking(set(below))
            below = {key: value for key, value in below.items() if key in left}
        return {**below, **above}


def narrowed(values: Mapping[str, str] | LayeredLookup, ids: Iterable[str]) -> Mapping[str, str]:
    """A mapping that has at least the values of some ids."""
    return values.narrow(ids) if isinstance(values, LayeredLookup) else values
