"""The records as a whole: what their definitions promise each other."""

from __future__ import annotations

from collections import defaultdict

import pytest
from pydantic import ValidationError

from chippolicy import records
from chippolicy.records import RECORDS, TABLES, Column, Record, Scalar, Term

COLUMNS = [(record, column) for record in RECORDS for column in record.columns()]
IDS = [f"{record.table}.{column.name}" for record, column in COLUMNS]

# Enumerations of their own table: the same name, the same question, other answers.
ENUMERATED = {"kind", "role", "relation"}
# Numbers without a unit: two count, one is in the unit of its metric.
UNITLESS = {"citations.n", "measure_criteria.clause", "measure_criteria.value"}

every_column = pytest.mark.parametrize(("record", "column"), COLUMNS, ids=IDS)


def test_every_record_class_is_in_the_registry_once_and_under_its_name() -> None:
    classes = {
        value
        for value in vars(records).values()
        if isinstance(value, type) and issubclass(value, Record) and value is not Record
    }
    assert classes == set(Record.__subclasses__()) == set(RECORDS)
    assert len(RECORDS) == len(TABLES)
    assert all(record.table == name for name, record in TABLES.items())


def test_two_fields_of_one_name_are_of_one_kind_and_unit() -> None:
    meanings = defaultdict(set)
    for _, column in COLUMNS:
        meanings[column.name].add((column.kind, column.unit))
    different = {name for name, found in meanings.items() if len(found) > 1}
    assert different == ENUMERATED
    for name in ENUMERATED:
        assert all(not isinstance(kind, Scalar) for kind, _ in meanings[name])


def test_two_fields_of_one_name_refer_to_one_table() -> None:
    """A reference to the record's own table counts as one target: its own."""
    targets = defaultdict(set)
    for record, column in COLUMNS:
        table = column.ref.table if column.ref else None
        targets[column.name].add("its own" if table == record.table else table)
    assert {name: found for name, found in targets.items() if len(found) > 1} == {}


def test_two_enumerations_are_not_one_under_two_names() -> None:
    by_members = defaultdict(set)
    for _, column in COLUMNS:
        if not isinstance(column.kind, Scalar):
            by_members[frozenset(column.kind.definitions())].add(column.kind)
    assert [kinds for kinds in by_members.values() if len(kinds) > 1] == []


@every_column
def test_a_reference_names_a_table_with_a_key_of_one_column(
    record: type[Record], column: Column
) -> None:
    if column.ref is None:
        assert not column.name.endswith("_id") or column.name == "wikidata_id"
        return
    target = TABLES[column.ref.table]
    assert len(target.key) == 1
    (key,) = (other for other in target.columns() if other.name == target.key[0])
    assert column.kind is key.kind, "a reference is written as the key it names"
    if column.ref.kinds:
        (kind,) = (other.kind for other in target.columns() if other.name == "kind")
        assert not isinstance(kind, Scalar)
        assert set(column.ref.kinds) <= set(kind.definitions())


@every_column
def test_a_field_is_described_in_a_sentence(record: type[Record], column: Column) -> None:
    assert column.description.endswith(".")
    assert len(column.description.split()) >= 2
    assert column.description == " ".join(column.description.split())


@every_column
def test_a_field_has_an_example_that_validates(record: type[Record], column: Column) -> None:
    instance = {other.name: other.example for other in record.columns()}
    assert column.example is not None
    record.model_validate(instance)
    with pytest.raises(ValidationError) as caught:
        record.model_validate(instance | {column.name: [column.example]})
    assert [error["loc"][0] for error in caught.value.errors()] == [column.name]


@every_column
def test_a_number_has_a_unit_and_nothing_else_does(record: type[Record], column: Column) -> None:
    numeric = isinstance(column.kind, Scalar) and column.kind.base in {"integer", "number"}
    expected = numeric and f"{record.table}.{column.name}" not in UNITLESS
    assert (column.unit is not None) is expected


@every_column
def test_a_member_of_an_enumeration_has_a_definition_of_its_own(
    record: type[Record], column: Column
) -> None:
    if isinstance(column.kind, Scalar):
        return
    assert issubclass(column.kind, Term)
    definitions = column.kind.definitions()
    assert len(definitions) == len(set(definitions.values())) > 1
    for code, definition in definitions.items():
        assert definition.endswith(".")
        assert code == code.strip().lower()


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.table)
def test_a_key_is_of_required_columns_that_come_first(record: type[Record]) -> None:
    names = [column.name for column in record.columns()]
    assert tuple(names[: len(record.key)]) == record.key
    assert all(column.required for column in record.columns() if column.name in record.key)
    assert record.label is None or record.label in names
    assert (record.__doc__ or "").rstrip().endswith(".")


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.table)
def test_no_column_looks_like_a_contributors_own(record: type[Record]) -> None:
    assert not any(column.name.startswith("x_") for column in record.columns())
