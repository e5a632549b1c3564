"""The HTML page: well-formed, alone in the world, and nothing in it but what we wrote."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from hypothesis import given, settings

from chippolicy.findings import FileSummary, Finding, Report, Severity
from chippolicy.reports import html, render
from chippolicy.reports.visible import visible
from tests.reports.hostile import reports

VOID = {"input", "meta"}
TAGS = {
    "a", "article", "b", "bdi", "body", "button", "code", "dd", "details", "div", "dl", "dt",
    "fieldset", "form", "h1", "h2", "h3", "head", "header", "html", "i", "input", "label",
    "legend", "main", "mark", "meta", "p", "section", "span", "style", "summary", "table", "tbody",
    "td", "th", "thead", "title", "tr",
}  # fmt: skip
ATTRIBUTES = {
    "aria-label", "autocomplete", "charset", "checked", "class", "content", "href", "http-equiv",
    "id", "lang", "name", "role", "scope", "tabindex", "type",
}  # fmt: skip


class Page(HTMLParser):
    """A page taken apart; whatever is not well-formed fails at once."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.marks: list[str] = []
        self.articles = 0
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS
        assert {name for name, _ in attrs} <= ATTRIBUTES
        told = dict(attrs)
        if (href := told.get("href")) is not None:
            self.links.append(href)
        if (name := told.get("id")) is not None:
            self.ids.append(name)
        self.articles += tag == "article"
        if tag == "mark":
            self.marks.append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        raise AssertionError(tag)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            return
        self.words.append(data)
        if "mark" in self.open and self.open[-1] != "span":
            self.marks[-1] += data


@given(reports())
@settings(max_examples=150)
def test_any_report_is_a_well_formed_page_of_our_own_tags(report: Report) -> None:
    """Whatever the data holds, tags nest, and none of tags and attributes comes from the data."""
    page = Page(render(report, "html"))
    assert page.articles == len(report)
    assert len(set(page.ids)) == len(page.ids)
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)


@given(reports())
def test_the_words_of_the_data_are_on_the_page(report: Report) -> None:
    """Each message, hint, value and record stands on the page as it is seen, up to its limit."""
    words = "".join(Page(render(report, "html")).words)
    for finding in report:
        for told in (finding.message, finding.hint, finding.value, finding.record, finding.path):
            assert visible((told or "")[:2000]) in words


@given(reports())
def test_the_page_asks_for_nothing(report: Report) -> None:
    """No address is loaded: there is no script, no outside style, and a policy against both."""
    text = render(report, "html")
    head = text[: text.index("</head>")]
    assert "default-src 'none'" in head
    assert not re.search(r"@import|url\(|https?:|//", head)
    assert not re.search(r"<(script|img|link|iframe|object|embed|base)\b| on[a-z]+=", text)


def drawn(text: str, finding: Finding) -> tuple[str, Page]:
    """The row that is drawn for a finding, cells joined by bars, and the page."""
    page = render(Report((finding,), (FileSummary("f.csv", "chips", 1),)), "html")
    table = page[page.index('<table class="row">') :]
    table = table[: table.index("</table>")]
    rows = [
        "|".join(re.sub("<[^>]*>", "", cell) for cell in re.findall("<t[hd].*?</t[hd]>", row))
        for row in re.findall("<tr>.*?</tr>", table)
    ]
    return "\n".join(rows).replace("at fault: ", "!"), Page(page)


def in_file(tmp_path: Path, text: str, line: int, column: str | None) -> Finding:
    path = tmp_path / "f.csv"
    path.write_text(text, encoding="utf-8")
    return Finding("value/date", Severity.ERROR, "m", path=str(path), line=line, column=column)


def test_the_faulty_row_is_drawn_and_its_cell_marked(tmp_path: Path) -> None:
    text = 'id,a,b,c,d,e,f\n"x\ny",1,2,3,4,5,6\nz,1,2,"日本, <b>",4,5,6\n'
    row, page = drawn(text, in_file(tmp_path, text, 4, "c"))
    assert row == "line|id|a|b|c|d|e|…\n4|z|1|2|!日本, &lt;b&gt;|4|5|…"
    assert page.marks == ["日本, <b>"]


