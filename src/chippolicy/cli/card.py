"""A record as a card: what it says, what it is called, what it is tied to, and who says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from chippolicy.formats.cells import encode
from chippolicy.reports.page import Page

if TYPE_CHECKING:
    from chippolicy.dataset import Dataset
    from chippolicy.records import Citation, Column, Name, Record

# Told in sections of their own.
_APART = ("citations", "names")
_WIDE = 60
"""Columns from which a field's value stands beside its name, not below it."""


def card_data(dataset: Dataset, record: Record) -> dict[str, Any]:
    """Everything the card tells, as plain data for JSON."""
    referrers: dict[str, list[dict[str, str | None]]] = {}
    for other in dataset.referrers(record):
        if other.table not in _APART:
            referrers.setdefault(other.table, []).append(_tie(dataset, other, record))
    return {
        "ref": record.ref,
        "label": dataset.label_of(record),
        "fields": record.model_dump(mode="json"),
        "names": [
            {"language": name.language, "kind": name.kind.value, "name": name.name}
            for name in sorted(dataset.names_of(record), key=_name_order)
        ],
        "references": {
            field: {"ref": target.ref, "label": dataset.label_of(target)}
            for field, target in dataset.references(record).items()
        },
        "referrers": referrers,
        "citations": [_cited(dataset, citation) for citation in dataset.citations_of(record)],
    }


def _name_order(name: Name) -> tuple[str, int]:
    return name.language, list(type(name.kind)).index(name.kind)


def _tie(dataset: Dataset, other: Record, record: Record) -> dict[str, str | None]:
    """A referring record; a row that joins two is told by what it joins the record to, and how."""
    references = dataset.references(other)
    field = next((name for name, target in references.items() if target.ref == record.ref), None)
    told = {"ref": other.ref, "field": field, "to": None, "as": None}
    if other.key == ("id",):
        return {**told, "label": dataset.label_of(other)}
    to = next((target for target in references.values() if target.ref != record.ref), None)
    values = (
        _with_unit(getattr(other, column.name), column)
        for column in other.columns()
        if column.name not in references
    )
    return {
        **told,
        "to": to.ref if to else None,
        "as": ", ".join(filter(None, values)) or None,
        "label": dataset.label_of(to) if to else None,
    }


def _cited(dataset: Dataset, citation: Citation) -> dict[str, Any]:
    told = citation.model_dump(mode="json", exclude={"record", "source_id"})
    source = dataset.sources.get(citation.source_id)
    told["source"] = (
        {"ref": f"sources/{citation.source_id}"}
        if source is None
        else {"ref": source.ref, "title": source.title, "url": source.url}
    )
    return told


def card_text(card: dict[str, Any], columns: Iterable[Column], width: int, color: bool) -> str:
    """The card for people, wrapped at a width."""
    page = Page(width, color)
    preferred = [name["name"] for name in card["names"] if name["kind"] == "preferred"]
    titles = dict.fromkeys([card["label"], *preferred])
    page.paragraph((" · ".join(titles), "bold"))
    page.paragraph((card["ref"], "dim"))
    page.blank()
    known = {column.name: column for column in columns}
    fields = {name: value for name, value in card["fields"].items() if value is not None}
    for name, value in fields.items():
        told = _with_unit(value, known.get(name))
        _field(page, fields, name, told, card["references"].get(name))
    _section(page, "Names", card["names"])
    for name in card["names"]:
        page.paragraph(
            (f"{name['language']}  ", "dim"),
            (name["name"], ""),
            ("" if name["kind"] == "preferred" else f"  ({name['kind']})", "dim"),
            indent=2,
            hang=4,
        )
    _section(page, "Referred to by", card["referrers"])
    for table, others in card["referrers"].items():
        page.paragraph((table, "cyan"), (f"  {len(others)}", "dim"), indent=2)
        for other in others:
            page.paragraph(*_tied(card["ref"], other), indent=4, hang=2)
    _section(page, "Sources", card["citations"])
    for citation in card["citations"]:
        _citation(page, citation)
    return page.text()


def _with_unit(value: Any, column: Column | None) -> str:
    text = encode(value)
    return f"{text} {column.unit}" if text and column and column.unit else text


def _tied(ref: str, other: dict[str, str | None]) -> Iterator[tuple[str, str]]:
    """A referring record in words: `policies/a answers this`, `answers policies/b`."""
    to, how = other["to"], other["as"]
    if to is None:
        yield other["ref"] or "", ""
        yield f"  {how or other['field']}", "cyan"
    elif how and to.partition("/")[0] == ref.partition("/")[0]:
        # Between two of one table it must be said which of them acts: the one the row names first.
        acts = (other["ref"] or "").partition("/")[2].startswith(ref.partition("/")[2] + "+")
        yield (f"{how} " if acts else ""), "cyan"
        yield to, ""
        yield ("" if acts else f" {how} this"), "cyan"
    else:
        yield to, ""
        yield (f"  {how}" if how else ""), "cyan"
    yield (f"  {other['label']}" if other["label"] else ""), "dim"


def _section(page: Page, title: str, content: Any) -> None:
    if content:
        page.blank()
        page.paragraph((title, "bold"))


def _field(
    page: Page, fields: dict[str, Any], name: str, value: str, target: dict[str, str] | None
) -> None:
    column = max(map(len, fields)) + 2
    label = f"  {target['label']}" if target and target["label"] != value else ""
    first, *rest = value.splitlines()
    if page.width >= _WIDE:
        page.paragraph(
            (name.ljust(column), "cyan"), (first, ""), (label, "dim"), indent=2, hang=column
        )
    else:
        column = 2
        page.paragraph((name, "cyan"), indent=2)
        page.paragraph((first, ""), (label, "dim"), indent=4)
    for line in rest:
        page.paragraph((line, ""), indent=2 + column)


def _citation(page: Page, citation: dict[str, Any]) -> None:
    source = citation["source"]
    field = "the record" if citation["field"] == "*" else citation["field"]
    style = "" if citation["relation"] == "supports" else "yellow"
    page.paragraph(
        (field, "cyan"),
        (f"  {citation['relation']}", style),
        (f"  {citation['confidence']}", "dim"),
        indent=2,
        hang=2,
    )
    locator = f", {citation['locator']}" if citation["locator"] else ""
    page.paragraph((source.get("title", source["ref"]), ""), (locator, "dim"), indent=4, hang=2)
    if source.get("url"):
        page.paragraph((source["url"], "dim"), indent=4, hang=2)
    if citation["quote"]:
        page.paragraph((f"“{citation['quote']}”", "italic"), indent=4, hang=1)
    if citation["note"]:
        page.paragraph(("note: ", "dim"), (citation["note"], ""), indent=4, hang=6)
