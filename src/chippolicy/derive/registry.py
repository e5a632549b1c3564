"""The shipped JSON Schemas in a registry, so that their `$ref`s resolve without a network."""

from __future__ import annotations

import json

from referencing import Registry, Resource
from referencing.jsonschema import Schema

from chippolicy._resources import resource


def build_registry() -> Registry[Schema]:
    """Read every shipped schema into a registry, each under its `$id`."""
    files = sorted(resource("schemas").glob("*.schema.json"))
    schemas = (json.loads(file.read_text(encoding="utf-8")) for file in files)
    empty: Registry[Schema] = Registry()
    return (Resource.from_contents(schema) for schema in schemas) @ empty
