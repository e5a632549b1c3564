"""Hypothesis strategies for reports made of what is hardest to write down."""

from __future__ import annotations

from hypothesis import strategies as st

from chippolicy.findings import FileSummary, Finding, Place, Report, Severity
from chippolicy.rules import CATALOG

NASTY = [
    "", " ", "\n", "\r\n", "\t", "\x00", "\x0b", "\x1b[31m", "\x7f", "\x85", "\u2028", "\u200b",
    "\u202e", "\u2066", "\ufeff", "\ufffe", "\uffff", "\ud800", "\udfff", "\U000e0041",
    "日本語（％）", "مرحبا", "👩‍👩‍👧", "e\u0301", "%", "%25", "%0A", ":", "::", ",", "::error ::x",
    "<", ">", "&", "&amp;", "&#0;", '"', "'", "<script>alert(1)</script>", "</style>", "-->", "]]>",
    "<![CDATA[", "<!--", "\\", "\\u0041", "{0}", "{{", "}", "[a](1)", "[b](https://x.test)", "](",
    "=1+1", "+1", "-1", "@SUM(A1)", "＝1", "'", "'=1", "''=1", '""', "../../x.csv", "/a b/c.csv",
    "C:\\x.csv", "a:b.csv", "#1", "?q", "chips/a", "2", "null",
]  # fmt: skip
PATHS = ["a.csv", "データ/b.csv", "b.xlsx", "c.parquet", "d.json", "e.jsonl", "f.yaml", "g.tsv.gz",
    "h.zip/i.xlsx", "h.zip/j/k.json", "-"]  # fmt: skip


def texts() -> st.SearchStrategy[str]:
    """Texts of every character there is, lone halves of characters included."""
    return st.one_of(
        st.sampled_from(NASTY),
        st.text(st.characters(codec=None), max_size=12),
        st.lists(st.sampled_from(NASTY), max_size=4).map("".join),
    )


def findings() -> st.SearchStrategy[Finding]:
    """Findings of known and unknown rules, each field there or not."""
    text, line = st.none() | texts(), st.none() | st.integers(1, 5) | st.integers(1, 10**9)
    return st.builds(
        Finding,
        code=st.sampled_from(list(CATALOG)) | texts(),
        severity=st.sampled_from(Severity),
        message=texts(),
        hint=text,
        path=st.none() | st.sampled_from(PATHS) | texts(),
        line=line,
        column=text,
        table=text,
        record=text,
        field=text,
        value=text | st.just("長い" * 1_200),
        pointer=text | st.sampled_from(["/0/id", "/events/3/title"]),
        sheet=text | st.sampled_from(["events", "事件 1"]),
        cell=st.none() | st.sampled_from(["A1", "C7", "AB1048576"]),
        count=st.integers(1, 10**6),
        places=st.lists(st.builds(Place, line, text), max_size=3).map(tuple),
    )


def reports() -> st.SearchStrategy[Report]:
    """Reports of some findings, files with and without any, and findings left out."""
    return st.builds(
        Report,
        findings=st.lists(findings(), max_size=4).map(tuple),
        files=st.lists(
            st.builds(FileSummary, texts(), st.none() | texts(), st.integers(0, 10**9)), max_size=2
        ).map(tuple),
        seconds=st.floats(0, 1e6),
        unreadable=st.booleans(),
        counts=st.none() | st.just({"error": 50, "warning": 50, "note": 50}),
    )
