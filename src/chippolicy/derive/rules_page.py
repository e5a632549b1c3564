"""The page of rules, from the catalogue, each with a case of the corpus that breaks it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from chippolicy.rules import RULES, Rule

_HEAD = """\
# Rules

What `chippolicy validate` checks. Derived from the catalogue in `src/chippolicy/rules/`:
`chippolicy rules` lists the same on a terminal, and `chippolicy rules CODE` explains one.

An *error* makes data invalid; a *warning* is likely wrong, or cannot be told; a *note* is how a
file is laid out, which is borne with here and mended by `chippolicy fix --write`. With `--strict`
each of them fails. `--select` and `--ignore` take codes or families. A finding that is known and is
to pass is written into a file for `--waivers` with its reason and a last day:

```csv
code,record,path,line,reason,expires
figure/sparse,chip_throughput/acme-x1+int8,,,The data sheet gives this as dense.,2027-06-30
```

A waiver names a record, or a file (and line). It holds until its last day, held against the last
day that the shipped data tells of, or against `--today`. What was waived is counted, not listed.
"""

_FAMILIES = {
    "file": "What can be said of a file before its rows are records.",
    "table": "A file's name and its header.",
    "value": "One cell.",
    "key": "What records are known by.",
    "ref": "What records refer to.",
    "date": "The order of dates, within a row and between rows.",
    "graph": "Chains of records that must have a beginning.",
    "evidence": "Where a record is known from.",
    "control": "Measures and their thresholds.",
    "name": "What records are called.",
    "text": "What a reader does not see in a text, or a program takes for something else. Columns "
    "of the contributor's own (`x_…`) are looked at as well.",
    "figure": "Figures of chips that are likely slips; a figure that is right is kept, and the "
    "finding waived.",
    "waiver": "The file given with `--waivers`.",
}
_MANY = 5
_LONGEST = 300


def rules_page(root: Path) -> str:
    """The page as Markdown; without examples where the checkout at `root` has no corpus."""
    return "\n".join(_lines(_examples(root / "tests" / "corpus")))


def _lines(examples: dict[str, str]) -> Iterator[str]:
    yield _HEAD
    for family, rules in groupby(RULES, key=lambda rule: rule.family):
        yield f"## {family}\n"
        yield f"{_FAMILIES[family]}\n"
        for rule in rules:
            yield from _rule(rule, examples.get(rule.code))


def _rule(rule: Rule, example: str | None) -> Iterator[str]:
    yield f"### `{rule.code}`\n"
    doubt = f" ({rule.doubtful} where dates are too coarse to tell)" if rule.doubtful else ""
    yield f"**{rule.severity.capitalize()}**{doubt}: {rule.title}.\n"
    yield f"{rule.reason}\n"
    yield f"To mend it: {_continued(rule.hint)}\n"
    if example:
        yield f"{example}\n"


def _continued(sentence: str) -> str:
    first, _, rest = sentence.partition(" ")
    # Names keep their letters: UTF-8, EDTF, Arabic.
    lower = first if first[1:] != first[1:].lower() or first == "Arabic" else first.lower()
    return f"{lower} {rest}"


def _examples(corpus: Path) -> dict[str, str]:
    """For each code, the file at fault of the case that breaks it most plainly, if it is shown."""
    found: dict[str, str] = {}
    if not (corpus / "expected.csv").is_file():
        return found
    with (corpus / "expected.csv").open(encoding="utf-8", newline="") as file:
        for row in sorted(csv.DictReader(file), key=_plainness):
            if not row["code"] or row["code"] in found:
                continue
            shown = _shown(corpus / row["case"], row["table"], int(row["line"] or 0))
            if shown:
                found[row["code"]] = shown
    return found


def _plainness(row: dict[str, str]) -> tuple[bool, str]:
    # A case that is called like its rule is the plain one.
    return row["case"] != row["code"], row["case"]


def _shown(case: Path, table: str, line: int) -> str | None:
    """The case's file, or its header and the line at fault, where it is text of plain lines."""
    if (case / "_against").exists():
        return None
    file = case / f"{table}.csv" if table else case / "_waivers" / "waivers.csv"
    if not line or not file.is_file():
        return None
    try:
        lines = file.read_bytes().decode("utf-8").splitlines()
    except UnicodeDecodeError:
        return None
    told = lines
    if len(lines) > _MANY:
        told = [lines[0], lines[line - 1]] if 1 < line <= len(lines) else lines[:1]
    text = "\n".join(told)
    if '"' in text or "`" in text or len(text) > _LONGEST or not _plain(told):
        return None
    return f"Told of line {line} of `{file.name}`:\n\n```csv\n{text}\n```"


def _plain(lines: list[str]) -> bool:
    return all(line.isprintable() for line in lines)
