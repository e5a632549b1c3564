"""An assessment for people: the answer first, then why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from chippolicy.controls.assessment import (
    CANNOT_TELL,
    CONTROLLED,
    DISCLAIMER,
    NOT_CONTROLLED,
    Applied,
    Assessment,
    Cited,
    Comparison,
    Span,
)
from chippolicy.controls.logic import SIGNS, WORDS
from chippolicy.metrics import METRICS
from chippolicy.reports.page import Page

if TYPE_CHECKING:
    from chippolicy.controls.question import Question

_LABELS = {
    "tpp": "TPP",
    "performance_density": "density",
    "memory_bandwidth_gb_s": "memory",
    "interconnect_gb_s": "link",
    "memory_plus_interconnect_gb_s": "memory+link",
    "datacenter": "data center",
    "chip": "named",
}
_MISSING = {
    "tpp": "total processing performance (throughput)",
    "die_area_mm2": "applicable die area in mm²",
    "memory_bandwidth_gb_s": "memory bandwidth in GB/s",
    "interconnect_gb_s": "bandwidth to other chips in GB/s",
    "datacenter": "whether it is designed or marketed for data centers",
}
_STYLES = {CONTROLLED: "bold red", CANNOT_TELL: "bold yellow"}
_HELD = {True: "yes", False: "no ", None: "?  "}
_SOURCES = 8
_WIDE = 60


def assessment_text(of: Assessment, width: int, color: bool) -> str:
    """The whole assessment as a page."""
    page = Page(width, color)
    outcome = of.outcome
    page.paragraph((_headline(of), _STYLES.get(of.answer, "bold green")))
    page.paragraph((_subject(of.chip_name, of.chip, of.to, of.hq), ""), (f" on {of.on}", ""))
    if of.changes:
        _section(page, "It changes")
        for span in of.changes:
            _span(page, span)
    if outcome.measures:
        _section(page, "Why" if of.answer == CONTROLLED else "What may apply")
    for measure in outcome.measures:
        _measure(page, measure)
    if outcome.missing:
        _section(page, "What would decide it")
        for name in outcome.missing:
            label = _MISSING.get(name) or METRICS[name].name
            page.paragraph((name, "cyan"), (f"  {label}", ""), indent=2, hang=2)
    if of.answer == NOT_CONTROLLED and not any(each.role == "requirement" for each in of.trace):
        page.blank()
        page.paragraph((f"No license requirement for chips reaches {of.to} then.", ""))
    _comparisons(page, of)
    if outcome.review:
        _section(page, "How an application is weighed")
        page.paragraph((outcome.review.replace("-", " "), "bold"), indent=2)
        for measure in outcome.review_measures:
            _measure(page, measure)
    _list(page, "Exceptions that may be used", (_told(each) for each in outcome.exceptions))
    _list(page, "What numbers cannot say", outcome.conditions)
    _list(page, "On the books, not enforced", (_unenforced(each) for each in outcome.not_enforced))
    _list(page, "Beside the answer", (_beside(each) for each in outcome.beside))
    if of.before or of.after:
        _section(page, "Before and after")
        for span in filter(None, (of.before, of.after)):
            _span(page, span)
    _list(page, "Assumed", outcome.assumptions)
    _sources(page, of.citations)
    page.blank()
    page.paragraph((f"Data as of {of.as_of}. {DISCLAIMER}", "dim"))
    return page.text()


def history_text(question: Question, spans: Sequence[Span], width: int, color: bool) -> str:
    """The spans of a chip's life, a paragraph each."""
    page = Page(width, color)
    figures, sale = question.figures, question.sale
    page.paragraph((_subject(figures.name, figures.chip_id, sale.to, sale.hq), "bold"))
    for span in spans:
        _span(page, span)
    _list(page, "Assumed", question.assumptions())
    page.blank()
    page.paragraph((f"Data as of {question.as_of}. {DISCLAIMER}", "dim"))
    return page.text()


def _headline(of: Assessment) -> str:
    if of.answer == CONTROLLED and of.outcome.license_requirement == "prohibit":
        return "Export forbidden"
    return _words(of.answer)


def _words(answer: str) -> str:
    if answer == CONTROLLED:
        return "License required"
    return "Cannot tell" if answer == CANNOT_TELL else "Not controlled"


def _subject(name: str | None, chip: str | None, to: str, hq: str | None) -> str:
    who = f"{name} ({chip})" if name else chip or "A chip of these figures"
    return f"{who} to {to}" + (f", buyer headquartered in {hq}" if hq else "")


def _section(page: Page, title: str) -> None:
    page.blank()
    page.paragraph((title, "bold"))


def _list(page: Page, title: str, texts: Iterable[str]) -> None:
    told = list(texts)
    if told:
        _section(page, title)
    for text in told:
        page.paragraph(("- ", "dim"), (text, ""), indent=2, hang=2)


def _measure(page: Page, of: Applied) -> None:
    how = "names this chip" if of.named else ""
    sure = "" if of.applies else "may apply"
    basis = "by the buyer's headquarters" if of.basis == ("headquarters",) else ""
    told = ", ".join(filter(None, (sure, how, basis)))
    page.paragraph(
        (of.paragraph or of.measure, "cyan"), (f"  {told}" if told else "", ""), indent=2, hang=2
    )
    if of.summary:
        page.paragraph((of.summary, ""), indent=4)
    cited = f", {of.policy_citation}" if of.policy_citation else ""
    page.paragraph((f"{of.policy}{cited}; {_when(of)}", "dim"), indent=4, hang=2)


