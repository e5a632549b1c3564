"""The JSON Schemas: sound in themselves, and of one mind with the models."""

from __future__ import annotations

import csv
import json
import socket
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

import chippolicy
from chippolicy._resources import resource
from chippolicy.derive import load_plan
from chippolicy.derive.json_schema import example
from chippolicy.derive.version import SCHEMA_BASE, schema_id
from chippolicy.findings import FileSummary, Finding, Place, Report, Severity
from chippolicy.records import RECORDS, TABLES, Column, Record, Scalar
from tests.node.tools import ajv

SCHEMAS = {
    file.name.removesuffix(".schema.json"): json.loads(file.read_text(encoding="utf-8"))
    for file in sorted(resource("schemas").glob("*.schema.json"))
}
COLUMNS = [(record, column) for record in RECORDS for column in record.columns()]

NASTY: list[Any] = [
    None,
    True,
    False,
    0,
    1,
    -1,
    8.0,
    0.5,
    1e-300,
    1e300,
    10**12,
    "",
    " ",
    "a",
    "A",
    "a b",
    "a-b",
    "a--b",
    "-a",
    "a-",
    "a\n",
    "\na",
    "a\nb",
    "a\r",
    "a\tb",
    "a\x00b",
    "a\x7f",
    "é",
    "日本",
    "২",
    "😀",
    "4800",
    "true",
    "chips/nvidia-h20",
    "chips/nvidia-h20\n",
    "chips/",
    "/a",
    "chips/a+b",
    "chips/a++b",
    "chips/a/b",
    "*",
    "*\n",
    "**",
    "https://example.org/a?b=c#d",
    "http://",
    "ftp://example.org",
    "https://example.org/a b",
    "https://example.org/é",
    "en",
    "zh-Hans-CN",
    "EN",
    "en-us",
    "en-\n",
    "CN",
    "cn",
    "CN\n",
    "XX",
    "D:5",
    "D:6",
    "world",
    "Q182477",
    "Q0",
    "Q1২",
    "2025-08-11",
    "2025-08-11\n",
    "2025-13",
    "2025",
    "2022-23",
    "2025-08~",
    "[2025-08-14..]",
    "2019/2022",
    "8/11/2025",
    "1700000000",
    "২০২২",
    [],
    ["a"],
    {},
    {"a": 1},
]
"""Values that one validator or another takes wrongly."""


def accepted_by_model(record: type[Record], instance: dict[str, Any]) -> bool:
    try:
        record.model_validate(instance)
    except ValidationError:
        return False
    return True


@cache
def validator(table: str) -> Draft202012Validator:
    return Draft202012Validator(SCHEMAS[table], registry=chippolicy.schema_registry())


def with_value(record: type[Record], column: str, value: Any) -> dict[str, Any]:
    return example(record) | {column: value}


def test_there_is_a_schema_for_every_table_and_no_other() -> None:
    assert set(SCHEMAS) == {*TABLES, "dataset", "report"}


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_passes_the_metaschema_and_says_what_it_is(name: str) -> None:
    schema = SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"{SCHEMA_BASE}{name}.schema.json"
    assert schema["title"]
    assert schema["description"]
    assert schema["additionalProperties"] is False
    for told in schema["properties"].values():
        assert told["description"]


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_examples_of_a_schema_validate(name: str) -> None:
    assert SCHEMAS[name]["examples"]
    for instance in SCHEMAS[name]["examples"]:
        assert list(validator(name).iter_errors(instance)) == []
    if name in TABLES:
        (instance,) = SCHEMAS[name]["examples"]
        assert accepted_by_model(TABLES[name], instance)


def test_every_schema_compiles_in_strict_ajv_which_takes_its_examples() -> None:
    cases = [(schema["$id"], one) for schema in SCHEMAS.values() for one in schema["examples"]]
    answer = ajv(cases)
    assert answer["schemas"] == {schema["$id"]: None for schema in SCHEMAS.values()}
    assert [verdict for verdict in answer["verdicts"] if not verdict["valid"]] == []


