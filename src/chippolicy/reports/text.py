"""A report for people: by file, with the line at fault, what to do about it, and a count."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from chippolicy.findings import Severity
from chippolicy.reports.visible import visible_character

if TYPE_CHECKING:
    from chippolicy.findings import Finding, Report
    from chippolicy.reports import Look
    from chippolicy.reports.excerpt import Excerpt
    from chippolicy.reports.page import Page

MOST = 500
"""So many findings are told as text; who has more wants a format for programs."""

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


def render(report: Report, look: Look) -> str:
    """The report as text that fits the width; color only where `look` says so."""
    shown = [
        finding
        for finding in report.findings
        if not look.quiet or finding.severity is Severity.ERROR
    ]
    if not shown and not look.color:
        # Nothing to lay out: the usual, good case costs no import.
        return "" if look.quiet else summary(report) + "\n"
    from chippolicy.reports.page import Page

    page = Page(look.width, look.color)
    for path, group in groupby(shown[:MOST], key=lambda finding: finding.path):
        _file(page, path, list(group))
    if len(shown) > MOST:
        rest = f"… and {len(shown) - MOST:,} more: --format html, csv or json lists them all"
        page.paragraph((rest, "bold"))
    if not look.quiet:
        page.paragraph((summary(report), "bold" if report.findings else "green"))
    return page.text()


def summary(report: Report) -> str:
    """The one line that closes a report: what was found, in how much, how fast."""
    read = f"{_many(len(report.tables), 'table')}, {_many(report.rows, 'row')}"
    seconds = f"{report.seconds:.2f} s"
    waived = f", {report.waived:,} waived" if report.waived else ""
    if not report.total:
        return f"valid: {read}, no findings{waived} ({seconds})"
    told = ", ".join(
        _many(report.count(severity), severity.value)
        for severity in Severity
        if report.count(severity)
    )
    files = report.files_with_findings
    where = f" in {_many(files, 'file')}" if files else ""
    verdict = "valid, with " if report.valid else ""
    line = f"{verdict}{told}{where}{waived} ({read}) in {seconds}"
    hidden = report.total - len(report.findings)
    if hidden > 0:
        line += f"; {hidden:,} more not listed (--max-findings)"
    return line


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _file(page: Page, path: str | None, findings: list[Finding]) -> None:
    from chippolicy.reports.excerpt import excerpts

    page.paragraph((path if path is not None else "the data as a whole", "bold underline"))
    read = excerpts(path, findings) if path is not None else {}
    for finding in findings:
        _finding(page, finding)
        if excerpt := read.get(finding):
            _excerpt(page, excerpt, _STYLES[finding.severity])
        if finding.count > 1:
            page.paragraph((times(finding), ""), indent=4, hang=2)
        if finding.hint:
            page.paragraph(("hint: ", "green"), (finding.hint, ""), indent=4, hang=6)
    page.blank()


def _finding(page: Page, finding: Finding) -> None:
    from chippolicy.reports.place import spot

    place = spot(finding)
    page.paragraph(
        (f"{place}  " if place else "", "bold"),
        (finding.severity.value, _STYLES[finding.severity]),
        (f"  {finding.code}", "dim"),
        (f"  {finding.record}" if finding.record else "", "dim"),
        indent=2,
        hang=2,
    )
    page.paragraph((finding.message, ""), indent=4)


def _excerpt(page: Page, excerpt: Excerpt, style: str) -> None:
    number = f"{excerpt.line:>6} | "
    shown, at, size = window(excerpt, page.width - len(number))
    page.line((number, "dim"), (shown, ""))
    if size:
        page.line((" " * (len(number) - 2) + "| ", "dim"), (" " * at, ""), ("^" * size, style))


def window(excerpt: Excerpt, width: int) -> tuple[str, int, int]:
    """The part of a line around its cell that fits: its text, the mark's column and its size.

    Columns are a terminal's: a Japanese character takes two. A size of 0 means no mark.
    """
    # Imported where there is anything to lay out, as is `Page`.
    from chippolicy.reports.page import cell_len, is_narrow

    start, end = (min(at, len(excerpt.text)) for at in excerpt.span or (0, 0))
    is_line = not excerpt.before and not excerpt.cut
    if is_line and len(excerpt.text) < width and is_narrow(excerpt.text):
        # Most lines fit as they stand, with room for a mark behind them.
        return excerpt.text, start, max(end - start, 1) if excerpt.span else 0
    # No character is narrower than nothing: four times the width is more than can be shown, but
    # for marks that combine, and a line of those alone is cut a little early.
    first, last = max(0, start - 4 * width), min(len(excerpt.text), max(end, start) + 4 * width)
    if end - start > 4 * width:
        end = start + 4 * width
        last = end
    around = excerpt.text[first:last]
    if is_narrow(around):
        pieces, widths = list(around), [1] * len(around)
    else:
        pieces = [visible_character(character) for character in around]
        widths = [cell_len(piece) for piece in pieces]
    start, end = start - first, end - first
    cut_left = first > 0 or excerpt.before > 0
    cut_right = last < len(excerpt.text) or excerpt.cut

    mark = max(sum(widths[start:end]), 1) if excerpt.span else 0
    if not cut_left and not cut_right and sum(widths) + (mark and start == len(pieces)) <= width:
        return "".join(pieces), sum(widths[:start]), mark
    # The cell, cut if need be, then as much on either side of it as there is room for.
    room = width - 2
    left = right = start
    while right < end and widths[right] <= room:
        room -= widths[right]
        right += 1
    whole = right == end
    if excerpt.span and start == end:
        room -= 1
    while whole:
        grown = False
        if right < len(pieces) and widths[right] <= room:
            room -= widths[right]
            right += 1
            grown = True
        if left > 0 and widths[left - 1] <= room:
            left -= 1
            room -= widths[left]
            grown = True
        if not grown:
            break
    before = "…" if left > 0 or cut_left else ""
    after = "…" if right < len(pieces) or cut_right else ""
    at = len(before) + sum(widths[left:start])
    marked = max(sum(widths[start : min(end, right)]), 1) if excerpt.span else 0
    return before + "".join(pieces[left:right]) + after, at, marked


def times(finding: Finding) -> str:
    """How often a finding was met and where first, for one that stands for many."""
    from chippolicy.reports.place import further

    kind, spots = further(finding)
    # The line is what one goes to; the records are in the reports for programs.
    where = spots or [place.record for place in finding.places if place.record]
    if not where:
        return f"{finding.count:,} times"
    more = ", …" if finding.count > len(where) else ""
    return f"{finding.count:,} times: {f'{kind}s ' if spots else ''}{', '.join(where)}{more}"
