"""Quotes and locators held against texts: what is found, what is not, and what is closest."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chippolicy import Finding, Report, validate
from chippolicy._resources import resource
from chippolicy.findings import Severity
from tests.small import write_csv

EVIDENCE = ("evidence/quote-absent", "evidence/locator")
MARKS = "\"'“”‘’„«»「」『』＂"
CITATION = ["record", "field", "source_id", "n", "locator", "relation", "confidence", "quote"]


def check(
    folder: Path,
    quotes: Sequence[tuple[str, str]],
    text: str | bytes,
    *,
    name: str = "report.txt",
    select: Sequence[str] = EVIDENCE,
) -> Report:
    """Hold quotes, each with its locator, against a text."""
    data = folder / "data"
    data.mkdir(exist_ok=True)
    write_csv(data / "sources.csv", [["id", "kind", "title"], ["report", "news", "A report"]])
    write_csv(
        data / "citations.csv",
        [
            CITATION,
            *(
                ["sources/report", "*", "report", str(n), locator, "supports", "single", quote]
                for n, (quote, locator) in enumerate(quotes, 1)
            ),
        ],
    )
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return validate(data, against="none", source_texts={"report": file}, select=select)


def squeezed(text: str) -> str:
    """A text without blanks and quotation marks, to compare what is told with what was written."""
    return "".join(one for one in text if not one.isspace() and one not in MARKS)


def passage_of(finding: Finding) -> str:
    match = re.search(r"the closest passage \(.*?\) is (.*): the quote ", finding.message, re.S)
    assert match, finding.message
    return match[1]


# Texts: words that differ, in a script with blanks between words and in one without.

LETTERS = "abcdefghijklmnoprstuvwy"
WORDS = st.lists(
    st.text(LETTERS, min_size=3, max_size=9), min_size=12, max_size=60, unique_by=str.casefold
)
HAN = [chr(code) for code in range(0x4E00, 0x4E00 + 400)]
SIGNS = st.sampled_from(["", "", "", ",", ".", ";", ":", "—", "”", "“", "’s", "(", "…", "%"])
JAPANESE_SIGNS = st.sampled_from(["", "", "", "、", "。", "「", "」", "ー", "（"])
BLANKS = st.sampled_from([" ", "\n", "\n    ", "  ", "\t", "\r\n", "\u3000", "\u00a0"])


def exchanged(draw: st.DrawFn, text: str) -> str:
    """The text with other quotation marks for those it has."""
    return "".join(draw(st.sampled_from(MARKS)) if one in MARKS else one for one in text)


@st.composite
def cuts(draw: st.DrawFn) -> tuple[str, str]:
    """A text, and a piece of it from the beginning of one word to the end of another."""
    # Long texts are folded in pieces: the quote may lie across the seam of two.
    before = draw(st.integers(0, 600))
    if draw(st.booleans()):
        words = [word + draw(SIGNS) for word in draw(WORDS)]
        first = draw(st.integers(0, len(words) - 1))
        last = draw(st.integers(first, len(words) - 1))
        text = "".join(word + draw(BLANKS) for word in words)
        piece = "".join(word + draw(BLANKS) for word in words[first : last + 1])
        return "so " * (before // 3) + text, exchanged(draw, piece).strip()
    letters = [one + draw(JAPANESE_SIGNS) for one in draw(st.permutations(HAN))[:60]]
    first = draw(st.integers(0, 55))
    last = draw(st.integers(first + 1, 59))
    wrapped = st.sampled_from(["", "", "", "", "\n", "\n\u3000"])
    text = "".join(one + draw(wrapped) for one in letters)
    piece = "".join(one + draw(wrapped) for one in letters[first : last + 1])
    return "字" * before + text, exchanged(draw, piece).strip()


@given(cuts())
def test_what_is_cut_out_of_a_text_is_found(cut: tuple[str, str]) -> None:
    """A quote cut out at any word, wrapped anew and with other quotation marks, is found."""
    text, quote = cut
    with TemporaryDirectory() as folder:
        assert list(check(Path(folder), [(quote, "")], text)) == []


@st.composite
def altered(draw: st.DrawFn) -> tuple[str, str, str]:
    """A text, a piece of it, and that piece with one word (or two syllables) replaced."""
    if draw(st.booleans()):
        words = draw(WORDS)
        first = draw(st.integers(0, len(words) - 5))
        last = draw(st.integers(first + 4, min(first + 24, len(words) - 1)))
        at = draw(st.integers(first, last))
        other = draw(st.sampled_from(["xq", "zzz", words[at][:-1], words[at] + "s", "x" * 20]))
        false = [*words[first:at], other, *words[at + 1 : last + 1]]
        return " ".join(words), " ".join(words[first : last + 1]), " ".join(false)
    letters = draw(st.permutations(HAN))[:80]
    first = draw(st.integers(0, 60))
    last = first + draw(st.integers(10, 19))
    at = draw(st.integers(first, last - 1))
    false = [*letters[first:at], "違", "う", *letters[at + 2 : last + 1]]
    return "".join(letters), "".join(letters[first : last + 1]), "".join(false)


def is_shown(quote: str, passage: str) -> bool:
    """Whether a quote stands in a passage; in one that is cut short, as far as it goes."""
    shown = passage.removesuffix("…")
    if shown == passage or quote in shown:
        return quote in shown
    at = shown.find(quote[:20])
    return at >= 0 and quote.startswith(shown[at:])


@given(altered(), st.text("abc .\n\u5b57", max_size=3_000))
def test_an_altered_quote_is_not_found_and_its_place_is_shown(
    drawn: tuple[str, str, str], before: str
) -> None:
    """A quote with one word replaced is never found, and the passage shown is the one it is of."""
    text, quote, false = drawn
    with TemporaryDirectory() as folder:
        (finding,) = check(Path(folder), [(false, "")], f"{before}\n\n{text}\n\nThe end.")
    assert finding.code == "evidence/quote-absent"
    assert finding.severity is Severity.ERROR
    assert (finding.line, finding.column, finding.value) == (2, "quote", false)
    assert is_shown(squeezed(quote), squeezed(passage_of(finding)))
    assert finding.hint


@settings(max_examples=max(settings().max_examples // 3, 20))
@given(st.data(), WORDS)
def test_findings_do_not_hang_on_the_order_of_rows(data: st.DataObject, words: list[str]) -> None:
    """The same rows in any order give the same findings, but for the lines they are on."""
    text = ".\n\n".join(" ".join(words[at : at + 6]) for at in range(0, len(words), 6))
    piece = st.integers(0, len(words) - 4).map(lambda at: " ".join(words[at : at + 4]))
    quotes = st.tuples(
        piece | piece.map(lambda text: text.replace("e", "o", 1)),
        st.sampled_from(["", "paragraph 1", "paragraph 2", "paragraph 99", "page 3"]),
    )
    rows = data.draw(st.lists(quotes, max_size=8))
    order = data.draw(st.permutations(rows))

    def told(report: Report) -> list[tuple[str, str, str | None, str | None, int]]:
        return sorted((f.code, f.message, f.hint, f.value, f.count) for f in report)

    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        assert told(check(Path(one), rows, text)) == told(check(Path(other), order, text))


@settings(max_examples=max(settings().max_examples // 2, 20))
@given(st.data(), WORDS)
def test_a_locator_names_the_paragraph_or_is_told_the_right_one(
    data: st.DataObject, words: list[str]
) -> None:
    """A quote's paragraph is right, and any other is told, with the right one in the hint."""
    width = data.draw(st.integers(3, 6))
    paragraphs = [words[at : at + width] for at in range(0, len(words), width)]
    gap = data.draw(st.sampled_from(["\n\n", "\r\n\r\n", "\n \t\n\n", "\n\n\n"]))
    head = data.draw(st.sampled_from(["", f"A headline{gap}", f"A headline{gap}By A. B{gap}"]))
    text = head + gap.join("\n".join(one) + "." for one in paragraphs)
    number = data.draw(st.integers(1, len(paragraphs)))
    named = data.draw(st.integers(1, len(paragraphs) + 2))
    locator = data.draw(
        st.sampled_from(["paragraph {}", "Paragraph {}", "para. {}", "¶ {}", "第{}段落"])
    ).format(named)
    with TemporaryDirectory() as folder:
        findings = list(
            check(Path(folder), [(" ".join(paragraphs[number - 1][:3]), locator)], text)
        )
    if named == number or len(paragraphs) == 1:
        assert findings == []
        return
    (finding,) = findings
    assert (finding.code, finding.column) == ("evidence/locator", "locator")
    assert finding.severity is Severity.WARNING
    assert finding.hint == f"Write paragraph {number}."