def _when(of: Applied) -> str:
    return f"{of.start or '?'} to {of.end}" if of.end else f"since {of.start or 'an unknown day'}"


def _told(of: Applied) -> str:
    return f"{of.paragraph or of.measure}: {of.condition or of.summary or of.measure}"


def _unenforced(of: Applied) -> str:
    return f"{of.paragraph or of.measure}: {of.summary or ''} Left unenforced by {of.lifted_by}."


def _beside(of: Applied) -> str:
    share = f", {_number(of.share_percent)}%" if of.share_percent is not None else ""
    sure = "" if of.applies else ", may apply"
    text = f"{of.jurisdiction} {of.effect.replace('-', ' ')}{share}{sure}: {of.summary or ''}"
    return f"{text} ({of.measure}, {_when(of)})"


def _span(page: Page, span: Span) -> None:
    review = f"; {span.review.replace('-', ' ')}" if span.review else ""
    under = f" under {', '.join(span.paragraphs)}" if span.paragraphs else ""
    missing = f" without {', '.join(span.missing)}" if span.missing else ""
    page.paragraph(
        (f"{span.stretch.first} – {span.stretch.last}", "cyan"),
        (f"  {_words(span.answer).lower()}", _STYLES.get(span.answer, "green")),
        (f"{under}{missing}{review}", ""),
        indent=2,
        hang=2,
    )


def _comparisons(page: Page, of: Assessment) -> None:
    """Each measure's comparisons once: those for headquarters repeat those for places."""
    weighed = {each.measure for each in of.outcome.review_measures}
    kept = [each for each in of.trace if each.role != "review" or each.measure in weighed]
    kept = [each for each in kept if each.role not in ("exception", "not-enforced")]
    groups: dict[str, list[Comparison]] = {}
    for each in kept:
        groups.setdefault(each.measure, []).append(each)
    if groups:
        _section(page, "Comparisons")
    seen = set()
    for measure, found in groups.items():
        same = tuple((each.paragraph, each.clause, each.metric, each.comparator) for each in found)
        if same in seen:
            continue
        seen.add(same)
        paragraph = found[0].paragraph or measure
        held = {each.clause for each in found} - {each.clause for each in found if not each.holds}
        unsure = {
            each.clause
            for each in found
            if all(other.holds is not False for other in found if other.clause == each.clause)
        }
        verdict = "holds" if held else "cannot be told" if unsure else "does not hold"
        page.paragraph((paragraph, "cyan"), (f"  {verdict}", ""), indent=2, hang=2)
        _rows(page, found)


def _rows(page: Page, found: Sequence[Comparison]) -> None:
    cells = [_cells(each) for each in found]
    # Narrow pages have no room for columns.
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    clause = found[0].clause
    for each, row in zip(found, cells, strict=True):
        if each.clause != clause:
            page.paragraph(("or", "dim"), indent=4)
            clause = each.clause
        parts = [text.ljust(size) for text, size in zip(row, widths, strict=True)]
        if page.width < _WIDE:
            parts = [text for text in row if text]
        style = "" if each.holds else "yellow" if each.holds is None else "dim"
        page.paragraph((f"{_HELD[each.holds]}  ", style), ("  ".join(parts), style), indent=4)


def _cells(of: Comparison) -> tuple[str, str, str]:
    """What is compared, how, and by how much it is over or under."""
    label = _LABELS.get(of.metric) or METRICS[of.metric].name
    if of.metric == "chip":
        return label, str(of.threshold), ""
    threshold = of.threshold if isinstance(of.threshold, Fraction) else Fraction(0)
    value = of.value if isinstance(of.value, Fraction) else None
    if of.comparator == "eq" and threshold in (0, 1):
        known = "unknown" if value is None else WORDS[bool(value)]
        return label, f"{known}, must be {WORDS[bool(threshold)]}", ""
    shown = "unknown" if value is None else _number(value, threshold)
    compared = f"{shown} {SIGNS[of.comparator]} {_number(threshold)}"
    if of.margin is None:
        return label, compared, ""
    sign = "+" if of.margin >= 0 else "−"
    return label, compared, f"{sign}{_number(abs(of.margin), Fraction(0))}"


def _number(value: Fraction, beside: Fraction | None = None) -> str:
    """A number in few digits, but enough to tell it from the one beside it."""
    if value.denominator == 1:
        return str(value.numerator)
    for digits in range(3, 16):
        shown = f"{float(value):.{digits}f}".rstrip("0").rstrip(".")
        if beside is None or value == beside or Fraction(shown) != beside:
            break
    return shown


def _sources(page: Page, citations: Sequence[Cited]) -> None:
    """The sources, each once, the best first."""
    order = ("primary", "corroborated", "single", "weak", "derived")
    ranked = sorted(
        citations, key=lambda of: order.index(of.confidence) if of.confidence in order else 9
    )
    found = list({of.source: of for of in reversed(ranked)}.values())[::-1]
    if found:
        _section(page, "Sources")
    for of in found[:_SOURCES]:
        page.paragraph(
            ("- ", "dim"), (of.title, ""), (f"  {of.confidence}", "dim"), indent=2, hang=2
        )
        if of.url:
            page.paragraph((of.url, "dim"), indent=4)
    if len(found) > _SOURCES:
        page.paragraph((f"and {len(found) - _SOURCES} more: --format json", "dim"), indent=2)
