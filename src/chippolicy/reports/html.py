"""A report as one HTML page, to be read and sent on: no script, no file beside it, no network.

Filters are radio buttons that style rules obey. Every word from the data is escaped, and a content
policy in the page forbids the browser to load or run anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from chippolicy.findings import Severity
from chippolicy.reports.html_row import drawn, text
from chippolicy.reports.html_style import STYLE, filter_rules
from chippolicy.reports.place import qualified, spot
from chippolicy.reports.rows import Row, faulty_rows
from chippolicy.reports.text import summary, times
from chippolicy.rules import CATALOG

if TYPE_CHECKING:
    from chippolicy.findings import Finding, Report
    from chippolicy.reports import Look

MOST = 2_000
"""The most findings that are drawn: a browser has to hold the page."""
_LONGEST = 2_000
"""The most characters of a message, a hint or a value."""
_WHOLE = "the data as a whole"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def render(report: Report, look: Look) -> str:
    """The report as one HTML document; of very many findings the first, errors before others."""
    return "".join(_Page(report).parts())


def _chosen(report: Report) -> list[Finding]:
    """The findings that are drawn, in the report's order."""
    if len(report) <= MOST:
        return list(report)
    grave = {severity: rank for rank, severity in enumerate(Severity)}
    ranked = sorted(enumerate(report), key=lambda one: (grave[one[1].severity], one[0]))[:MOST]
    return [finding for _, finding in sorted(ranked, key=lambda one: one[0])]


