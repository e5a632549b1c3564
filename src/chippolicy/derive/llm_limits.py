"""What the structured-output modes of language models' providers take, as they document it.

One place for every limit: the schemas' tests, the note of `chippolicy schema --kind llm` and the
guide are made of it or held against it. Providers change their limits; the pages say what holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]

AS_OF = "2026"
"""When the pages said so."""


@dataclass(frozen=True)
class Limit:
    """At most so much of something that :func:`sizes` counts."""

    of: str
    most: int
    words: str
    """What is counted, as a message names it."""


@dataclass(frozen=True)
class Provider:
    """A provider, the page that documents its mode, and what it says."""

    name: str
    page: str
    keywords: frozenset[str]
    """The keywords it takes; others are refused or ignored."""
    limits: tuple[Limit, ...] = ()
    all_required: bool = False
    """Whether each property must be required: what may be left out is null instead."""
    closed: bool = False
    """Whether each object must have `additionalProperties` false."""


LONG_ENUM = 250
"""An enumeration of more members than this has a limit of its own."""

_COMMON = frozenset(
    {
        "$defs", "$ref", "additionalProperties", "anyOf", "description", "enum", "format",
        "items", "minItems", "properties", "required", "title", "type",
    }
)  # fmt: skip
_BOUNDS = frozenset({"maximum", "minimum", "maxItems"})

PROVIDERS: tuple[Provider, ...] = (
    Provider(
        "OpenAI",
        "https://developers.openai.com/api/docs/guides/structured-outputs#supported-schemas",
        _COMMON
        | _BOUNDS
        | {"const", "exclusiveMaximum", "exclusiveMinimum", "multipleOf", "pattern"},
        (
            Limit("properties", 5_000, "properties in all"),
            Limit("depth", 10, "levels of nesting"),
            Limit("name characters", 120_000, "characters in the names of properties and in codes"),
            Limit("enum members", 1_000, "codes of enumerations in all"),
            Limit(
                "long enum characters",
                15_000,
                f"characters in the codes of an enumeration of more than {LONG_ENUM}",
            ),
        ),
        all_required=True,
        closed=True,
    ),
    Provider(
        "Anthropic",
        "https://platform.claude.com/docs/en/build-with-claude/structured-outputs"
        "#json-schema-limitations",
        _COMMON | {"allOf", "const", "default", "pattern"},
        # Of tools it takes 20 in one request, which is no matter of a schema.
        (
            Limit("unions", 16, "fields that may be null, or are of several types"),
            Limit("optional", 24, "properties that may be left out"),
        ),
        closed=True,
    ),
    Provider(
        "Gemini",
        # No figures are given: very large or deeply nested schemas may be rejected.
        "https://ai.google.dev/gemini-api/docs/structured-output",
        _COMMON | _BOUNDS | {"prefixItems"},
    ),
)


@dataclass(frozen=True)
class Excess:
    """A limit that a schema goes beyond."""

    provider: Provider
    limit: Limit
    size: int

    def __str__(self) -> str:
        return (
            f"{self.size:,} {self.limit.words}, where {self.provider.name} takes "
            f"{self.limit.most:,} ({self.provider.page})"
        )


def excesses(schema: Schema) -> list[Excess]:
    """The limits of all providers that a schema goes beyond."""
    counted = sizes(schema)
    return [
        Excess(provider, limit, counted[limit.of])
        for provider in PROVIDERS
        for limit in provider.limits
        if counted[limit.of] > limit.most
    ]


def sizes(schema: Schema) -> dict[str, int]:
    """How much there is in a schema of each thing that some provider limits."""
    found = [node for node, _ in nodes(schema)]
    names = [name for node in found for name in node.get("properties", {})]
    enums = [[str(member) for member in node.get("enum", ())] for node in found]
    return {
        "properties": len(names),
        "depth": max(depth for _, depth in nodes(schema)),
        "name characters": sum(map(len, names)) + sum(len(one) for enum in enums for one in enum),
        "enum members": sum(map(len, enums)),
        "long enum characters": max(
            (sum(map(len, enum)) for enum in enums if len(enum) > LONG_ENUM), default=0
        ),
        "unions": sum("anyOf" in node or isinstance(node.get("type"), list) for node in found),
        "optional": sum(
            len(node.get("properties", {}).keys() - set(node.get("required", ()))) for node in found
        ),
    }


def nodes(schema: Schema, depth: int = 1) -> Iterator[tuple[Schema, int]]:
    """A schema and every schema in it, each with how many objects and lists it is nested in."""
    yield schema, depth
    deeper = depth + (schema.get("type") in ("object", "array"))
    for inner in schema.get("properties", {}).values():
        yield from nodes(inner, deeper)
    if "items" in schema:
        yield from nodes(schema["items"], deeper)
    for inner in schema.get("anyOf", ()):
        yield from nodes(inner, depth)
