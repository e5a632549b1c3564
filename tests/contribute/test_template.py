"""What a contribution begins with: valid, marked as an example, and ready to be worked on."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from chippolicy import __version__, validate
from chippolicy.contribute.template import ExistingFilesError, init, template
from chippolicy.derive.plan import load_plan
from chippolicy.findings import Severity
from chippolicy.formats.cells import decode
from chippolicy.rules.examples import MARK
from tests.contribute.package import state
from tests.small import write_csv

PLAN = load_plan().tables


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    import csv

    with (folder / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        return [
            {name: decode(PLAN[table].by_name[name].base, text) for name, text in row.items()
             if name != MARK.column and text}
            for row in csv.DictReader(file)
        ]  # fmt: skip


@pytest.mark.parametrize("tables", [*((name,) for name in PLAN), tuple(PLAN)], ids="+".join)
def test_examples_are_valid_and_known_as_such(tables: tuple[str, ...], tmp_path: Path) -> None:
    """For any choice of tables nothing is wrong but that each row is an example: that is told
    once a file, as a warning, and says what to do next."""
    folder = tmp_path / "it"
    init(folder, tables)
    report = validate(folder)
    assert {(one.code, one.severity) for one in report} == {("key/example", Severity.WARNING)}
    assert [Path(one.path or "").stem for one in report] == sorted(report.tables)
    assert sum(one.count for one in report) == report.rows
    assert all("run `chippolicy validate` again" in (one.hint or "") for one in report)
    assert report.valid
    assert set(tables) <= set(report.tables)


def test_an_example_is_known_until_it_is_replaced(tmp_path: Path) -> None:
    """Without the column that marks it its id does, with another id the column; without both it
    is a record like any other."""
    told = []
    for id, mark in (("example-topic", ""), ("mine", "an example"), ("mine", "")):
        write_csv(tmp_path / "topics.csv", [["id", "title", MARK.column], [id, "A topic", mark]])
        told.append([one.code for one in validate(tmp_path)])
    write_csv(tmp_path / "topics.csv", [["id", "title"], ["example-topic", "A topic"]])
    told.append([one.code for one in validate(tmp_path)])
    assert told == [["key/example"], ["key/example"], [], ["key/example"]]


def test_the_editor_can_check_and_complete(tmp_path: Path) -> None:
    """Each schema that the settings name is there, resolves beside it, and takes the examples."""
    init(tmp_path, ["events", "chips"])
    settings = json.loads((tmp_path / ".vscode/settings.json").read_text())
    urls = {one["url"]: one["fileMatch"] for one in settings["json.schemas"]}
    assert urls.keys() == settings["yaml.schemas"].keys()
    schemas = (tmp_path / "schemas").resolve()

    def retrieve(uri: str) -> Resource[Any]:
        # As an editor does: by where the file is, and from no network.
        assert uri.startswith(schemas.as_uri())
        contents = json.loads(Path(uri.removeprefix("file://")).read_text())
        contents.pop("$id", None)
        return Resource.from_contents(contents, default_specification=DRAFT202012)

    registry: Registry[Any] = Registry(retrieve=retrieve)  # type: ignore[call-arg]
    tables = ("sources", "chips", "events", "citations")
    assert len(urls) == len(tables) + 1
    for url in urls:
        file = (tmp_path / url).resolve()
        validator = Draft202012Validator({"$ref": file.as_uri()}, registry=registry)
        dataset = {name: rows(tmp_path, name) for name in tables}
        value = dataset if file.parent == schemas else dataset[file.name.partition(".")[0]]
        validator.validate(value)
        assert list(validator.iter_errors("neither")) != []


def test_the_dictionary_has_the_tables_chosen() -> None:
    """It tells of the chosen tables and those they need, and of no other."""
    text = template(["event_chips"])["DICTIONARY.md"]
    assert [name for name in PLAN if f"- Table: `{name}`" in text] == [
        "sources", "events", "event_chips", "citations",
    ]  # fmt: skip
    assert "#kind-" in text
    for anchor in {part.partition(")")[0] for part in text.split("](#")[1:]}:
        assert f'<a id="{anchor}"></a>' in text


def test_workflow_and_hook_ask_for_this_version() -> None:
    """The files for GitHub and pre-commit are YAML, and install the version that wrote them."""
    files = template()
    yaml = import_module("yaml")
    steps = yaml.safe_load(files[".github/workflows/validate.yml"])["jobs"]["validate"]["steps"]
    assert any(f"chippolicy=={__version__}" in step.get("run", "") for step in steps)
    ((hook,),) = (
        repo["hooks"] for repo in yaml.safe_load(files[".pre-commit-config.yaml"])["repos"]
    )
    assert hook["additional_dependencies"] == [f"chippolicy=={__version__}"]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """Where one file is there already none is written, and all that are there are named."""
    (tmp_path / "events.csv").write_text("mine\n")
    (tmp_path / ".vscode").mkdir()
    (tmp_path / ".vscode" / "settings.json").write_text("{}")
    before = state(tmp_path)
    with pytest.raises(ExistingFilesError) as caught:
        init(tmp_path)
    assert sorted(path.name for path in caught.value.paths) == ["events.csv", "settings.json"]
    assert state(tmp_path) == before


def test_files_of_ones_own_do_not_stand_in_the_way(tmp_path: Path) -> None:
    """A folder may have other files: they stay."""
    (tmp_path / "notes.txt").write_text("mine\n")
    init(tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine\n"
