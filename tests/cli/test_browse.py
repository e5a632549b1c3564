"""`list`, `show`, `schema`, `rules`."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from rich.cells import cell_len

from chippolicy.cli.card import card_text
from chippolicy.cli.grid import grid
from chippolicy.dataset import Dataset, load
from chippolicy.derive.plan import load_plan
from chippolicy.derive.schema_text import SCHEMA_KINDS, schema_text
from chippolicy.rules import CATALOG, FAMILIES
from tests.cli.conftest import Invoke
from tests.small import TABLES, with_cell, write_folder


def test_list_shows_the_key_and_what_else_fits(invoke: Invoke, clean: Path) -> None:
    result = invoke("list", "chips", "--data", clean)
    header, _, *rows = result.stdout.splitlines()
    assert header.split() == TABLES["chips"][0][:-1]
    assert [row.split()[0] for row in rows] == ["nvidia-h100", "nvidia-h20"]
    assert result.stderr == "2 of 2 records\n"


@pytest.mark.parametrize("table", list(load_plan().tables))
def test_every_shipped_table_is_listed_whole(invoke: Invoke, table: str) -> None:
    """As CSV and as JSON lines a table has every record and every cell of the file."""
    dataset = load()
    rows = list(csv.DictReader(io.StringIO(invoke("list", table, "--format", "csv").stdout)))
    assert rows == list(dataset.rows(table))
    lines = invoke("list", table, "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line) for line in lines] == list(dataset[table].values())
    assert json.loads(invoke("list", table, "--format", "json").stdout) == list(
        dataset[table].values()
    )


def test_list_filters_by_values_and_chooses_columns(invoke: Invoke, clean: Path) -> None:
    where = ["--where", "kind=person", "--where", "kind=company", "--where", "country=US"]
    command = ["list", "actors", "--data", clean, *where, "--columns", "name,id"]
    assert invoke(*command, "--format", "csv").stdout == "name,id\nNVIDIA Corporation,nvidia\n"
    assert json.loads(invoke(*command, "--format", "jsonl").stdout) == {
        "name": "NVIDIA Corporation",
        "id": "nvidia",
    }
    assert invoke(*command).stdout.splitlines()[0].split() == ["name", "id"]
    blank = invoke("list", "actors", "--data", clean, "--where", "country=", "--format", "csv")
    assert "jensen-huang" in blank.stdout
    assert "nvidia," not in blank.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["list", "chip"], "no table is called 'chip'; did you mean 'chips'?"),
        (["list", "chips", "--where", "nmae=x"], "chips has no field 'nmae'; did you mean 'name'?"),
        (["list", "chips", "--columns", "id,nmae"], "did you mean 'name'?"),
        (["list", "chips", "--where", "name"], "'name' is not FIELD=VALUE"),
        (["list", "chips", "--where", "=x"], "'=x' is not FIELD=VALUE"),
        (["schema", "chip"], "did you mean 'chips'?"),
        (["schema", "--kind", "xml"], "'xml' is not one of"),
        (["rules", "ref/dangeling"], "did you mean 'ref/dangling'?"),
        (["completion", "tcsh"], "'tcsh' is not one of"),
        (["show"], "Missing argument"),
        (["lsit"], "No such command 'lsit'. Did you mean 'list'?"),
        (["qqqqqq"], "No such command 'qqqqqq'.\n"),
        (["--nope"], "No such option"),
    ],
)
def test_wrong_usage_is_told(invoke: Invoke, arguments: list[str], told: str) -> None:
    result = invoke(*arguments)
    assert told in result.stderr
    assert result.exit_code == 2


@pytest.mark.parametrize("width", [20, 40, 80, 120])
@pytest.mark.parametrize("table", ["actors", "chips", "names", "citations"])
def test_the_grid_fits_the_terminal(table: str, width: int) -> None:
    """No line is wider than the terminal, and every record's key is there."""
    dataset = load()
    rows = list(dataset.rows(table))[:50]
    output = grid(dataset[table].plan, None, rows, width, color=False)
    assert max(map(cell_len, output.splitlines())) <= width
    if table in ("actors", "chips") and width >= 80:
        assert all(row["id"] in output for row in rows)