def test_a_blank_and_a_lacking_cell_are_marked(tmp_path: Path) -> None:
    text = "id,a,b\nx,,1\ny,1\n"
    assert drawn(text, in_file(tmp_path, text, 2, "a"))[0] == "line|id|a|b\n2|x|!blank|1"
    assert drawn(text, in_file(tmp_path, text, 3, "b"))[0] == "line|id|a|b\n3|y|1|!no cell"
    assert drawn(text, in_file(tmp_path, text, 3, None))[0] == "line|id|a|b\n3|y|1|!no cell"


def test_a_row_that_is_too_long_shows_its_ends(tmp_path: Path) -> None:
    text = "a,b,c,d,e,f,g,h\n1,2,3,4,5,6,7,8,9\n"
    row = drawn(text, in_file(tmp_path, text, 2, None))[0]
    assert row == "line|a|b|c|d|…|g|h|no heading\n2|1|2|3|4|…|7|8|9"


def test_a_heading_at_fault_is_marked(tmp_path: Path) -> None:
    text = "id,nmae\nx,1\n"
    assert drawn(text, in_file(tmp_path, text, 1, "nmae"))[0] == "line|id|!nmae"


def test_without_the_file_the_value_alone_is_drawn() -> None:
    finding = Finding(
        "value/date", Severity.ERROR, "m", path="gone.json", line=7, column="a", value="v"
    )
    assert drawn("", finding)[0] == "a\n!v"


def test_of_very_many_findings_the_gravest_are_drawn_and_the_rest_is_said() -> None:
    mild = [Finding("key/clash", Severity.WARNING, f"mild {n}") for n in range(html.MOST)]
    grave = [Finding("value/date", Severity.ERROR, f"grave {n}") for n in range(3)]
    text = render(Report((*mild, *grave)), "html")
    page = Page(text)
    assert page.articles == html.MOST
    words = "".join(page.words)
    assert "grave 2" in words
    assert f"mild {html.MOST - 4}" in words
    assert f"mild {html.MOST - 3}" not in words
    assert "3 more findings are not drawn here" in words


def test_a_filter_is_a_choice_that_a_style_rule_obeys() -> None:
    """Each severity, file and rule has its choice, and the rule that hides all else."""
    report = Report(
        (
            Finding("value/date", Severity.ERROR, "m", path="a.csv"),
            Finding("key/clash", Severity.WARNING, "m", path="b.csv"),
        )
    )
    text = render(report, "html")
    for name in ("s-error", "s-warning", "f0", "f1", "r0", "r1"):
        assert text.count(f'id="pick-{name}"') == 1
        assert f"main:has(#pick-{name}:checked) .part:not(.{name})" in text
        assert re.search(f'class="finding part [^"]*\\b{name}\\b', text)


def test_a_workbook_is_counted_by_table() -> None:
    """Each table of a file has its own findings; what is of none counts for the first."""
    files = (FileSummary("b.xlsx", "chips", 3), FileSummary("b.xlsx", "actors", 2))
    told = [("actors", Severity.ERROR), ("actors", Severity.NOTE), (None, Severity.WARNING)]
    found = tuple(Finding("a/b", grave, "m", path="b.xlsx", table=table) for table, grave in told)
    page = render(Report(found, files), "html")
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    rows = [re.sub("<[^>]*>", " ", row).split() for row in re.findall("<tr>.*?</tr>", body)]
    assert rows == [
        ["b.xlsx", "chips", "3", "0", "1", "0"],
        ["b.xlsx", "actors", "2", "1", "0", "1"],
    ]


def test_a_clean_report_says_so() -> None:
    words = "".join(Page(render(Report((), (FileSummary("a.csv", "chips", 3),)), "html")).words)
    assert "valid: 1 table, 3 rows, no findings" in words
    assert "1 file without findings" in words
