"""Beginning a contribution: a folder with tables, examples, a dictionary, and checks set up."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from chippolicy._resources import resource
from chippolicy._version import __version__
from chippolicy.contribute.switch import write_file
from chippolicy.derive.plan import TablePlan, load_plan
from chippolicy.formats.cells import encode
from chippolicy.formats.csv import written
from chippolicy.formats.opening import SUFFIXES
from chippolicy.rules.examples import MARK

DEFAULT_TABLES = ("sources", "events", "event_actors", "citations")
"""What is begun with where no tables are named: what happened, by whom, and who says so."""

_TOLD = "an example: replace this row, then leave this cell blank"
# Where the examples of the dictionary, each good by itself, do not go together in one row.
_INSTEAD: Mapping[tuple[str, str], Any] = {
    ("sources", "published"): "2025-08-14",
    ("events", "date"): "2023-11-09",
    ("country_groups", "country"): "IS",
    ("redirects", "old"): f"chips/{MARK.prefix}retired-chip",
}
_LEFT_BLANK = frozenset({"derivation", "wikidata_id", "end", "ended"})


class ExistingFilesError(Exception):
    """Files that would be overwritten; `paths` names them."""

    def __init__(self, paths: Sequence[Path]) -> None:
        super().__init__(f"there already: {', '.join(map(str, paths))}")
        self.paths = tuple(paths)


def init(folder: Path, tables: Collection[str] = DEFAULT_TABLES) -> tuple[Path, ...]:
    """Write the files of a contribution that is begun, and give their paths.

    Tables that a chosen one cannot do without are added: events where it tells of events,
    citations and sources where its rows are cited. Raises
    ExistingFilesError, with nothing written, where a file is there already; KeyError for a table
    there is not; OSError where the folder cannot be written.
    """
    files = template(tables)
    existing = [folder / name for name in files if (folder / name).exists()]
    if existing:
        raise ExistingFilesError(existing)
    for name, text in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        write_file(target, text.encode())
    return tuple(folder / name for name in files)


def template(tables: Collection[str] = DEFAULT_TABLES) -> dict[str, str]:
    """The files of a contribution that is begun: their text by path."""
    from chippolicy.derive.dictionary import dictionary

    plans = _chosen(tables)
    names = [plan.name for plan in plans]
    return {
        "README.md": _readme(plans),
        **{f"{plan.name}.csv": text for plan, text in zip(plans, _tables(plans), strict=True)},
        "DICTIONARY.md": dictionary(names),
        ".vscode/settings.json": _json(_settings(names)),
        ".pre-commit-config.yaml": _PRE_COMMIT.format(version=__version__, kinds=_kinds()),
        ".github/workflows/validate.yml": _WORKFLOW.format(version=__version__),
        "schemas/dataset.schema.json": _json(_dataset_schema(names)),
        **{f"schemas/{name}.schema.json": _schema(name) for name in names},
        **{f"schemas/lists/{name}.schema.json": _json(_list_schema(name)) for name in names},
    }


def _chosen(tables: Collection[str]) -> list[TablePlan]:
    """The tables in reading order, with those that the chosen ones cannot do without."""
    plans = load_plan().tables
    wanted = {plans[name].name for name in tables}
    # What a row is a part of: the event of an actor in it, the measure of a destination.
    for plan in reversed(plans.values()):
        if plan.name in wanted and (owner := plan.by_name[plan.key[0]].ref_table):
            wanted.add(owner)
    if any(plans[name].cited for name in wanted):
        wanted |= {"citations"}
    if wanted & {"citations", "country_groups"}:
        wanted |= {"sources"}
    return [plan for plan in plans.values() if plan.name in wanted]


def _tables(plans: Sequence[TablePlan]) -> Iterator[str]:
    rows = {plan.name: _row(plan, plans) for plan in plans if plan.name != "citations"}
    for plan in plans:
        own = (
            [_row(plan, plans) | {"record": record, "field": "*"} for record in _cited(plans, rows)]
            if plan.name == "citations"
            else [rows[plan.name]]
        )
        header = (*plan.names, MARK.column)
        yield written(
            header,
            ([encode((row | {MARK.column: _TOLD}).get(name)) for name in header] for row in own),
        )


def _cited(plans: Sequence[TablePlan], rows: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The references of the example rows that need a citation; one to show where none does."""
    found = [
        f"{plan.name}/{'+'.join(encode(rows[plan.name][part]) for part in plan.key)}"
        for plan in plans
        if plan.cited
    ]
    return sorted(found) or ["chips/nvidia-h20"]