def test_strict_ajv_refuses_a_keyword_of_our_own(tmp_path: Path) -> None:
    """The check above can fail: Ajv is strict indeed."""
    file = tmp_path / "own.schema.json"
    file.write_text(json.dumps(SCHEMAS["topics"] | {"chippolicy:key": ["id"]}), encoding="utf-8")
    answer = ajv([(schema_id("topics"), {})], [file])
    assert "unknown keyword" in answer["schemas"][schema_id("topics")]
    assert answer["verdicts"][0]["valid"] is None


def test_the_model_the_schema_and_ajv_give_one_verdict_on_every_nasty_value() -> None:
    """For each column and each value, all three accept or all three refuse."""
    cases = [
        (record, column, value, with_value(record, column.name, value))
        for record, column in COLUMNS
        for value in NASTY
    ]
    verdicts = ajv((schema_id(record.table), instance) for record, _, _, instance in cases)
    validators = {record.table: validator(record.table) for record in RECORDS}
    disagreements = [
        (record.table, column.name, value, model, schema, verdict["valid"])
        for (record, column, value, instance), verdict in zip(
            cases, verdicts["verdicts"], strict=True
        )
        if not (
            (model := accepted_by_model(record, instance))
            == (schema := validators[record.table].is_valid(instance))
            == verdict["valid"]
        )
    ]
    assert disagreements == []


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.table)
def test_a_text_may_be_as_long_as_is_said_and_no_longer(record: type[Record]) -> None:
    """Length is counted in characters by the model, by jsonschema and by Ajv."""
    limits = {
        column.name: column.kind.max_length or 0
        for column in record.columns()
        if isinstance(column.kind, Scalar) and column.kind.name in {"line", "text"}
    }
    cases = [
        with_value(record, name, "😀" * length)
        for name, limit in limits.items()
        for length in (limit, limit + 1)
    ]
    expected = [True, False] * len(limits)
    assert [accepted_by_model(record, one) for one in cases] == expected
    assert [validator(record.table).is_valid(one) for one in cases] == expected
    verdicts = ajv((schema_id(record.table), one) for one in cases)["verdicts"]
    assert [verdict["valid"] for verdict in verdicts] == expected


@pytest.mark.parametrize(
    ("name", "value", "valid"),
    [
        ("x_note", "text", True),
        ("x_note", 1.5, True),
        ("x_note", True, True),
        ("x_note", None, True),
        ("x_note", ["a"], False),
        ("x_note", {}, False),
        ("x_", "text", False),
        ("x_Note", "text", False),
        ("x_note\n", "text", False),
        ("y_note", "text", False),
        ("nmae", "text", False),
    ],
)
def test_of_other_columns_only_those_of_ones_own_are_taken(
    name: str, value: Any, valid: bool
) -> None:
    instance = example(TABLES["topics"]) | {name: value}
    assert accepted_by_model(TABLES["topics"], instance) is valid
    assert validator("topics").is_valid(instance) is valid
    assert ajv([(schema_id("topics"), instance)])["verdicts"][0]["valid"] is valid


@pytest.mark.parametrize(("record", "column"), COLUMNS, ids=lambda one: getattr(one, "name", ""))
def test_a_column_may_be_left_out_if_and_only_if_it_may_be_null(
    record: type[Record], column: Column
) -> None:
    without = {name: value for name, value in example(record).items() if name != column.name}
    for instance in (without, without | {column.name: None}):
        assert accepted_by_model(record, instance) is not column.required
        assert validator(record.table).is_valid(instance) is not column.required


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_whatever_the_value_the_schema_and_the_model_agree(data: st.DataObject) -> None:
    """Only a date can pass the schema's pattern and still be refused by the model."""
    record, column = data.draw(st.sampled_from(COLUMNS))
    pattern = getattr(column.kind, "text_pattern", None)
    value = data.draw(
        st.one_of(
            st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
            st.text(st.sampled_from("az09-/:*+_AZ.\n é২"), max_size=8),
            st.from_regex(pattern) if pattern else st.nothing(),
            st.integers(-(2**40), 2**40),
            st.floats(allow_nan=False, allow_infinity=False),
            st.booleans(),
        )
    )
    instance = with_value(record, column.name, value)
    model = accepted_by_model(record, instance)
    schema = validator(record.table).is_valid(instance)
    if getattr(column.kind, "base", "string") == "edtf":
        assert schema or not model
    else:
        assert schema is model


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.table)
def test_what_pydantic_says_of_a_model_is_of_one_mind_with_the_shipped_schema(
    record: type[Record],
) -> None:
    of_pydantic = Draft202012Validator(record.model_json_schema())
    for column in record.columns():
        for value in NASTY:
            instance = with_value(record, column.name, value)
            assert of_pydantic.is_valid(instance) is validator(record.table).is_valid(instance)
    for extra in ("x_note", "nmae"):
        instance = example(record) | {extra: "text"}
        assert of_pydantic.is_valid(instance) is validator(record.table).is_valid(instance)


