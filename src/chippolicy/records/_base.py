"""What every record shares: strictness, `x_` columns, and what a class tells of its table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError
from typing_extensions import TypeAliasType

from chippolicy.records._terms import Term
from chippolicy.records._types import Scalar

EXTRA_COLUMN = "^x_[a-z0-9_]+$"
"""The names of a contributor's own columns, which are kept as they are.

Of their values only odd text is told, and figures that can be computed.
"""


def doc(description: str, example: Any) -> Any:
    """Describe a field: what it means, and one example that validates."""
    return Field(description=description, examples=[example])


@dataclass(frozen=True)
class Ref:
    """The field holds the id of a record of another table (or of its own)."""

    table: str
    kinds: tuple[str, ...] = ()
    """Where the target has a `kind`, the kinds that make sense here; none named: all do."""


@dataclass(frozen=True)
class Unit:
    """The unit a number is in, as it is written after a figure."""

    symbol: str


@dataclass(frozen=True)
class Column:
    """One field as the rest of the library sees it."""

    name: str
    kind: Scalar | type[Term]
    required: bool
    description: str
    example: Any
    unit: str | None
    ref: Ref | None


def _only_extra_columns(schema: dict[str, Any]) -> None:
    # Pydantic cannot say that only names of a certain form may be added; JSON Schema can.
    schema["patternProperties"] = {EXTRA_COLUMN: schema["additionalProperties"]}
    schema["additionalProperties"] = False


class Record(BaseModel):
    """A row of a table: frozen, strict, and closed but for columns that begin with `x_`."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="allow", json_schema_extra=_only_extra_columns
    )
    __pydantic_extra__: dict[str, str | int | float | bool | None]

    table: ClassVar[str]
    """The table's name: also the CSV's, the schema's and the first part of a record reference."""
    key: ClassVar[tuple[str, ...]]
    """The columns that name a record within its table."""
    cited: ClassVar[bool]
    """Whether every row must have a citation."""
    label: ClassVar[str | None]
    """The column a person knows the record by, where there is one."""

    def __init_subclass__(
        cls,
        *,
        table: str | None = None,
        key: tuple[str, ...] = ("id",),
        cited: bool = False,
        label: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init_subclass__(**kwargs)
        if table is not None:
            cls.table, cls.key, cls.cited, cls.label = table, key, cited, label

    @model_validator(mode="before")
    @classmethod
    def _only_own_columns(cls, values: Any) -> Any:
        if isinstance(values, dict):
            for name in values:
                if name not in cls.model_fields and not re.fullmatch(EXTRA_COLUMN, str(name)):
                    raise PydanticCustomError(
                        "unknown_column",
                        "unknown column {column}; a column of your own begins with x_",
                        {"column": str(name)},
                    )
        return values

    @property
    def ref(self) -> str:
        """The record's reference, `table/id`, the parts of a composite key joined with `+`."""
        parts = (getattr(self, part) for part in self.key)
        return f"{self.table}/{'+'.join(str(part) for part in parts)}"

    @classmethod
    def columns(cls) -> tuple[Column, ...]:
        """The record's fields in their order, each with its kind of value and its reference."""
        return tuple(_columns(cls))


def _columns(record: type[Record]) -> Iterator[Column]:
    for name, info in record.model_fields.items():
        kind, nullable = _kind(info.annotation)
        if nullable == info.is_required():
            raise TypeError(f"{record.__name__}.{name}: a nullable field needs the default None")
        yield Column(
            name=name,
            kind=kind,
            required=not nullable,
            description=info.description or "",
            example=(info.examples or [None])[0],
            unit=next((m.symbol for m in info.metadata if isinstance(m, Unit)), None),
            ref=next((m for m in info.metadata if isinstance(m, Ref)), None),
        )


def _kind(annotation: Any) -> tuple[Scalar | type[Term], bool]:
    nullable = False
    # `A | None` and `Optional[A]` differ in origin, and a type alias makes it a typing.Union.
    if get_origin(annotation) is Union or type(annotation).__name__ == "UnionType":
        members = get_args(annotation)
        nullable = type(None) in members
        (annotation,) = (member for member in members if member is not type(None))
    if isinstance(annotation, TypeAliasType):
        (scalar,) = (m for m in annotation.__value__.__metadata__ if isinstance(m, Scalar))
        return scalar, nullable
    if isinstance(annotation, type) and issubclass(annotation, Term):
        return annotation, nullable
    raise TypeError(f"not a kind of value this library knows: {annotation!r}")