def _row(plan: TablePlan, plans: Sequence[TablePlan]) -> dict[str, Any]:
    """The example row of a table: its columns' examples, its references to other example rows."""
    from chippolicy.records import TABLES

    there = {other.name for other in plans if other.key == ("id",)}
    row: dict[str, Any] = {}
    for column in TABLES[plan.name].columns():
        place = (plan.name, column.name)
        if place in _INSTEAD:
            row[column.name] = _INSTEAD[place]
        elif column.name == "id":
            row["id"] = _example_id(plan.name)
        elif column.ref is not None:
            if column.required:
                ours = _example_id(column.ref.table)
                fits = column.ref.table in there and _fits(column.ref.kinds)
                # Nothing relates to itself: a second reference leads to a record that is shipped.
                row[column.name] = ours if fits and ours not in row.values() else column.example
        elif column.name == "record" and plan.name != "citations":
            row["record"] = next(
                (f"{name}/{_example_id(name)}" for name in ("chips", "events") if name in there),
                column.example,
            )
        elif column.name not in _LEFT_BLANK:
            row[column.name] = column.example
    return row


def _fits(kinds: Sequence[str]) -> bool:
    """Whether the example of an actor, a company, is of one of some kinds; none means any."""
    return not kinds or "company" in kinds


def _example_id(table: str) -> str:
    return MARK.prefix + {
        "policies": "policy", "policy_measures": "measure",
    }.get(table, table.removesuffix("s").replace("_", "-"))  # fmt: skip


def _schema(name: str) -> str:
    return (resource("schemas") / f"{name}.schema.json").read_text(encoding="utf-8")


def _dataset_schema(names: Sequence[str]) -> dict[str, Any]:
    # With references to the files beside it, which an editor resolves without a network.
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Dataset",
        "description": "Records by table. A table without records may be left out.",
        "type": "object",
        "properties": {
            name: {"type": "array", "items": {"$ref": f"{name}.schema.json"}} for name in names
        },
        "additionalProperties": False,
    }


def _list_schema(name: str) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"A list of {name}",
        "type": "array",
        "items": {"$ref": f"../{name}.schema.json"},
    }


def _settings(names: Sequence[str]) -> dict[str, Any]:
    schemas = {
        "dataset": "./schemas/dataset.schema.json",
        **{name: f"./schemas/lists/{name}.schema.json" for name in names},
    }
    return {
        "files.encoding": "utf8",
        "files.eol": "\n",
        "files.autoGuessEncoding": False,
        "json.schemas": [
            {"fileMatch": [f"/{name}.json"], "url": url} for name, url in schemas.items()
        ],
        "yaml.schemas": {url: [f"/{name}.yaml", f"/{name}.yml"] for name, url in schemas.items()},
    }


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _kinds() -> str:
    """What the names of files that are read end in, as the choices of a pattern."""
    return "|".join(suffix.removeprefix(".") for suffix in SUFFIXES)


def _readme(plans: Sequence[TablePlan]) -> str:
    tables = "\n".join(f"- `{plan.name}.csv`" for plan in plans)
    return _README.format(tables=tables, column=MARK.column, prefix=MARK.prefix)


_README = """\
# Data for chippolicy

Each table is a CSV file, each record a row:

{tables}

If you rather write JSON, YAML or a spreadsheet, put `events.json` or `events.yaml` in the place of
`events.csv`, or one `.xlsx` file with a sheet for each table.

[DICTIONARY.md](DICTIONARY.md) tells what every column means. A blank cell says nothing.
References may lead to rows here or to records that chippolicy ships: `chippolicy list chips`
names those, `chippolicy show h20` finds one by any of its names.

## What to do next

1. Every row here is an example: its id begins with `{prefix}`, and the column `{column}` says so.
   Put rows of your own in their place and leave `{column}` blank, or delete the column. What is
   left of them `chippolicy validate .` tells, and `chippolicy merge` takes none.
2. Give every row a citation in `citations.csv`, and every source a row in `sources.csv`. A quote
   has 25 words at most.
3. `chippolicy validate .` tells every problem, where it is and how to mend it.
4. `chippolicy fix .` shows what can be repaired without loss; with `--write` it does it.
5. `chippolicy diff bundled . --partial` shows what is new beside what chippolicy ships.
6. `chippolicy merge . --into PACKAGE` writes it into a data package.

## What else is here

- `.github/workflows/validate.yml` checks every push and pull request on GitHub, and shows each
  problem in its line. It works at the root of a repository.
- `.pre-commit-config.yaml` checks before each commit: `pip install pre-commit`, then
  `pre-commit install`.
- `schemas/` has the JSON Schemas. `.vscode/settings.json` lets VS Code check and complete
  `dataset.json`, `events.json` and the like, and `dataset.yaml` with its YAML extension. In other
  editors, let a YAML file begin with
  `# yaml-language-server: $schema=./schemas/dataset.schema.json`.
"""

_PRE_COMMIT = """\
repos:
  - repo: local
    hooks:
      - id: chippolicy-validate
        name: chippolicy validate
        entry: chippolicy validate .
        language: python
        additional_dependencies: ["chippolicy=={version}"]
        files: \\.({kinds})(\\.gz)?$
        pass_filenames: false
"""

_WORKFLOW = """\
name: Data
on: [push, pull_request]
permissions:
  contents: read
  security-events: write
jobs:
  validate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: pip install "chippolicy=={version}"
      - run: chippolicy validate . --report sarif=chippolicy.sarif
      - uses: github/codeql-action/upload-sarif@v3
        if: always()
        with:
          sarif_file: chippolicy.sarif
"""
