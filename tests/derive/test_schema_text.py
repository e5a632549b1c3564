"""`schema_text`: a definition in any of its languages, each checked by a reader of its own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from chippolicy._resources import resource
from chippolicy.derive import SCHEMA_KINDS, UnknownTableError, load_plan, schema_text
from chippolicy.derive.json_schema import example
from chippolicy.derive.plan import PLAN_FILE
from chippolicy.records import RECORDS, TABLES, Record, Scalar
from tests.node.tools import tsc

every_record = pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.table)


@pytest.mark.parametrize("kind", SCHEMA_KINDS)
@pytest.mark.parametrize("table", [None, *TABLES])
def test_every_table_is_told_in_every_language(table: str | None, kind: str) -> None:
    text = schema_text(table, kind)
    assert text.endswith("\n")
    names = [column.name for column in TABLES[table].columns()] if table else list(TABLES)
    assert all(name in text for name in names)
    if kind not in {"sql", "typescript"}:
        json.loads(text)


def test_a_json_schema_is_the_shipped_file() -> None:
    for table in [*TABLES, "dataset", "report"]:
        file = resource("schemas") / f"{table}.schema.json"
        assert schema_text(table) == file.read_text(encoding="utf-8")
    assert schema_text() == schema_text("dataset")


def test_table_schemas_are_those_of_the_shipped_package() -> None:
    package = json.loads((resource("datapackage") / "datapackage.json").read_text("utf-8"))
    schemas = {told["name"]: told["schema"] for told in package["resources"]}
    assert json.loads(schema_text(kind="table-schema")) == schemas
    assert json.loads(schema_text("chips", "table-schema")) == schemas["chips"]


def test_an_unknown_table_is_an_error_that_knows_the_tables() -> None:
    with pytest.raises(UnknownTableError, match="no table is called 'chip'") as caught:
        schema_text("chip", "sql")
    assert caught.value.table == "chip"
    assert caught.value.known == tuple(TABLES)
    with pytest.raises(UnknownTableError):
        schema_text("report", "sql")


def test_an_unknown_kind_is_an_error_that_names_the_kinds() -> None:
    with pytest.raises(ValueError, match="json-schema, table-schema, sql, typescript, llm"):
        schema_text("chips", "xsd")


def test_a_json_schema_is_told_without_pydantic() -> None:
    program = (
        "import sys; from chippolicy.derive import schema_text; schema_text('chips'); "
        "sys.exit('pydantic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


# TypeScript


def test_typescript_compiles_takes_the_examples_and_refuses_what_is_wrong(
    tmp_path: Path,
) -> None:
    """Each line marked as an error must be one, or the compiler says so."""
    right = [
        f"const {record.table}: {record.__name__} = {json.dumps(example(record))};"
        for record in RECORDS
    ]
    wrong = [
        'const a: Topic = { id: "a" };',
        'const b: Topic = { id: "a", title: null };',
        'const c: Topic = { id: "a", title: "A", nmae: "b" };',
        'const d: Actor = { id: "a", kind: "persom", name: "A" };',
        'const e: Criterion = { ...measure_criteria, value: "4800" };',
        "const f: Dataset = { topics: {} };",
    ]
    own = 'const own: Topic = { id: "a", title: "A", summary: null, x_note: "mine" };'
    lines = [schema_text(kind="typescript"), *right, own, "const all: Dataset = { topics: [own] };"]
    lines += [f"// @ts-expect-error\n{line}" for line in wrong]
    file = tmp_path / "all.ts"
    file.write_text("\n".join(lines), encoding="utf-8")
    assert tsc(file) == ""


def test_typescript_of_one_table_stands_alone(tmp_path: Path) -> None:
    for table in ("chips", "citations", "policy_measures"):
        (tmp_path / f"{table}.ts").write_text(schema_text(table, "typescript"), encoding="utf-8")
    imports = [f'export * as {table} from "./{table}";' for table in ("chips", "citations")]
    (tmp_path / "index.ts").write_text("\n".join(imports), encoding="utf-8")
    assert tsc(tmp_path / "index.ts") == ""
    assert "Actor" not in schema_text("chips", "typescript")


def test_no_two_types_have_one_name() -> None:
    names = re.findall(r"^export (?:type|interface) (\w+)", schema_text(kind="typescript"), re.M)
    assert len(names) == len(set(names)) > len(RECORDS)


# What language models are held to: the limits are in test_llm_limits


@every_record
def test_a_language_models_schema_takes_the_example_and_a_null_where_it_may_be(
    record: type[Record],
) -> None:
    validator = Draft202012Validator(json.loads(schema_text(record.table, "llm")))
    assert validator.is_valid(example(record))
    for column in record.columns():
        assert validator.is_valid(example(record) | {column.name: None}) is not column.required
    assert not validator.is_valid(example(record) | {"x_note": "mine"})
    whole = Draft202012Validator(json.loads(schema_text(kind="llm")))
    empty: dict[str, Any] = {table: [] for table in TABLES}
    assert whole.is_valid(empty | {record.table: [example(record)]})
    assert not whole.is_valid({record.table: [example(record)]})


# The plan and the dictionary


def test_the_plan_says_what_the_records_say() -> None:
    plan = load_plan()
    assert tuple(plan.tables) == tuple(TABLES)
    for record in RECORDS:
        table = plan.tables[record.table]
        assert (table.key, table.cited, table.label) == (record.key, record.cited, record.label)
        assert table.names == tuple(column.name for column in record.columns())
        for column in record.columns():
            planned = table.by_name[column.name]
            assert planned.required is column.required
            assert planned.ref_table == (column.ref.table if column.ref else None)
            if not isinstance(column.kind, Scalar):
                assert planned.members == tuple(column.kind.definitions())
    assert PLAN_FILE.is_file()


def test_the_dictionary_tells_every_column_and_every_link_in_it_leads_somewhere() -> None:
    file = Path(__file__).parents[2] / "docs" / "data-dictionary.md"
    text = file.read_text(encoding="utf-8")
    for record in RECORDS:
        section = text.split(f'<a id="{record.table}"></a>')[1].split('<a id="')[0]
        for column in record.columns():
            assert f"| `{column.name}` |" in section
            assert column.description.split("|")[0] in section
            if not isinstance(column.kind, Scalar):
                for code, definition in column.kind.definitions().items():
                    assert f"- `{code}`: {definition}" in section
    targets = set(re.findall(r"\(#([\w-]+)\)", text))
    assert targets == set(re.findall(r'<a id="([\w-]+)"></a>', text))
    widths = {line.replace("\\|", "").count("|") for line in text.splitlines() if line[:1] == "|"}
    assert widths == {6}, "every row of every table has five cells"