def shipped() -> dict[str, list[dict[str, Any]]]:
    """The shipped facts as the JSON of a dataset."""
    dataset = {}
    for table in load_plan().tables.values():
        with (resource("datapackage") / "data" / f"{table.name}.csv").open(
            encoding="utf-8", newline=""
        ) as file:
            dataset[table.name] = [
                {name: _typed(table.by_name[name].base, cell) for name, cell in row.items() if cell}
                for row in csv.DictReader(file)
            ]
    return dataset


def _typed(base: str, cell: str) -> Any:
    return json.loads(cell) if base in {"integer", "number", "boolean"} else cell


def test_the_shipped_facts_are_a_valid_dataset_without_a_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every `$ref` resolves in the registry, and every shipped record passes its schema."""

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a schema was fetched")

    monkeypatch.setattr(socket, "socket", refuse)
    dataset = shipped()
    assert any(dataset.values())
    errors = validator("dataset").iter_errors(dataset)
    assert [(list(error.path), error.message) for error in errors] == []


def test_the_dataset_schema_looks_into_every_table() -> None:
    for record in RECORDS:
        assert validator("dataset").is_valid({record.table: [example(record)]})
        assert not validator("dataset").is_valid({record.table: [{}]})
        assert not validator("dataset").is_valid({record.table: example(record)})
    assert not validator("dataset").is_valid({"chipz": []})


def test_a_report_is_what_its_schema_says() -> None:
    finding = Finding(
        "ref/dangling", Severity.WARNING, "a message", count=2, places=(Place(2), Place(3, "a/b"))
    )
    report = Report((finding,), files=(FileSummary("chips.csv", "chips", 3),), seconds=0.25)
    told = json.loads(json.dumps(report.as_dict()))
    assert list(validator("report").iter_errors(told)) == []
    told["findings"][0]["places"][0]["cell"] = "A1"
    told["summary"]["files"] = -1
    del told["valid"]
    assert len(list(validator("report").iter_errors(told))) == 3


def test_the_catalog_tells_keys_units_references_and_definitions() -> None:
    catalog = json.loads((resource("schemas") / "catalog.json").read_text(encoding="utf-8"))
    tables = {table["name"]: table for table in catalog["tables"]}
    assert list(tables) == list(TABLES)
    for name, table in tables.items():
        columns = {column["name"]: column for column in table["columns"]}
        assert set(table["key"]) <= set(columns)
        assert table["schema"]["id"] == SCHEMAS[name]["$id"]
        assert (resource("schemas") / table["schema"]["file"]).is_file()
        assert set(columns) == set(SCHEMAS[name]["properties"])
        required = [column["name"] for column in columns.values() if column["required"]]
        assert required == SCHEMAS[name]["required"]
        for column in columns.values():
            if column["refersTo"]:
                assert tables[column["refersTo"]["table"]]["key"] == [column["refersTo"]["column"]]
    bandwidth = next(
        column for column in tables["chips"]["columns"] if column["name"] == "memory_bandwidth_gb_s"
    )
    assert bandwidth["unit"] == "GB/s"
    designer = next(
        column for column in tables["chips"]["columns"] if column["name"] == "designer_id"
    )
    assert designer["refersTo"] == {
        "table": "actors",
        "column": "id",
        "kinds": ["company", "university", "group"],
    }
    kind = next(column for column in tables["actors"]["columns"] if column["name"] == "kind")
    assert kind["definitions"]["person"] == "A human being."