@given(
    st.lists(
        st.text(st.characters(codec="utf-8"), min_size=1)
        | st.sampled_from(["…", "''", "ｶﾞ", "e\u0301", "한글", "\u00ad", "[...]", "a…a", "ﬁ", "½"]),
        max_size=6,
    ),
    st.text(st.characters(codec="utf-8")) | st.binary(),
    st.sampled_from(["report.txt", "report.md"]),
)
def test_whatever_the_text_and_the_quotes_there_is_a_report(
    quotes: list[str], text: str | bytes, name: str
) -> None:
    """No text and no quote makes it fail: there is a report, and every finding says something."""
    with TemporaryDirectory() as folder:
        report = check(Path(folder), [(quote, "paragraph 2") for quote in quotes], text, name=name)
    assert all(finding.message and finding.hint for finding in report)


# Examples

TEXT = """A little deal

By A. Writer

The president called the chip “obsolete”, but said it still
has a market. “So we negotiated a little deal,” he added. The well-
known share of semi-
conductor sales is 15 percent, and 4,800 GB/s the limit.

He said it twice: it still has a market.
"""


@pytest.mark.parametrize(
    ("quote", "there"),
    [
        ("So we negotiated a little deal", True),
        ('"So we negotiated a little deal,"', True),
        ("well-known share of semiconductor sales", True),
        ("4,800 GB/s", True),
        ("800 GB/s", False),
        ("the chip 'obsolete'", True),
        ("called … obsolete", True),
        ("called [...] obsolete", True),
        ("… the chip …", True),
        ("obsolete … called", False),
        ("A little deal … twice", True),
        ("negotiated a little dea", False),
        ("So We negotiated", False),
        ("…", False),
    ],
)
def test_a_quote_is_there_or_not(tmp_path: Path, quote: str, there: bool) -> None:
    assert (list(check(tmp_path, [(quote, "")], TEXT)) == []) is there


