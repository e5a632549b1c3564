"""Who says so: the citations of what an assessment rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from chippolicy.controls.assessment import NOT_CONTROLLED, Cited, Outcome
from chippolicy.metrics import METRICS

if TYPE_CHECKING:
    from chippolicy.dataset import Dataset

Row = dict[str, str]


def cited(dataset: Dataset, outcome: Outcome, chip_id: str | None) -> tuple[Cited, ...]:
    """The citations of the policies, measures, thresholds and figures that decided."""
    citations, sources = _index(dataset)
    found: dict[Cited, None] = {}
    for record, fields in _rested_on(dataset, outcome, chip_id):
        for row in citations.get(record, ()):
            if fields is None or row["field"] in fields:
                source = sources.get(row["source_id"], {})
                told = Cited(
                    record=record,
                    field=row["field"],
                    source=row["source_id"],
                    title=source.get("title") or row["source_id"],
                    publisher=source.get("publisher") or None,
                    url=source.get("url") or None,
                    locator=row.get("locator") or None,
                    relation=row.get("relation") or "supports",
                    confidence=row.get("confidence") or "",
                    quote=row.get("quote") or None,
                    note=row.get("note") or None,
                )
                found.setdefault(told)
    return tuple(found)


@lru_cache(maxsize=8)
def _index(dataset: Dataset) -> tuple[Mapping[str, list[Row]], Mapping[str, Row]]:
    """The citations by record, in an order of their own, and the sources by id."""
    citations: dict[str, list[Row]] = defaultdict(list)
    for row in dataset.rows("citations"):
        citations[row["record"]].append(row)
    for rows in citations.values():
        rows.sort(key=lambda row: (row["field"], row["source_id"], int(row["n"])))
    return citations, {row["id"]: row for row in dataset.rows("sources")}


def _rested_on(
    dataset: Dataset, outcome: Outcome, chip_id: str | None
) -> Iterator[tuple[str, frozenset[str] | None]]:
    """The records an answer rests on, each with the fields that matter, or None for all."""
    applied = (*outcome.measures, *outcome.review_measures)
    ids = {of.measure for of in (*applied, *outcome.not_enforced)}
    if outcome.answer == NOT_CONTROLLED:
        # Nothing applies: then it rests on what was compared and did not hold.
        ids |= {of.measure for of in outcome.trace if of.role == "requirement"}
    yield from ((f"policies/{of.policy}", None) for of in applied)
    told = (*applied, *outcome.not_enforced, *outcome.exceptions, *outcome.beside)
    yield from ((f"policy_measures/{of.measure}", None) for of in told)
    for of in outcome.trace:
        if of.measure in ids:
            yield f"policy_measures/{of.measure}", None
            if of.clause is not None:
                key = f"{of.measure}+{of.clause}+{of.metric}+{of.comparator}"
                yield f"measure_criteria/{key}", None
    if chip_id:
        metrics = {of.metric for of in outcome.trace if of.metric in METRICS}
        figures = {figure for metric in metrics for figure in METRICS[metric].inputs}
        yield f"chips/{chip_id}", frozenset(figures)
        if "tpp" in figures:
            rows = dataset.rows("chip_throughput", chip_id=chip_id)
            for number_format in sorted(row["number_format"] for row in rows):
                yield f"chip_throughput/{chip_id}+{number_format}", None
