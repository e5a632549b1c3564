"""Enumerations whose every member carries its definition."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Self, cast

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema


class Term(StrEnum):
    """A controlled vocabulary: a member is its code, and knows its definition.

    Declare members as ``NAME = "code", "What the code means."``.
    """

    definition: str

    def __new__(cls, code: str, definition: str) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.definition = definition
        return member

    @classmethod
    def definitions(cls) -> dict[str, str]:
        """Each member's code with its definition, in the order of declaration."""
        return {member.value: member.definition for member in cls}

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        # Records are strict; a term is written as its code, so the code must be taken too.
        return cast(CoreSchema, {**handler(source), "strict": False})

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        built = handler.resolve_ref_schema(handler(schema))
        meanings = "\n".join(f"- `{code}`: {text}" for code, text in cls.definitions().items())
        built["description"] = f"{(cls.__doc__ or '').strip()}\n\n{meanings}"
        return handler(schema)