@pytest.mark.parametrize(
    ("locator", "right"),
    [
        ("headline", None),
        ("paragraph 1", None),
        ("byline", "headline"),
        ("line 1", None),
        ("line 6", None),
        ("lines 2-3", "line 1"),
        ("3A090.a.1", None),
        ("page 9", None),
    ],
)
def test_a_quote_that_stands_in_two_places_may_be_located_in_either(
    tmp_path: Path, locator: str, right: str | None
) -> None:
    report = check(tmp_path, [("little deal", locator)], TEXT)
    assert [finding.hint for finding in report] == ([f"Write {right}."] if right else [])


def test_differences_are_told_in_words(tmp_path: Path) -> None:
    quotes = [
        ("So we struck a little deal", ""),
        ("it still has a very small market", ""),
        ("The share of sales is 15 percent", ""),
        ("Nobody ever wrote anything of this kind", ""),
        ("he still has", ""),
        ("800 GB/s the limit", ""),
    ]
    messages = [finding.message for finding in check(tmp_path, quotes, TEXT)]
    assert messages[0] == (
        "quote is 'So we struck a little deal', which is not in the text of report; the closest "
        "passage (paragraph 1, line 6) is 'So we negotiated a little deal': "
        "the quote has 'struck' for 'negotiated'"
    )
    assert messages[1].endswith("the quote adds 'very small'")
    assert messages[2].endswith("the quote has 'The' for 'known', lacks 'semi-conductor'")
    assert messages[3].endswith("which is not in the text of report, nor is anything like it")
    assert messages[4].endswith("is 'it still has': the quote has 'he' for 'it'")
    assert messages[5].endswith(
        "is '4,800 GB/s the limit': the quote begins or ends inside a word or number"
    )


def test_an_altered_japanese_quote_is_told_by_its_characters(tmp_path: Path) -> None:
    text = "大統領は、この半導体を「時代遅れ」と呼びながら、\nそれでも需要はあると述べた。"
    (finding,) = check(tmp_path, [("“時代遅れ”と呼びながら、それでも供給はある", "")], text)
    assert finding.message.endswith("the quote has '供給' for '需要'")
    assert finding.hint == (
        "Write the source's own words: 「時代遅れ」と呼びながら、それでも需要はある"
    )


