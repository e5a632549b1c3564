"""The versions of what is derived, as literals: nothing here is read from a clock."""

SCHEMA_VERSION = "0.1.0"
"""The version of the schemas; part of every `$id`, and raised with any change to a field."""

DATA_VERSION = "0.1.0"
"""The version of the shipped facts."""

DATA_CREATED = "2026-11-23T00:00:00Z"
"""When that version of the facts was made."""

DATA_AS_OF = "2026-11-23"
"""The last day that the shipped facts tell of: "today", wherever a day is not given."""

SCHEMA_BASE = f"https://w3id.org/chippolicy/schemas/{SCHEMA_VERSION}/"


def schema_id(name: str) -> str:
    """The `$id` of a schema: a table's name, `dataset` or `report`."""
    return f"{SCHEMA_BASE}{name}.schema.json"
