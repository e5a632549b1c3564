"""Causes: the combinations of values that break rules, and which rule each of them breaks.

Where every row of a large table is faulty there are millions. So those of one column are not kept
as combinations, and where many break the same rule it is kept once.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain, repeat

Values = tuple[str, ...]


class Causes(Collection[Values]):
    """Different combinations of values, each with the rule it breaks."""

    @abstractmethod
    def code(self, values: Values) -> str:
        """The rule that a combination breaks."""

    @abstractmethod
    def each_code(self) -> Iterator[str]:
        """The rules that they break, in their order."""

    @property
    @abstractmethod
    def codes(self) -> set[str]:
        """The rules that any of them breaks."""


class Each(Causes):
    """Combinations that break one rule."""

    def __init__(self, values: Collection[Values], code: str) -> None:
        self._values, self._code = values, code

    def __iter__(self) -> Iterator[Values]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, values: object) -> bool:
        return values in self._values

    def code(self, values: Values) -> str:
        """That rule."""
        return self._code

    def each_code(self) -> Iterator[str]:
        """That rule, for each."""
        return repeat(self._code, len(self._values))

    @property
    def codes(self) -> set[str]:
        """That rule."""
        return {self._code} if self._values else set()


class Behind(Collection[Values]):
    """Values of one column as combinations, kept without what they all begin with."""

    def __init__(self, values: AbstractSet[str], prefix: str = "") -> None:
        self._values, self._prefix = values, prefix

    def __iter__(self) -> Iterator[Values]:
        prefix = self._prefix
        return ((prefix + value,) for value in self._values) if prefix else zip(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, values: object) -> bool:
        if not isinstance(values, tuple) or len(values) != 1:
            return False
        (value,) = values
        return value.startswith(self._prefix) and value[len(self._prefix) :] in self._values


class OfColumn(Causes):
    """Values of one column, by the rules they break."""

    def __init__(self, codes: Mapping[str, str]) -> None:
        self._codes = codes

    def __iter__(self) -> Iterator[Values]:
        return zip(self._codes, strict=True)

    def __len__(self) -> int:
        return len(self._codes)

    def __contains__(self, values: object) -> bool:
        return isinstance(values, tuple) and len(values) == 1 and values[0] in self._codes

    def code(self, values: Values) -> str:
        """The rule that a value breaks."""
        return self._codes[values[0]]

    def each_code(self) -> Iterator[str]:
        """The rules that the values break."""
        return iter(self._codes.values())

    @property
    def codes(self) -> set[str]:
        """The rules that any value breaks."""
        return set(self._codes.values())


class Several(Causes):
    """Causes of several kinds, of which no two have a combination in common."""

    def __init__(self, parts: Sequence[Causes]) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[Values]:
        return chain.from_iterable(self._parts)

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    def __contains__(self, values: object) -> bool:
        return any(values in part for part in self._parts)

    def code(self, values: Values) -> str:
        """The rule that a combination breaks."""
        return next(part for part in self._parts if values in part).code(values)

    def each_code(self) -> Iterator[str]:
        """The rules that they break."""
        return chain.from_iterable(part.each_code() for part in self._parts)

    @property
    def codes(self) -> set[str]:
        """The rules that any of them breaks."""
        return set().union(*(part.codes for part in self._parts))