@pytest.mark.parametrize("name", ["chips/nvidia-h20", "nvidia-h20", "h20", "Ｈ20チップ"])
def test_show_takes_a_reference_an_id_or_a_name(invoke: Invoke, clean: Path, name: str) -> None:
    result = invoke("show", name, "--data", clean)
    assert result.exit_code == 0
    assert result.stderr == ""
    assert (
        result.stdout
        == """NVIDIA H20
chips/nvidia-h20

  id               nvidia-h20
  name             NVIDIA H20
  designer_id      nvidia  NVIDIA Corporation
  announced        2023-11-09
  memory_gb        96 GB
  derived_from_id  nvidia-h100  NVIDIA H100
  x_shelf          B3

Names
  en  H20  (alias)
  ja  H20チップ  (as-reported)

Referred to by
  chip_throughput  2
    chip_throughput/nvidia-h20+fp8  fp8, 8 bit, 296 10¹² operations/s
    chip_throughput/nvidia-h20+fp16  fp16, 16 bit, 148 10¹² operations/s
  redirects  1
    redirects/chips/nvidia-hgx-h20  chips/nvidia-hgx-h20

Sources
  the record  supports  single
    H20 data sheet, page 2
    https://example.org/h20
  announced  contradicts  single
    トランプ氏、H20チップ禁輸を撤回, paragraph 3
    “昨年、より低性能な代替品として”
    note: The article says 2024.
"""
    )


def test_show_gives_names_in_both_languages_and_what_joins_lead_to(
    invoke: Invoke, clean: Path
) -> None:
    output = invoke("show", "jensen-huang", "--data", clean).stdout
    assert output.startswith("Jensen Huang · ジェンスン・フアン\n")
    assert "    statements/huang-no-threat  holder  Huang argues that" in output


def test_show_tells_which_of_two_policies_acts(invoke: Invoke, tmp_path: Path) -> None:
    policies = [
        ["id", "kind", "title", "jurisdiction"],
        ["us-a", "rule", "Rule A", "US"],
        ["us-b", "rule", "Rule B", "US"],
    ]
    relations = [["policy_id", "relation", "target_id"], ["us-b", "amends", "us-a"]]
    changed = {"policies": policies, "policy_relations": relations}
    folder = write_folder(tmp_path / "d", changed)
    acted_on = invoke("show", "us-a", "--data", folder).stdout
    assert "  policy_relations  1\n    policies/us-b amends this  Rule B\n" in acted_on
    acting = invoke("show", "us-b", "--data", folder).stdout
    assert "  policy_relations  1\n    amends policies/us-a  Rule A\n" in acting


def test_show_tells_by_which_field_a_record_refers(invoke: Invoke, clean: Path) -> None:
    output = invoke("show", "nvidia-h100", "--data", clean).stdout
    assert "  chips  1\n    chips/nvidia-h20  derived_from_id  NVIDIA H20\n" in output


def test_show_as_json(invoke: Invoke, clean: Path) -> None:
    card = json.loads(invoke("show", "h20", "--data", clean, "--format", "json").stdout)
    assert card["fields"]["memory_gb"] == 96
    assert card["fields"]["x_shelf"] == "B3"
    assert card["references"]["designer_id"] == {
        "ref": "actors/nvidia",
        "label": "NVIDIA Corporation",
    }
    assert card["citations"][1]["source"]["ref"] == "sources/article-ja"
    assert card["referrers"]["chip_throughput"][0]["ref"] == "chip_throughput/nvidia-h20+fp8"


def test_an_unknown_record_gives_the_nearest(invoke: Invoke, clean: Path) -> None:
    result = invoke("show", "nvida-h20", "--data", clean)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "there is no record 'nvida-h20'" in result.stderr
    assert "  chips/nvidia-h20  NVIDIA H20\n" in result.stderr
    assert invoke("show", "zzzzzz", "--data", clean).stderr == "there is no record 'zzzzzz'\n"


def test_a_name_with_two_meanings_lists_them(invoke: Invoke, tmp_path: Path) -> None:
    names = [*TABLES["names"], ["topics/sell-h20-to-china", "en", "alias", "H20"]]
    result = invoke("show", "H20", "--data", write_folder(tmp_path / "d", {"names": names}))
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "'H20' means 2 records" in result.stderr
    assert "  topics/sell-h20-to-china  Selling the H20 to China\n" in result.stderr
    assert "  chips/nvidia-h20  NVIDIA H20\n" in result.stderr


