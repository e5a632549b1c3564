"""How Pydantic treats an `EdtfDate` field; imported only when a model has one."""

from typing import Any

import pydantic_core
from pydantic_core import core_schema as schemas

from chippolicy.edtf._date import EdtfDate
from chippolicy.edtf._errors import EdtfError
from chippolicy.edtf._parse import MAX_LENGTH, parse
from chippolicy.edtf._pattern import PATTERN


def core_schema() -> pydantic_core.CoreSchema:
    """Validate text or dates; serialise to text in every mode."""
    return schemas.no_info_plain_validator_function(
        _validate,
        serialization=schemas.plain_serializer_function_ser_schema(
            str, return_schema=schemas.str_schema()
        ),
    )


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a date.

    `not` is for Python's `re`, where `$` also matches before a last line break.
    """
    return {
        "type": "string",
        "pattern": PATTERN,
        "maxLength": MAX_LENGTH,
        "not": {"pattern": "\\n"},
    }


def _validate(value: object) -> EdtfDate:
    if isinstance(value, EdtfDate):
        return value
    if not isinstance(value, str):
        raise pydantic_core.PydanticKnownError("string_type")
    try:
        return parse(value)
    except EdtfError as error:
        raise pydantic_core.PydanticCustomError(
            "edtf", "{reason}; {hint}", {"reason": error.reason, "hint": error.hint}
        ) from None
