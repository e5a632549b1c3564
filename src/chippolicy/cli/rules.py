"""`chippolicy rules`."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from chippolicy.cli.output import emit, width
from chippolicy.cli.params import CODE

if TYPE_CHECKING:
    from chippolicy.rules import Rule


@click.command(short_help="List the rules that data is checked by, or explain one.")
@click.argument("code", type=CODE, required=False)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def command(code: str | None, form: str) -> None:
    """List the rules that data is checked by; with a CODE, explain that rule or family."""
    from chippolicy.rules import CATALOG, RULES

    if code in CATALOG:
        rule = CATALOG[code]
        emit(_json(_as_dict(rule)) if form == "json" else "".join(_explained(rule, width())))
        return
    rules = [rule for rule in RULES if code in (None, rule.family)]
    if form == "json":
        emit(_json([_as_dict(rule) for rule in rules]))
    else:
        emit("".join(_listed(rules, width())))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _as_dict(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "family": rule.family,
        "title": rule.title,
        "severity": rule.severity.value,
        "reason": rule.reason,
        "hint": rule.hint,
    }


def _listed(rules: list[Rule], columns: int) -> Iterator[str]:
    longest = max(len(rule.code) for rule in rules)
    for number, (_, family) in enumerate(groupby(rules, key=lambda rule: rule.family)):
        if number:
            yield "\n"
        for rule in family:
            place = f"{rule.code:<{longest}}  {rule.severity.value:<7}  "
            if len(place) + 30 <= columns:
                yield _wrapped(place, rule.title, columns, len(place))
            else:
                yield f"{rule.code}  {rule.severity.value}\n"
                yield _wrapped("    ", rule.title, columns, 4)


def _explained(rule: Rule, columns: int) -> Iterator[str]:
    yield f"{rule.code}  {rule.severity.value}\n\n"
    for name, text in (("Rule", rule.title), ("Why", rule.reason), ("Mend", rule.hint)):
        yield _wrapped(f"  {name + ':':<6}", text, columns, 8)
    if rule.doubtful:
        doubt = f"{rule.doubtful.value} where the dates are too coarse to tell."
        yield _wrapped("  Doubt:", f" {doubt}", columns, 9)


def _wrapped(first: str, text: str, columns: int, hang: int) -> str:
    return (
        textwrap.fill(
            first + text,
            max(columns, hang + 10),
            subsequent_indent=" " * hang,
            drop_whitespace=True,
            break_on_hyphens=False,
        )
        + "\n"
    )
