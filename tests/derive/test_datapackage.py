"""The data package's descriptor: valid under both profiles, and read by frictionless."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dplib import settings
from jsonschema.validators import validator_for

from chippolicy._resources import resource
from chippolicy.derive.datapackage import datapackage
from chippolicy.derive.json_schema import example
from chippolicy.derive.table_schema import table_schema
from chippolicy.records import RECORDS, TABLES, Record

DESCRIPTOR: dict[str, Any] = json.loads(
    (resource("datapackage") / "datapackage.json").read_text(encoding="utf-8")
)


def parts() -> Iterator[tuple[str, Any]]:
    """The descriptor's parts with the profile of each; the package's looks into none of them."""
    yield "datapackage", DESCRIPTOR
    for told in DESCRIPTOR["resources"]:
        yield "dataresource", told
        yield "tableschema", told["schema"]
        yield "tabledialect", told["dialect"]


def profile_errors(version: str, name: str, descriptor: Any) -> list[str]:
    # The profiles come with dplib; its own look-up asks the network for them.
    file = Path(settings.PROFILE_BASEDIR) / version / f"{name}.json"
    profile = json.loads(file.read_text(encoding="utf-8"))
    validator = validator_for(profile)
    errors = validator(profile, format_checker=validator.FORMAT_CHECKER).iter_errors(descriptor)
    return [f"{name} {list(error.path)}: {error.message}" for error in errors]


def cell(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def write_table(record: type[Record], folder: Path, rows: list[dict[str, Any]]) -> None:
    with (folder / "data" / f"{record.table}.csv").open("w", encoding="utf-8", newline="") as file:
        names = [column.name for column in record.columns()]
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: cell(value) for name, value in row.items()} for row in rows)


def describe(folder: Path) -> Path:
    file = folder / "datapackage.json"
    file.write_text(json.dumps(datapackage(folder), ensure_ascii=False), encoding="utf-8")
    return file


def frictionless(file: Path) -> list[dict[str, Any]]:
    """The errors `frictionless validate` finds, with the table's name in `table`."""
    done = subprocess.run(
        [sys.executable, "-m", "frictionless", "validate", "--json", file.name],
        cwd=file.parent,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    report = json.loads(done.stdout)
    assert done.returncode == (0 if report["valid"] else 1)
    found = [
        error | {"table": task["name"]} for task in report["tasks"] for error in task["errors"]
    ]
    return found + [error | {"table": None} for error in report["errors"]]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package of one record in each table, every reference of which resolves."""
    (tmp_path / "data").mkdir()
    for record in RECORDS:
        row = example(record)
        for column in record.columns():
            if column.ref:
                row[column.name] = TABLES[column.ref.table].columns()[0].example
        write_table(record, tmp_path, [row])
    return tmp_path


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_the_descriptor_is_valid_under_the_profile(version: str) -> None:
    errors = [error for name, part in parts() for error in profile_errors(version, name, part)]
    assert errors == []


@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("datapackage", {"resources": []}),
        ("dataresource", {"name": "a", "path": "../a.csv", "hash": "sha256:xyz"}),
        ("tableschema", {"fields": [{"name": "a", "type": "string"}], "foreignKeys": []}),
    ],
)
def test_the_profile_refuses_what_is_broken(version: str, name: str, broken: Any) -> None:
    """The check above can fail: the profiles that come with dplib say something."""
    assert profile_errors(version, name, broken)


def test_the_descriptor_tells_what_the_package_is() -> None:
    assert [told["name"] for told in DESCRIPTOR["resources"]] == list(TABLES)
    assert DESCRIPTOR["licenses"][0]["name"] == "CC-BY-4.0"
    assert DESCRIPTOR["created"].endswith("T00:00:00Z")
    with (resource("datapackage") / "data" / "sources.csv").open(encoding="utf-8") as file:
        register = [row["title"] for row in csv.DictReader(file)]
    assert [source["title"] for source in DESCRIPTOR["sources"]] == register


def test_frictionless_finds_the_shipped_package_valid() -> None:
    assert frictionless(resource("datapackage") / "datapackage.json") == []


def test_frictionless_finds_a_package_of_the_examples_valid(package: Path) -> None:
    assert frictionless(describe(package)) == []


@pytest.mark.parametrize(
    ("table", "column", "value", "code"),
    [
        ("chips", "designer_id", "nvida", "foreign-key"),
        ("chips", "variant_of_id", "nvidia-h1000", "foreign-key"),
        ("chips", "id", "Nvidia H20", "constraint-error"),
        ("chips", "name", "", "constraint-error"),
        ("chips", "memory_gb", "lots", "type-error"),
        ("chips", "memory_gb", "0", "constraint-error"),
        ("chips", "datacenter", "TRUE", "type-error"),
        ("chips", "announced", "8/11/2025", "constraint-error"),
        ("actors", "kind", "persom", "constraint-error"),
        ("actors", "country", "XX", "constraint-error"),
        ("citations", "n", "0", "constraint-error"),
        ("citations", "n", "1.5", "type-error"),
        ("topics", "title", "a" * 1001, "constraint-error"),
    ],
)
def test_frictionless_finds_what_the_table_schemas_forbid(
    package: Path, table: str, column: str, value: str, code: str
) -> None:
    row = example(TABLES[table])
    for other in TABLES[table].columns():
        if other.ref:
            row[other.name] = TABLES[other.ref.table].columns()[0].example
    write_table(TABLES[table], package, [row | {column: value}])
    errors = [error for error in frictionless(describe(package)) if error["table"] == table]
    assert code in {error["type"] for error in errors}


def test_frictionless_finds_a_key_that_is_there_twice(package: Path) -> None:
    write_table(TABLES["topics"], package, [example(TABLES["topics"])] * 2)
    assert [error["type"] for error in frictionless(describe(package))] == ["primary-key"]


def test_frictionless_holds_the_files_to_their_bytes_and_hash(tmp_path: Path) -> None:
    folder = tmp_path / "datapackage"
    shutil.copytree(resource("datapackage"), folder)
    file = folder / "data" / "sources.csv"
    content = file.read_text(encoding="utf-8")
    file.write_text(content.replace("a", "e", 1), encoding="utf-8", newline="\n")
    assert "hash-count" in {error["type"] for error in frictionless(folder / "datapackage.json")}
    file.write_text(content + "\n", encoding="utf-8", newline="\n")
    assert "byte-count" in {error["type"] for error in frictionless(folder / "datapackage.json")}


def test_a_missing_table_is_no_package(package: Path) -> None:
    (package / "data" / "chips.csv").unlink()
    with pytest.raises(FileNotFoundError):
        datapackage(package)


def test_a_table_schema_is_what_the_record_says() -> None:
    schema = table_schema(TABLES["chips"])
    fields = {field["name"]: field for field in schema["fields"]}
    assert schema["primaryKey"] == ["id"]
    assert {"fields": ["variant_of_id"], "reference": {"resource": "", "fields": ["id"]}} in schema[
        "foreignKeys"
    ]
    assert fields["memory_gb"]["type"] == "number"
    assert fields["memory_gb"]["constraints"] == {"exclusiveMinimum": 0}
    assert fields["datacenter"]["trueValues"] == ["true"]
    assert fields["datacenter"]["example"] == "true"
    assert fields["announced"]["type"] == "string"
    assert fields["designer_id"]["description"].endswith(
        "Refers to: actors.id (kind company, university or group)."
    )
    assert "foreignKeys" not in table_schema(TABLES["topics"])
