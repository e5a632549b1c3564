"""Gathering what is dated: of every record, or of one and what it takes part in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from chippolicy._lives import LIVES
from chippolicy.derive.plan import TablePlan
from chippolicy.edtf import EdtfDate
from chippolicy.formats.cells import encode
from chippolicy.timeline._entry import Entry

if TYPE_CHECKING:
    from chippolicy.dataset import Dataset
    from chippolicy.records import Record

_SPAN = ("start", "end")
_WHAT = {"actors": "kind", "events": "kind", "policy_measures": "effect", "statements": "kind"}
"""The field that says what sort of thing a record of a table is."""
_CALLED = {"country_groups": "membership", "positions": "position"}
# Told elsewhere: by what they are about.
_APART = ("citations", "names", "redirects")
_TIES = ("events", "statements", "policies", "policy_measures")
"""What a record takes part in: their dates are about it; the lives of fellows are not."""


def timeline(
    dataset: Dataset,
    record: Record | str | None = None,
    first: EdtfDate | None = None,
    last: EdtfDate | None = None,
) -> tuple[Entry, ...]:
    """Everything dated about a record, or about all, that may lie between two dates, in order.

    Of one record: its own dates, and those of the events, statements, positions, measures and
    policies it takes part in and of the records that refer to it. Of all: every record that is
    there for a time; documents are left out. Raises KeyError for a record that is not there.
    """
    ties: dict[str, str | None]
    if record is None:
        ties = {one.ref: None for table in LIVES for one in dataset[table]}
    else:
        ties = _ties(dataset, record)
    doubtful = frozenset(dataset.doubtful)
    entries = (
        entry for ref, role in ties.items() for entry in _entries(dataset, ref, role, doubtful)
    )
    return tuple(
        sorted(
            (entry for entry in entries if entry.may_lie_in(first, last)),
            key=lambda entry: entry.order,
        )
    )


def _ties(dataset: Dataset, asked: Record | str) -> dict[str, str | None]:
    """The records whose dates are about one, each with how it is tied to it."""
    own = dataset.get(asked if isinstance(asked, str) else asked.ref)
    if own is None:
        raise KeyError(f"no record {asked if isinstance(asked, str) else asked.ref!r}")
    roles: dict[str, list[str]] = {own.ref: []}

    def tie(other: Record, role: str | None) -> None:
        known = roles.setdefault(other.ref, [])
        if role and other.ref != own.ref and role not in known:
            known.append(role)

    for other in dataset.referrers(own):
        if other.table in _APART:
            continue
        fields = dataset.references(other)
        if other.table in LIVES or other.table == "sources":
            names = [name for name, target in fields.items() if target.ref == own.ref]
            tie(other, ", ".join(name.removesuffix("_id").replace("_", " ") for name in names))
        for target in fields.values() if other.table not in LIVES else ():
            if target.ref != own.ref and target.table in _TIES:
                tie(target, _part(own, other))
    for measure, role in _family_measures(dataset, own):
        tie(measure, role)
    for ref in [ref for ref in roles if ref.startswith("policy_measures/")]:
        policy = dataset.references(ref).get("policy_id")
        if policy is not None:
            tie(policy, None)
    return {ref: ", ".join(found) or None for ref, found in roles.items()}


def _part(own: Record, join: Record) -> str | None:
    """What a row that joins two records says of how they are tied."""
    if hasattr(join, "role"):
        return str(join.role)
    relation = getattr(join, "relation", None)
    if relation is None:
        return None
    # Between two policies it must be said which of them acts.
    acts = getattr(join, "policy_id", None) == getattr(own, "id", None)
    return f"this {relation} it" if acts else f"{relation} this"


def _family_measures(dataset: Dataset, own: Record) -> Iterator[tuple[Record, str]]:
    """The measures that name a family of which a chip is a variant: they cover it."""
    seen = {own.ref}
    family = dataset.references(own).get("variant_of_id")
    while family is not None and family.ref not in seen:
        seen.add(family.ref)
        for row in dataset.measure_chips.rows(chip_id=family.ref.partition("/")[2]):
            measure = dataset.get(f"policy_measures/{row['measure_id']}")
            if measure is not None:
                yield measure, "names the family"
        family = dataset.references(family).get("variant_of_id")


def _entries(
    dataset: Dataset, ref: str, role: str | None, doubtful: frozenset[str]
) -> Iterator[Entry]:
    """The entries of one record: its span, or its dates, those written alike as one."""
    record = dataset.get(ref)
    assert record is not None
    for fields in _dated_together(dataset[record.table].plan, record):
        start, end = getattr(record, fields[0]), getattr(record, fields[-1])
        lasting = fields == _SPAN
        life = LIVES.get(record.table)
        yield Entry(
            record=record.ref,
            what=_what(record, fields),
            title=_title(dataset, record),
            fields=tuple(name for name in fields if getattr(record, name) is not None),
            start=start,
            end=end,
            lasting=lasting,
            goes_on=lasting and life is not None and not life.blank_end_is_unknown,
            role=role,
            doubtful=record.ref in doubtful,
            sources=_sources(dataset, record, fields),
        )


def _dated_together(plan: TablePlan, record: Record) -> Iterator[tuple[str, ...]]:
    dated = [column.name for column in plan.columns if column.base == "edtf"]
    if tuple(dated) == _SPAN:
        if any(getattr(record, name) is not None for name in _SPAN):
            yield _SPAN
        return
    alike: dict[EdtfDate, list[str]] = {}
    for name in dated:
        if (when := getattr(record, name)) is not None:
            alike.setdefault(when, []).append(name)
    yield from map(tuple, alike.values())


def _what(record: Record, fields: tuple[str, ...]) -> str:
    if record.table in _WHAT:
        return encode(getattr(record, _WHAT[record.table]))
    return _CALLED.get(record.table) or ", ".join(fields)


def _title(dataset: Dataset, record: Record) -> str:
    match record.table:
        case "positions":
            who, where = (
                _called(dataset, "actors", getattr(record, name))
                for name in ("person_id", "organization_id")
            )
            return f"{who}: {dataset.label_of(record)}, {where}"
        case "country_groups":
            return record.ref.partition("/")[2].replace("+", " ")
        case "policy_measures" if getattr(record, "summary", None) is None:
            return _called(dataset, "policies", str(getattr(record, "policy_id", "")))
    return dataset.label_of(record)


def _called(dataset: Dataset, table: str, key: str) -> str:
    ref = f"{table}/{key}"
    return dataset.label_of(ref) if dataset.get(ref) is not None else key


def _sources(dataset: Dataset, record: Record, fields: tuple[str, ...]) -> tuple[str, ...]:
    """Who reports the dates: the citations of their fields, else of the record, else any."""
    own = getattr(record, "source_id", None)
    if own is not None:
        return (own,)
    cited = [one for one in dataset.citations_of(record) if one.relation != "contradicts"]
    for wanted in (fields, ("*",)):
        found = [one.source_id for one in cited if one.field in wanted]
        if found:
            return tuple(dict.fromkeys(found))
    return tuple(dict.fromkeys(one.source_id for one in cited))