@pytest.mark.parametrize(
    ("text", "quote", "passage"),
    [
        (
            "aaa aab aad aaaaaaaa aac aaaa aaab aaac aaaaa aaaaaaa aaaaaa aaaaaaaaa",
            "xq aab aad aaaaaaaa aac",
            "aaa aab aad aaaaaaaa aac",
        ),
        (
            "aaaaaaaaa aaaaa aab aabaaa aaaaaa aaa aaaaaaa aaba",
            "aabaaa aaaaaa aaa aaaaaaa xq",
            "aabaaa aaaaaa aaa aaaaaaa aaba",
        ),
    ],
)
def test_a_passage_is_shown_whole_though_pieces_of_the_quote_stand_elsewhere(
    tmp_path: Path, text: str, quote: str, passage: str
) -> None:
    # What stands elsewhere leads to a part of the text that the passage is only half in.
    (finding,) = check(tmp_path, [(quote, "")], f"{text}.\n\nThe end.")
    assert passage_of(finding) == repr(passage)
    word = passage.split()[0 if quote.startswith("xq") else -1]
    assert f"the quote has 'xq' for '{word}'" in finding.message


def test_one_quote_in_many_rows_is_one_finding(tmp_path: Path) -> None:
    (finding,) = check(tmp_path, [("So we struck a deal", "")] * 12, TEXT)
    assert (finding.count, finding.line, len(finding.places)) == (12, 2, 10)


def test_of_very_many_the_first_are_told_and_all_are_counted(tmp_path: Path) -> None:
    quotes = [(f"So we struck {number} deals", "") for number in range(1_005)]
    report = check(tmp_path, quotes, TEXT)
    assert (len(report), report.errors) == (1_000, 1_005)


def test_the_shipped_quotes_of_a_text_are_found_in_it(tmp_path: Path) -> None:
    """All quotes of the article that are shipped, put into one text, are found there."""
    with (resource("datapackage") / "data" / "citations.csv").open(encoding="utf-8") as file:
        quotes = [row["quote"] for row in csv.DictReader(file) if row["source_id"] == "article-ja"]
    text = tmp_path / "article-ja.txt"
    text.write_text("。\n\n".join(filter(None, quotes)), encoding="utf-8")
    selected = ["evidence/quote-absent"]
    assert list(validate(source_texts=tmp_path, select=selected)) == []
    text.write_text("別の話。", encoding="utf-8")
    assert validate(source_texts=tmp_path, select=selected).errors == len({*quotes} - {""})


def test_the_place_in_a_json_file_is_told(tmp_path: Path) -> None:
    """Whatever the format of the data, a quote is held against the text, and found in its place."""
    sources = [{"id": "report", "kind": "news", "title": "A report"}]
    row = {"record": "sources/report", "field": "*", "source_id": "report", "n": 1,
           "relation": "supports", "confidence": "single"}  # fmt: skip
    quotes = ["So we negotiated a little deal", "So we struck a little deal"]
    rows = [row | {"n": n, "quote": quote} for n, quote in enumerate(quotes, 1)]
    answer = tmp_path / "answer.json"
    answer.write_text(json.dumps({"sources": sources, "citations": rows}, indent=1), "utf-8")
    (tmp_path / "report.txt").write_text(TEXT, encoding="utf-8")
    report = validate(
        answer, against="none", source_texts={"report": tmp_path / "report.txt"}, select=EVIDENCE
    )
    (finding,) = report
    assert (finding.path, finding.pointer) == (str(answer), "/citations/1/quote")
    assert finding.line == answer.read_text("utf-8").splitlines().index(
        '   "record": "sources/report",', 12
    )


# Statements

STATEMENTS = [
    ["id", "kind", "text", "quote"],
    ["a-deal", "quotation", "A deal was made.", "So we negotiated a little deal"],
]


def check_statement(
    folder: Path, citations: Sequence[Sequence[str]], texts: Mapping[str, str]
) -> Report:
    data = folder / "data"
    data.mkdir()
    kinds = [[source, "news", "A report"] for source in ("report", "mirror")]
    write_csv(data / "sources.csv", [["id", "kind", "title"], *kinds])
    write_csv(data / "statements.csv", STATEMENTS)
    rows = [["statements/a-deal", *row, "single", ""] for row in citations]
    head = ["record", "field", "source_id", "n", "relation", "confidence", "quote"]
    write_csv(data / "citations.csv", [head, *rows])
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    files = {name: folder / f"{name}.txt" for name in texts}
    return validate(data, against="none", source_texts=files)


ALL, OTHER = ["*", "report", "1", "supports"], ["*", "mirror", "1", "supports"]


