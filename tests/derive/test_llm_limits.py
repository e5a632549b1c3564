"""What language models are held to: one test for each limit that a provider states."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from chippolicy.cli.app import app
from chippolicy.derive import schema_text
from chippolicy.derive.json_schema import example
from chippolicy.derive.llm_limits import LONG_ENUM, PROVIDERS, Limit, Provider, excesses, nodes
from chippolicy.records import TABLES

Schema = dict[str, Any]
# None is all tables; one table's schema is that of its record.
SELECTIONS: list[tuple[str, ...]] = [(), *((table,) for table in TABLES)]
SEVERAL = [
    ("events", "event_actors", "event_chips", "citations"),
    ("chips", "chip_throughput"),
    ("statements", "statement_actors", "statement_subjects", "citations"),
    ("policies", "policy_actors", "policy_relations", "citations"),
]
"""Selections that the guide speaks of: within every limit."""
OF_ALL = pytest.mark.parametrize("selection", SELECTIONS + SEVERAL, ids="+".join)
LIMITS = [(provider, limit) for provider in PROVIDERS for limit in provider.limits]
EACH = pytest.mark.parametrize(
    ("provider", "limit"), LIMITS, ids=[f"{p.name}-{limit.of}" for p, limit in LIMITS]
)


def schema_of(selection: Sequence[str]) -> Schema:
    schema: Schema = json.loads(schema_text(selection, "llm"))
    return schema


def broken(selection: Sequence[str]) -> list[tuple[str, str]]:
    return [(one.provider.name, one.limit.of) for one in excesses(schema_of(selection))]


@OF_ALL
@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
def test_only_keywords_that_the_provider_takes(
    selection: tuple[str, ...], provider: Provider
) -> None:
    for node, _ in nodes(schema_of(selection)):
        assert set(node) <= provider.keywords


@OF_ALL
def test_all_properties_are_required_and_there_are_no_others(selection: tuple[str, ...]) -> None:
    """What OpenAI asks of every object, and Anthropic of its closing."""
    assert [provider.name for provider in PROVIDERS if provider.all_required] == ["OpenAI"]
    assert [provider.name for provider in PROVIDERS if provider.closed] == ["OpenAI", "Anthropic"]
    for node, _ in nodes(schema_of(selection)):
        if node.get("type") == "object":
            assert node["required"] == list(node["properties"])
            assert node["additionalProperties"] is False


@OF_ALL
def test_the_root_is_an_object_and_no_choice(selection: tuple[str, ...]) -> None:
    """OpenAI refuses `anyOf` at the root; none takes what refers outside or to itself."""
    schema = schema_of(selection)
    Draft202012Validator.check_schema(schema)
    assert schema["type"] == "object"
    assert "anyOf" not in schema
    assert not any("$ref" in node for node, _ in nodes(schema))


@OF_ALL
def test_codes_are_plain_texts(selection: tuple[str, ...]) -> None:
    """Anthropic takes no objects or lists among the members of an enumeration."""
    for node, _ in nodes(schema_of(selection)):
        assert all(isinstance(member, str) for member in node.get("enum", ()))


@EACH
@OF_ALL
def test_a_limit_is_kept(selection: tuple[str, ...], provider: Provider, limit: Limit) -> None:
    """Each limit on size holds for every table and for usual selections; for all, but one."""
    over = (provider.name, limit.of) in broken(selection)
    assert over is (selection == () and (provider.name, limit.of) == ("Anthropic", "unions"))


@given(st.lists(st.sampled_from(list(TABLES)), min_size=2, unique=True))
def test_a_selection_is_too_large_only_by_its_fields_that_may_be_null(
    selection: list[str],
) -> None:
    """Any selection of tables is within all limits but Anthropic's 16 fields that may be null."""
    nullable = sum(not column.required for table in selection for column in TABLES[table].columns())
    (most,) = (limit.most for _, limit in LIMITS if limit.of == "unions")
    assert most == 16
    assert broken(selection) == ([("Anthropic", "unions")] if nullable > most else [])


# The limits themselves can be broken: each by a schema that has just one too many.


def _object(properties: dict[str, Schema], required: Sequence[str] | None = None) -> Schema:
    names = list(properties) if required is None else list(required)
    return {
        "type": "object", "properties": properties, "required": names,
        "additionalProperties": False,
    }  # fmt: skip


def _deep(levels: int) -> Schema:
    schema: Schema = {"type": "string"}
    for _ in range(levels - 1):
        schema = {"type": "array", "items": schema}
    return schema


TEXT: Schema = {"type": "string"}
OF_SIZE: dict[str, Callable[[int], Schema]] = {
    "properties": lambda size: _object({f"p{n}": TEXT for n in range(size)}),
    "depth": _deep,
    "name characters": lambda size: _object({"p" * (size - 3): {"enum": ["abc"]}}),
    "enum members": lambda size: _object(
        {f"p{n}": {"enum": [f"{n}{m}" for m in range(size // 10)]} for n in range(10)}
        | {"rest": {"enum": [f"r{n}" for n in range(size % 10)]}}
    ),
    "long enum characters": lambda size: {
        "enum": [*("a" for _ in range(LONG_ENUM)), "b" * (size - LONG_ENUM)]
    },
    "unions": lambda size: _object(
        {f"p{n}": {"anyOf": [TEXT]} if n % 2 else {"type": ["string", "null"]} for n in range(size)}
    ),
    "optional": lambda size: _object({f"p{n}": TEXT for n in range(size + 3)}, ["p0", "p1", "p2"]),
}


@EACH
def test_a_limit_can_be_broken(provider: Provider, limit: Limit) -> None:
    """A schema of exactly a limit's size is taken, and one of one more is told."""

    def over(size: int) -> list[tuple[str, str, int]]:
        found = excesses(OF_SIZE[limit.of](size))
        return [(one.provider.name, one.limit.of, one.size) for one in found]

    told = (provider.name, limit.of, limit.most + 1)
    assert told in over(limit.most + 1)
    assert limit.of not in {of for _, of, _ in over(limit.most)}


# On the command line


def test_several_tables_are_one_object_with_a_list_for_each() -> None:
    result = CliRunner().invoke(app, ["schema", "--kind", "llm", "citations", "events"])
    assert (result.exit_code, result.stderr) == (0, "")
    schema = json.loads(result.stdout)
    assert list(schema["properties"]) == ["events", "citations"]
    answer = {table: [example(TABLES[table])] for table in schema["properties"]}
    validator = Draft202012Validator(schema)
    assert validator.is_valid(answer)
    assert not validator.is_valid({**answer, "chips": []})
    assert not validator.is_valid({"events": []})


def test_the_command_says_which_limit_a_schema_goes_beyond() -> None:
    for arguments in ([], list(TABLES)):
        result = CliRunner().invoke(app, ["schema", "--kind", "llm", *arguments])
        assert result.exit_code == 0
        (excess,) = excesses(json.loads(result.stdout))
        assert result.stderr == f"note: {excess}; name fewer tables at a time\n"
        assert "Anthropic takes 16 (https://" in result.stderr


def test_other_kinds_take_one_table() -> None:
    result = CliRunner().invoke(app, ["schema", "--kind", "sql", "chips", "events"])
    assert result.exit_code == 2
    assert "the kind sql takes one table, or all; llm takes several" in result.stderr
    with pytest.raises(ValueError, match="llm takes several"):
        schema_text(["chips", "events"], "typescript")