@pytest.mark.parametrize("width", [20, 40, 80, 120])
def test_the_card_fits_the_terminal(width: int) -> None:
    """No line of any kind of card is wider than the terminal."""
    from chippolicy.cli.card import card_data

    dataset = load()
    for table in dataset.tables.values():
        for record in list(table)[:2]:
            columns = type(record).columns()
            output = card_text(card_data(dataset, record), columns, width, color=False)
            assert max(map(cell_len, output.splitlines())) <= width


def test_a_card_shows_no_control_characters_and_keeps_paragraphs() -> None:
    card = {
        "ref": "topics/a",
        "label": "A\x1b[31m",
        "fields": {"id": "a", "summary": "one\ntwo\x9b"},
        "names": [],
        "references": {},
        "referrers": {},
        "citations": [],
    }
    output = card_text(card, (), 80, color=False)
    assert "\x1b" not in output
    assert "  summary  one\n           two\\x9b\n" in output


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (with_cell("chips", 3, "memory_gb", "4,800"), "chips.csv:3: memory_gb: '4,800': expected"),
        ({"names": [["nmae"]]}, "names.csv:1: nmae: names has no such column"),
    ],
)
def test_unsound_data_ends_browsing_without_a_traceback(
    invoke: Invoke, tmp_path: Path, change: dict[str, list[list[str]]], told: str
) -> None:
    from chippolicy.cli.exits import UnreadableError

    folder = write_folder(tmp_path / "d", change)
    with pytest.raises(UnreadableError) as caught:
        invoke("show", "h20", "--data", folder)
    assert told in str(caught.value)
    with pytest.raises(UnreadableError, match="there is no"):
        invoke("list", "chips", "--data", tmp_path / "nowhere")


def test_rules_are_listed_and_explained(invoke: Invoke) -> None:
    listed = invoke("rules").stdout
    assert all(code in listed for code in CATALOG)
    explained = invoke("rules", "date/order").stdout
    rule = CATALOG["date/order"]
    for text in (rule.code, rule.title, rule.reason, rule.hint.split(";")[0]):
        assert text in explained
    family = invoke("rules", "ref").stdout
    assert "ref/dangling" in family
    assert "date/order" not in family


def test_rules_as_json(invoke: Invoke) -> None:
    rules = json.loads(invoke("rules", "--format", "json").stdout)
    assert [rule["code"] for rule in rules] == list(CATALOG)
    assert {rule["family"] for rule in rules} == set(FAMILIES)
    one = json.loads(invoke("rules", "ref/dangling", "--format", "json").stdout)
    assert one in rules


@pytest.mark.parametrize("width", [40, 60, 100])
def test_rules_fit_the_terminal(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setattr("chippolicy.cli.rules.width", lambda: width)
    for code in ("", *CATALOG):
        output = invoke("rules", *([code] if code else [])).stdout
        assert max(map(len, output.splitlines())) <= width


@pytest.mark.parametrize("kind", SCHEMA_KINDS)
@pytest.mark.parametrize("table", [None, "chips"])
def test_schema_prints_the_schema(invoke: Invoke, table: str | None, kind: str) -> None:
    result = invoke("schema", *([table] if table else []), "--kind", kind)
    assert result.stdout == schema_text(table, kind)


def test_schema_of_something_that_has_none_in_a_language_is_wrong_usage(invoke: Invoke) -> None:
    result = invoke("schema", "report", "--kind", "sql")
    assert result.exit_code == 2
    assert "report" in result.stderr


def test_names_come_preferred_first(invoke: Invoke, clean: Path) -> None:
    dataset: Dataset = load(clean)
    assert dataset.names_of("chips/nvidia-h20")[0].kind == "alias"
    card = json.loads(invoke("show", "jensen-huang", "--format", "json").stdout)
    kinds = [name["kind"] for name in card["names"] if name["language"] == "ja"]
    assert kinds == sorted(kinds, key=["preferred", "alias", "former", "as-reported"].index)
