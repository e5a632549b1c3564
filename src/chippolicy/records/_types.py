"""The kinds of value a field can hold: each is written down once, here.

A :class:`Scalar` is the single definition of a kind of value. Pydantic validates by it, the JSON
Schema and Table Schema are derived from it, and so is the plan that the engine checks files by.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, Literal

import iso3166
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema
from typing_extensions import TypeAliasType

from chippolicy import edtf
from chippolicy.edtf import EdtfDate

Base = Literal["string", "integer", "number", "boolean", "edtf"]


@dataclass(frozen=True)
class Scalar:
    """One kind of value: its base type, its limits and how to say what was expected."""

    name: str
    base: Base
    expected: str
    pattern: str | None = None
    max_length: int | None = None
    minimum: float | None = None
    exclusive_minimum: float | None = None
    maximum: float | None = None
    members: tuple[str, ...] = field(default=(), repr=False)

    @cached_property
    def _fullmatch(self) -> Callable[[str], object]:
        # fullmatch, because `$` in Python's `re` also matches before a trailing line break.
        return re.compile(self.pattern or "(?s:.*)").fullmatch

    def json_schema(self) -> dict[str, Any]:
        """This kind of value as a JSON Schema, without title or description."""
        schema: dict[str, Any] = {"type": "string" if self.base == "edtf" else self.base}
        if self.members:
            schema["enum"] = list(self.members)
        if self.text_pattern:
            schema["minLength"] = 1
            if self.text_length is not None:
                schema["maxLength"] = self.text_length
            schema["pattern"] = self.text_pattern
            if self.one_line:
                # Python's `re` lets `$` match before a last line break; other engines do not.
                # Ajv's strict mode wants the type beside the pattern.
                schema["not"] = {"type": "string", "pattern": "\\n"}
        limits = {
            "minimum": self.minimum,
            "exclusiveMinimum": self.exclusive_minimum,
            "maximum": self.maximum,
        }
        return schema | {key: limit for key, limit in limits.items() if limit is not None}

    @property
    def text_pattern(self) -> str | None:
        """What the text of such a value matches; a date's pattern is the EDTF module's."""
        return edtf.PATTERN if self.base == "edtf" else self.pattern

    @property
    def text_length(self) -> int | None:
        """The most characters the text of such a value has; a date's limit is the EDTF module's."""
        return edtf.MAX_LENGTH if self.base == "edtf" else self.max_length

    @property
    def one_line(self) -> bool:
        """Whether a line break can never be part of such a value."""
        if self.base == "edtf":
            return True
        return self.pattern is not None and self._fullmatch("a\nb") is None

    def _check(self, value: Any) -> Any:
        if self.members and value not in self.members:
            raise PydanticCustomError("enumeration", "expected {expected}", self._context)
        if self.pattern and not self._fullmatch(value):
            raise PydanticCustomError("format", "expected {expected}", self._context)
        return value

    @property
    def _context(self) -> dict[str, Any]:
        return {"expected": self.expected}

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        match self.base:
            case "string":
                inner: CoreSchema = core_schema.str_schema(
                    strict=True, min_length=1, max_length=self.max_length
                )
            case "integer":
                inner = core_schema.no_info_before_validator_function(
                    _one_number,
                    core_schema.int_schema(
                        strict=True, ge=_whole(self.minimum), le=_whole(self.maximum)
                    ),
                )
            case "number":
                inner = core_schema.float_schema(
                    strict=True,
                    ge=self.minimum,
                    gt=self.exclusive_minimum,
                    le=self.maximum,
                    allow_inf_nan=False,
                )
            case "boolean":
                inner = core_schema.bool_schema(strict=True)
            case "edtf":
                return handler(source)
        if self.pattern or self.members:
            return core_schema.no_info_after_validator_function(self._check, inner)
        return inner

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return self.json_schema()


def _one_number(value: Any) -> Any:
    # JSON has one kind of number: 8.0 is the integer 8 there, and in JSON Schema.
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _whole(limit: float | None) -> int | None:
    return None if limit is None else int(limit)


SLUG_LENGTH = 80
COUNTRIES: tuple[str, ...] = tuple(sorted(iso3166.countries_by_alpha2))

_SLUG = "[a-z0-9]+(-[a-z0-9]+)*"
_KEY_PART = r"[A-Za-z0-9.:*_-]+"

SLUG = Scalar(
    "slug",
    "string",
    "a lower-case id: letters a-z, digits and single hyphens, such as 'nvidia-h20'",
    pattern=f"^{_SLUG}$",
    max_length=SLUG_LENGTH,
)
RECORD_REF = Scalar(
    "record-reference",
    "string",
    "a record reference: table/id, parts of a composite key joined with '+', "
    "such as 'chips/nvidia-h20' or 'chip_throughput/nvidia-h20+fp8'",
    pattern=rf"^[a-z_]+/{_KEY_PART}(\+{_KEY_PART})*$",
    max_length=400,
)
FIELD_NAME = Scalar(
    "field-name",
    "string",
    "a field's name, or '*' for the record as a whole",
    pattern=r"^(\*|[a-z][a-z0-9_]*)$",
    max_length=80,
)
LINE = Scalar(
    "line",
    "string",
    "text on one line, without control characters",
    pattern=r"^[^\x00-\x1f\x7f]+$",
    max_length=1_000,
)
TEXT = Scalar(
    "text",
    "string",
    "text without control characters other than line breaks and tabs",
    pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+$",
    max_length=20_000,
)
URL = Scalar(
    "url",
    "string",
    "an http or https address in ASCII (other letters percent-encoded)",
    pattern=r"^https?://[!-~]+$",
    max_length=2_000,
)
LANGUAGE = Scalar(
    "language",
    "string",
    "a BCP 47 language tag such as 'en', 'ja' or 'zh-Hans'",
    pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$",
    max_length=20,
)
COUNTRY = Scalar(
    "country",
    "string",
    "an ISO 3166-1 alpha-2 country code such as 'CN'",
    members=COUNTRIES,
)
COUNTRY_GROUP = Scalar(
    "country-group",
    "string",
    "a country group of 15 CFR part 740, supplement no. 1, such as 'D:5'",
    pattern=r"^(A:[1-6]|B|C|D:[1-5]|E:[1-2])$",
    max_length=3,
)
DESTINATION = Scalar(
    "destination",
    "string",
    "a country code such as 'CN', a country group such as 'D:5', or 'world'",
    pattern=f"^(world|A:[1-6]|B|C|D:[1-5]|E:[1-2]|{'|'.join(COUNTRIES)})$",
    max_length=5,
)
WIKIDATA_ID = Scalar(
    "wikidata-id",
    "string",
    "a Wikidata item id such as 'Q182477'",
    pattern=r"^Q[1-9][0-9]*$",
    max_length=20,
)
COUNT = Scalar("count", "integer", "a whole number from 1 up", minimum=1, maximum=1_000_000_000)
QUANTITY = Scalar(
    "quantity",
    "number",
    "a number above 0 in plain digits, such as 4800 or 989.5",
    exclusive_minimum=0,
)
AMOUNT = Scalar(
    "amount", "number", "a number from 0 up in plain digits, such as 4800 or 3.2", minimum=0
)
FLAG = Scalar("flag", "boolean", "true or false")
EDTF = Scalar(
    "edtf",
    "edtf",
    "an EDTF date such as 2025-08-11, 2025-08, 2022-23 (autumn 2022) or 2025-08-06?",
)

Slug = TypeAliasType("Slug", Annotated[str, SLUG])
RecordRef = TypeAliasType("RecordRef", Annotated[str, RECORD_REF])
FieldName = TypeAliasType("FieldName", Annotated[str, FIELD_NAME])
Line = TypeAliasType("Line", Annotated[str, LINE])
Text = TypeAliasType("Text", Annotated[str, TEXT])
Url = TypeAliasType("Url", Annotated[str, URL])
Language = TypeAliasType("Language", Annotated[str, LANGUAGE])
Country = TypeAliasType("Country", Annotated[str, COUNTRY])
CountryGroup = TypeAliasType("CountryGroup", Annotated[str, COUNTRY_GROUP])
Destination = TypeAliasType("Destination", Annotated[str, DESTINATION])
WikidataId = TypeAliasType("WikidataId", Annotated[str, WIKIDATA_ID])
Count = TypeAliasType("Count", Annotated[int, COUNT])
Quantity = TypeAliasType("Quantity", Annotated[float, QUANTITY])
Amount = TypeAliasType("Amount", Annotated[float, AMOUNT])
Flag = TypeAliasType("Flag", Annotated[bool, FLAG])
Date = TypeAliasType("Date", Annotated[EdtfDate, EDTF])