@pytest.mark.parametrize(
    ("citations", "texts", "told"),
    [
        ([ALL], {"report": TEXT}, False),
        ([ALL], {"report": "Nothing of it."}, True),
        ([ALL, OTHER], {"report": "Nothing of it."}, False),
        ([ALL, OTHER], {"report": "Nothing of it.", "mirror": TEXT}, False),
        ([ALL, OTHER], {"report": "Nothing of it.", "mirror": "Nor here."}, True),
        ([ALL, ["made_on", "mirror", "1", "supports"]], {"report": "Nothing of it."}, True),
        ([ALL, ["*", "mirror", "1", "contradicts"]], {"report": "Nothing of it."}, True),
    ],
)
def test_a_statements_quote_stands_in_one_of_its_sources(
    tmp_path: Path, citations: list[list[str]], texts: dict[str, str], told: bool
) -> None:
    """It is told where every source of the statement has a text and none holds the quote."""
    found = [(f.code, f.path and Path(f.path).name, f.line, f.column, f.record)
             for f in check_statement(tmp_path, citations, texts)]  # fmt: skip
    place = ("evidence/quote-absent", "statements.csv", 2, "quote", "statements/a-deal")
    assert found == ([place] if told else [])


# What is given as a text


def test_a_retired_sources_quotes_are_looked_for_in_its_successors_text(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    write_csv(data / "sources.csv", [["id", "kind", "title"], ["report", "news", "A report"]])
    write_csv(data / "redirects.csv", [["old", "new"], ["sources/copy", "sources/report"]])
    row = ["sources/report", "*", "copy", "1", "", "supports", "single", "So we struck a deal"]
    write_csv(data / "citations.csv", [CITATION, row])
    (tmp_path / "report.txt").write_text(TEXT, encoding="utf-8")
    report = validate(data, against="none", source_texts={"report": tmp_path / "report.txt"})
    assert {finding.code for finding in report} == {"ref/redirected", "evidence/quote-absent"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "file/not-found"),
        ("大統領は、この半導体を".encode("cp932"), "file/encoding"),
        (TEXT.encode("utf-16"), "file/encoding"),
        (b"caf\xe9", "file/encoding"),
        (b" " * (64 * 1024 * 1024 + 1), "file/unreadable"),
    ],
)
def test_a_text_that_cannot_be_read_is_told_and_keeps_its_quotes_unjudged(
    tmp_path: Path, content: bytes | None, code: str
) -> None:
    check(tmp_path, [("So we struck a deal", "")], TEXT)
    file = tmp_path / "other.txt"
    if content is not None:
        file.write_bytes(content)
    report = validate(tmp_path / "data", against="none", source_texts={"report": file})
    assert [(finding.code, finding.path) for finding in report] == [(code, str(file))]
    assert report.exit_code() == 3


def test_a_text_in_utf_8_with_a_mark_is_read(tmp_path: Path) -> None:
    assert list(check(tmp_path, [("A little deal", "headline")], TEXT.encode("utf-8-sig"))) == []


def test_a_text_for_no_source_is_told_with_the_nearest(tmp_path: Path) -> None:
    check(tmp_path, [], TEXT)
    file = tmp_path / "report.txt"
    (finding,) = validate(tmp_path / "data", against="none", source_texts={"reprot": file})
    assert (finding.code, finding.path, finding.value) == ("ref/dangling", str(file), "reprot")
    assert finding.hint == "Did you mean report?"


def test_a_folder_of_texts(tmp_path: Path) -> None:
    check(tmp_path, [("So we struck a deal", "")], TEXT)
    texts = tmp_path / "texts"
    texts.mkdir()
    for name in ("README.md", ".hidden.txt", "notes.pdf"):
        (texts / name).write_text("no source's text", encoding="utf-8")
    with pytest.raises(ValueError, match=r"holds no \.txt or \.md files"):
        validate(tmp_path / "data", source_texts=texts)
    (texts / "report.md").write_text("So we *struck* a [deal](https://example.org).", "utf-8")
    assert list(validate(tmp_path / "data", against="none", source_texts=texts)) == []
    (texts / "report.txt").write_text(TEXT, encoding="utf-8")
    with pytest.raises(ValueError, match="two texts for 'report'"):
        validate(tmp_path / "data", source_texts=texts)
    (finding,) = validate(tmp_path / "data", against="none", source_texts=tmp_path / "none")
    assert finding.code == "file/not-found"


def test_without_texts_nothing_of_it_is_loaded() -> None:
    code = (
        "import sys, chippolicy; chippolicy.validate(); "
        "sys.exit(any('evidence' in m and 'engine' in m or 'difflib' in m for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