class _Page:
    """One page: its findings, and the short names by which they are filtered and linked."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.findings = _chosen(report)
        self.files = {
            path: f"f{number}"
            for number, path in enumerate(dict.fromkeys(one.path for one in self.findings))
        }
        codes = Counter(one.code for one in self.findings)
        self.rules = {code: f"r{number}" for number, code in enumerate(sorted(codes))}
        self.severities = [
            severity for severity in Severity if any(one.severity is severity for one in self)
        ]
        self.numbers = 0

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def parts(self) -> Iterator[str]:
        """The document from its first line to its last."""
        verdict = "valid" if self.report.valid else "not valid"
        yield "<!DOCTYPE html>\n"
        yield '<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        yield f"<title>chippolicy report: {verdict}</title>\n"
        yield f"<style>{STYLE}{filter_rules(self._classes())}</style>\n</head>\n<body>\n"
        yield f"<header>\n<h1>chippolicy report: {verdict}</h1>\n"
        yield f'<p class="{"good" if self.report.valid else "error"}">'
        yield f"{text(summary(self.report))}</p>\n</header>\n<main>\n"
        yield self._file_table()
        if self.findings:
            yield self._filters()
            for path in self.files:
                yield from self._file(path, [one for one in self if one.path == path])
            yield self._closing()
            yield self._explained()
        yield "</main>\n</body>\n</html>\n"

    def _classes(self) -> Iterator[str]:
        yield from (f"s-{severity}" for severity in self.severities)
        yield from self.files.values()
        yield from self.rules.values()

    # The summary

    def _file_table(self) -> str:
        found = _counted(self.report)
        faulty = {place for place, _ in found}
        rows: dict[bool, list[str]] = {True: [], False: []}
        for file in self.report.files:
            place = file.path, file.table
            counts = [found[place, severity] for severity in Severity]
            name = f"<bdi>{text(file.path)}</bdi>"
            if file.path in self.files:
                name = f'<a href="#{self.files[file.path]}">{name}</a>'
            numbers = "".join(f'<td class="number">{n:,}</td>' for n in (file.rows, *counts))
            rows[place in faulty].append(
                f'<tr><th scope="row">{name}</th>'
                f'<td class="spare">{text(file.table or "")}</td>{numbers}</tr>\n'
            )
        head = '<th scope="col">file</th><th scope="col" class="spare">table</th>'
        for heading in ("rows", "errors", "warnings", "notes"):
            head += f'<th scope="col">{heading}</th>'
        tables = {
            faulty: f'<div class="scroll" tabindex="0" role="group" aria-label="files">'
            f"<table><thead><tr>{head}</tr></thead>\n<tbody>{''.join(some)}</tbody></table></div>\n"
            for faulty, some in rows.items()
            if some
        }
        clean = len(rows[False])
        page = tables.get(True, "")
        if clean:
            page += f"<details><summary>{clean:,} {'file' if clean == 1 else 'files'} "
            page += f"without findings</summary>\n{tables[False]}</details>\n"
        return page

    # The filters

    def _filters(self) -> str:
        severities = Counter(one.severity for one in self)
        files = Counter(one.path for one in self)
        rules = Counter(one.code for one in self)
        by_severity = [
            (f"s-{severity}", severity.value, severities[severity]) for severity in self.severities
        ]
        by_file = [
            (name, _WHOLE if path is None else path, files[path])
            for path, name in self.files.items()
        ]
        by_rule = [(name, code, rules[code]) for code, name in self.rules.items()]
        return (
            '<form class="filters" autocomplete="off" aria-label="Filter the findings">\n'
            + _choices("severity", by_severity)
            + f"<details><summary>By file</summary>\n{_choices('file', by_file)}</details>\n"
            + f"<details><summary>By rule</summary>\n{_choices('rule', by_rule)}</details>\n"
            + '<p class="only-filtered"><button type="reset">Show all</button></p>\n</form>\n'
        )

    # The findings

    def _file(self, path: str | None, findings: list[Finding]) -> Iterator[str]:
        name = self.files[path]
        kinds = {self._kind(finding) for finding in findings}
        classes = " ".join(["part", *sorted(set(" ".join(kinds).split()))])
        yield f'<section class="{classes}" id="{name}">\n'
        yield f"<h2><bdi>{text(_WHOLE if path is None else path)}</bdi></h2>\n"
        rows = faulty_rows(path, findings)
        for finding in findings:
            yield self._finding(finding, rows.get(finding))
        yield "</section>\n"

    def _kind(self, finding: Finding) -> str:
        rule, file = self.rules[finding.code], self.files[finding.path]
        return f"s-{finding.severity} {file} {rule}"

    def _finding(self, finding: Finding, row: Row | None) -> str:
        self.numbers += 1
        anchor = f"finding-{self.numbers}"
        code = f"<code>{text(finding.code)}</code>"
        if finding.code in CATALOG:
            code = f'<a href="#rule-{self.rules[finding.code]}">{code}</a>'
        page = (
            f'<article class="finding part {self._kind(finding)}" id="{anchor}">\n'
            f'<div class="place"><h3><span class="{finding.severity}">{finding.severity}</span> '
            f"{_place(finding)}</h3> <span>{code}</span> "
            f'<a href="#{anchor}" aria-label="link to finding {self.numbers}">#</a></div>\n'
            f'<p class="message"><bdi>{text(finding.message, _LONGEST)}</bdi></p>\n'
            f"{drawn(finding, row)}"
        )
        if finding.hint:
            page += f"<p><b>Hint:</b> <bdi>{text(finding.hint, _LONGEST)}</bdi></p>\n"
        if finding.count > 1:
            page += f"<p>{text(times(finding), _LONGEST)}</p>\n"
        return page + _details(finding) + "</article>\n"

    def _closing(self) -> str:
        page = '<p class="shown only-filtered"> of '
        page += f"{len(self.findings):,} findings shown</p>\n"
        left_out = len(self.report) - len(self.findings)
        if left_out:
            page += f"<p>{left_out:,} more findings are not drawn here; "
            page += "the CSV report has them all.</p>\n"
        return page

    def _explained(self) -> str:
        page = "<h2>The rules</h2>\n"
        for code, name in self.rules.items():
            if code in CATALOG:
                rule = CATALOG[code]
                page += (
                    f'<section id="rule-{name}">\n<h3><code>{text(code)}</code>: '
                    f"{text(rule.title)}</h3>\n<p>{text(rule.reason)} {text(rule.hint)}</p>\n"
                    "</section>\n"
                )
        return page


def _counted(report: Report) -> Counter[tuple[tuple[str | None, str | None], Severity]]:
    """How many findings of a severity there are in a table of a file.

    A workbook or dataset has several tables; what is of none of them counts for the first.
    """
    known = {(file.path, file.table) for file in report.files}
    first: dict[str | None, str | None] = {}
    for file in report.files:
        first.setdefault(file.path, file.table)
    return Counter(
        (
            (one.path, one.table if (one.path, one.table) in known else first.get(one.path)),
            one.severity,
        )
        for one in report
    )


def _choices(group: str, choices: list[tuple[str, str, int]]) -> str:
    page = f'<fieldset><legend class="unseen">{group}</legend>\n'
    page += f'<label><input type="radio" name="{group}" checked> every {group}</label>\n'
    for name, words, number in choices:
        page += (
            f'<label><input type="radio" class="narrow" name="{group}" id="pick-{name}"> '
            f'<bdi>{text(words)}</bdi> <span class="faint">({number:,})</span></label>\n'
        )
    return page + "</fieldset>\n"


def _place(finding: Finding) -> str:
    if qualified(finding) is not None:
        page = text(spot(finding), _LONGEST)
        named = f": {text(finding.column, _LONGEST)}" if finding.cell and finding.column else ""
        return f"<bdi>{page}{named}</bdi>"
    page = f"line {finding.line:,}" if finding.line is not None else ""
    if finding.column is not None:
        page += f"{', ' if page else ''}<bdi>{text(finding.column, _LONGEST)}</bdi>"
    return page


def _details(finding: Finding) -> str:
    told = [
        (name, value)
        for name, value in (
            ("record", finding.record),
            ("table", finding.table),
            ("field", finding.field),
            ("value", finding.value),
            ("sheet", finding.sheet),
            ("pointer", finding.pointer),
            ("records", ", ".join(one.record for one in finding.places if one.record)),
        )
        if value
    ]
    if not told:
        return ""
    items = "".join(
        f"<dt>{name}</dt><dd><bdi>{text(value, _LONGEST)}</bdi></dd>" for name, value in told
    )
    return f"<details><summary>Details</summary>\n<dl>{items}</dl></details>\n"
