"""The catalogue of rules: whole, in order, and each rule tried by the corpus."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

import pytest

from chippolicy.derive.plan import load_plan
from chippolicy.findings import Severity
from chippolicy.rules import CATALOG, FAMILIES, RULES, Edges, Order, Path, Rule, Where, nearest
from tests.test_corpus import expected

TABLES = load_plan().tables
ORDER = list(TABLES)
FOUNDATION = ("file", "table", "value", "key", "ref", "date", "graph", "evidence")
EACH = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)


def paths(part: Order | Edges) -> Iterator[Path]:
    if isinstance(part, Order):
        yield from (part.first, part.then)
    yield from (where.path for where in part.where)


@EACH
def test_a_rule_says_what_why_and_how(rule: Rule) -> None:
    """A rule has a code in its family, and a title, a reason and a hint in sentences."""
    assert re.fullmatch("[a-z]+/[a-z-]+", rule.code)
    assert rule.family in FAMILIES
    assert isinstance(rule.severity, Severity)
    # The title goes on from "that": it is no sentence. The others are.
    assert rule.title
    assert rule.title[-1] not in ".,;:!?"
    assert rule.title[0] not in string.ascii_uppercase
    for sentence in (rule.reason, rule.hint):
        assert sentence[0] in string.ascii_uppercase + "`"
        assert sentence.endswith(".")


def test_codes_are_taken_once_and_families_are_the_designs() -> None:
    assert len(CATALOG) == len(RULES)
    assert FAMILIES[: len(FOUNDATION)] == FOUNDATION


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.family in FOUNDATION], ids=lambda rule: rule.code
)
def test_a_rule_has_cases_that_break_it_and_near_misses(rule: Rule) -> None:
    """For each rule the corpus has a case that breaks it, and one that nearly does."""
    if rule.code == "file/cell-limit":
        # Cells of a million characters are made when the tests run, on both sides of the limit.
        return
    assert rule.code in {row["code"] for row in expected().values()}
    assert rule.code in {row["near"] for row in expected().values()}


def test_a_case_breaks_a_rule_or_nearly_does() -> None:
    """Every case is about one rule of its family."""
    for name, row in expected().items():
        assert bool(row["code"]) != bool(row["near"])
        rule = CATALOG[row["code"] or row["near"]]
        assert rule.family == name.partition("/")[0]


@pytest.mark.parametrize(
    ("rule", "part"),
    [(rule, part) for rule in RULES for part in rule.parts if isinstance(part, Order | Edges)],
    ids=lambda value: value.code if isinstance(value, Rule) else value.table,
)
def test_a_part_names_columns_that_are_there(rule: Rule, part: Order | Edges) -> None:
    """What a part compares or follows are columns of its table and of those it names."""
    own = TABLES[part.table].by_name
    for path in paths(part):
        assert path.column in own
        if path.table:
            assert path.of in TABLES[path.table].by_name
            kind = own[path.column].kind
            assert path.by_reference == (kind == "record-reference")
            assert path.by_reference or own[path.column].ref_table == path.table
    if isinstance(part, Order):
        assert part.field in own
        dates = [
            TABLES[path.table or part.table].by_name[path.of or path.column]
            for path in (part.first, part.then)
        ]
        assert {date.base for date in dates} == {"edtf"}
    else:
        assert {part.start or TABLES[part.table].key[0], part.end} <= own.keys()


def test_conditions_are_on_values_that_a_column_can_have() -> None:
    """A condition waits for codes that its column knows, for fields, or for a blank."""
    for part in (part for rule in RULES for part in rule.parts if isinstance(part, Order | Edges)):
        for where in part.where:
            assert set(where.among) <= possible(part, where) | {""}


def possible(part: Order | Edges, where: Where) -> set[str]:
    path = where.path
    column = TABLES[path.table or part.table].by_name[path.of or path.column]
    if column.kind == "field-name":
        cited = [path.table for path in paths(part) if path.by_reference and path.table]
        return {"*", *(name for table in cited for name in TABLES[table].names)}
    return set(column.members)


def test_what_is_looked_up_comes_before_what_looks_it_up() -> None:
    """A table's lookups are of tables earlier in reading order: one pass over the files is enough.

    The survey relies on it. Redirects are asked after all tables are surveyed, and are excepted.
    """
    for rule in RULES:
        for part in (part for part in rule.parts if isinstance(part, Order | Edges)):
            for path in paths(part):
                if path.table:
                    assert ORDER.index(path.table) < ORDER.index(part.table), (rule.code, path)
    for name, table in TABLES.items():
        for column in table.columns:
            if column.ref_kinds:
                assert column.ref_table
                assert ORDER.index(column.ref_table) < ORDER.index(name)


def test_a_table_that_is_looked_up_by_kind_has_kinds() -> None:
    """Where only some kinds make sense, the table referred to has a column of those kinds."""
    for table in TABLES.values():
        for column in table.columns:
            if column.ref_kinds and column.ref_table:
                kinds = TABLES[column.ref_table].by_name["kind"].members
                assert set(column.ref_kinds) <= set(kinds)


@pytest.mark.parametrize(
    ("value", "candidates", "near"),
    [
        ("chip", ORDER, "chips"),
        ("titel", ["id", "title", "summary"], "title"),
        ("ID", ["id", "kind"], "id"),
        ("nvidia_h20", ["nvidia-h20", "nvidia-h200"], "nvidia-h20"),
        ("h20", ["nvidia-h20", "nvidia-h100"], "nvidia-h20"),
        ("zzz", ORDER, None),
        ("", ["id"], None),
        ("a", [], None),
    ],
)
def test_the_nearest_name(value: str, candidates: list[str], near: str | None) -> None:
    assert nearest(value, candidates) == near


def test_the_nearest_of_very_many_names_begins_alike() -> None:
    names = [f"event-{n}" for n in range(30_000)] + ["nvidia-h20"]
    assert nearest("nvidia-h2o", names) == "nvidia-h20"
