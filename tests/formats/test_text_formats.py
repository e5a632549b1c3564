"""JSON, JSON Lines and YAML: places, types, and files that are not what they are called."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chippolicy import validate
from chippolicy.findings import Finding
from chippolicy.formats import json as json_format
from chippolicy.formats import yaml as yaml_format
from chippolicy.formats.raw import pointer_to


def told(path: Path, text: str | bytes, **options: Any) -> list[Finding]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return list(validate(path, against="none", **options))


@pytest.mark.parametrize(
    ("name", "text", "line", "pointer"),
    [
        (
            "topics.json",
            '[{"id": "a", "title": "A"},\n\n {"id": "b",\n  "title": 3}]',
            3,
            "/1/title",
        ),
        (
            "data.json",
            '{"topics": [\n {"id": "a", "title": "A"}, {"id": "b", "title": 3}]}',
            2,
            "/topics/1/title",
        ),
        ("topics.jsonl", '{"id": "a", "title": "A"}\n\n{"id": "b", "title": 3}\n', 3, None),
        (
            "topics.yaml",
            "# a comment\n- id: a\n  title: >-\n    two\n    lines\n# another\n- id: b\n"
            "  summary: |\n    of\n    three\n    lines\n  title: [A]\n",
            7,
            "/1/title",
        ),
        ("data.yml", "---\ntopics:\n\n  - {id: a, title: A}\n  - {id: b, title: {}}\n", 5,
         "/topics/1/title"),
    ],
)  # fmt: skip
def test_the_place_of_a_wrong_value(
    tmp_path: Path, name: str, text: str, line: int, pointer: str | None
) -> None:
    """A finding has the record's physical line, its field and, where there is one, the pointer."""
    (one,) = told(tmp_path / name, text)
    assert (one.code, one.line, one.column, one.pointer, one.record) == (
        "value/type", line, "title", pointer, "topics/b",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "code", "hint"),
    [
        ('"3352"', "value/type", "without quotation marks"),
        ('"about 3352"', "value/type", ""),
        ("[3352]", "value/type", "flat"),
        ("true", "value/type", ""),
        ("NaN", "value/type", ""),
        ("1e999", "value/type", ""),
        ('""', "value/format", "null"),
        ("3352.000", None, ""),
        ("3.352e3", None, ""),
        ("null", None, ""),
    ],
)
def test_a_number_in_json(tmp_path: Path, value: str, code: str | None, hint: str) -> None:
    """A number is written as one, in any of JSON's ways; what is none is told."""
    text = f'[{{"id": "zz", "name": "N", "memory_gb": {value}}}]'
    found = told(tmp_path / "chips.json", text, ignore=["evidence"])
    assert [one.code for one in found] == ([code] if code else [])
    if code:
        assert hint in str(found[0].hint)
        assert found[0].column == "memory_gb"


def test_yaml_words_are_what_their_column_makes_of_them(tmp_path: Path) -> None:
    """Without quotation marks `no`, dates and digits are text where text is asked for."""
    text = (
        "- {id: zz, name: 910, announced: 2023-10-17, market_country: NO, memory_gb: 96.0}\n"
        "- {id: zz-2, name: no, announced: 2023, datacenter: true, memory_gb: ~}\n"
    )
    assert told(tmp_path / "chips.yaml", text, ignore=["evidence"]) == []
    (one,) = told(
        tmp_path / "chips.yaml", "- {id: zz, name: A, datacenter: yes}", ignore=["evidence"]
    )
    assert (one.code, one.hint) == ("value/type", "Write true.")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[{"id": "a", "title": "A"},]', "a comma stands before the end"),
        ('[{"id": "a", "title": "A",}]', "a comma stands before the end"),
        ("// chips\n[]", "a comment stands here"),
        ("```json\n[]\n```\n", "a mark of Markdown"),
        ("[{'id': 'a'}]", "a single quotation mark"),
        ('{"id": "a", "title": "A"}\n{"id": "b", "title": "B"}\n', "nothing is expected after"),
    ],
)
def test_a_slip_that_is_often_made_in_json_is_named(tmp_path: Path, text: str, words: str) -> None:
    """What a language model or a person writes that JSON has not is said by what it is."""
    found = told(tmp_path / "topics.json", text)
    assert [one.code for one in found] == ["file/syntax"]
    assert words in found[0].message


def test_a_number_of_any_length_is_a_value(tmp_path: Path) -> None:
    """A number with more digits than Python reads is a wrong value in its place, not a slip."""
    text = f'[{{"id": "a", "name": "A", "memory_gb": {"9" * 5_000}}}]'
    (one,) = told(tmp_path / "chips.json", text, select=["value", "file"])
    assert (one.code, one.column) == ("value/type", "memory_gb")


def test_a_list_that_is_of_no_table_has_its_pointer(tmp_path: Path) -> None:
    """A misspelt list is told with where it is and what it may be meant for."""
    (one,) = told(tmp_path / "data.json", '{"topcis": [{"id": "a", "title": "A"}]}')
    assert (one.code, one.pointer) == ("table/unknown", "/topcis")
    assert "topics" in str(one.hint)


def test_names_that_are_there_twice_or_unknown(tmp_path: Path) -> None:
    """A name that stands twice in a record is told, and one that no column has, at its record."""
    text = '[{"id": "a", "title": "A"},\n{"id": "b", "title": "B", "titel": "C", "title": "D"}]'
    found = told(tmp_path / "topics.json", text)
    assert [(one.code, one.line, one.column) for one in found] == [
        ("table/unknown-column", 2, "titel"),
        ("table/doubled-column", 2, "title"),
    ]


@pytest.mark.parametrize(
    ("name", "text", "code", "line"),
    [
        ("topics.json", '[{"id": "a", "title": "A"},\n{"id": "b" "title": "B"}]', "file/syntax", 2),
        ("topics.json", '[{"id": "a", "title": "A"}', "file/syntax", 1),
        ("topics.json", "[" * 100_000, "file/syntax", 1),
        ("topics.json", "  \n", "file/empty", None),
        ("topics.json", "3", "file/shape", 1),
        ("data.json", '{"id": "a", "title": "A"}', "table/unknown", 1),
        ("data.json", "{}", "file/empty", None),
        ("topics.json", "{}", "file/empty", None),
        ("topics.json", '{"data": [{"id": "a", "title": "A"}]}', "file/shape", 1),
        ("data.json", '{"topics": [],\n"topics": [{"id": "a", "title": "A"}]}', "file/shape", 2),
        ("topics.json", '{"confidence": 1}', "table/unknown-column", 1),
        ("data.json", '{"topics": {"id": "a"}}', "file/shape", 1),
        ("topics.json", '[{"id": "a", "title": "A"},\n 3]', "file/shape", 2),
        ("topics.json", '[{"id": "a", "title": "A"}]\n[{"id": "b"}]', "file/syntax", 2),
        ("topics.json", '[{"id": "a", "title": "A"},\n]', "file/syntax", 2),
        ("topics.json", '{"id": "a", "title": "A"}\n3', "file/syntax", 2),
        ("data.json", '{"topics": [{"id": "a", "title": "A"}]\n"chips": []}', "file/syntax", 2),
        ("data.json", '{"topics": [{"id": "a", "title": "A"}],\n"x" 3}', "file/syntax", 2),
        ("data.json", '{"topics": [{"id": "a", "title": "A"}]}\n{"chips": 3}', "file/syntax", 2),
        ("topics.jsonl", '{"id": "a", "title": "A"}\n{"id": \n', "file/syntax", 2),
        ("topics.jsonl", '{"id": "a", "title": "A"}\n[]\n', "file/shape", 2),
        ("topics.yaml", "- id: a\n  title: 'A\n", "file/syntax", 3),
        ("topics.yaml", "- {id: a, title: A}\n- *b\n", "file/syntax", 2),
        ("topics.yaml", "- {id: a, title: A}\n---\n- {id: b, title: B}\n", "file/shape", 2),
        ("topics.yaml", "- {id: a, title: A}\n- b\n", "file/shape", 2),
        ("topics.yaml", "~", "file/empty", None),
        ("data.yaml", "{}", "file/empty", None),
        ("data.yaml", "id: a\ntitle: A\n", "table/unknown", 1),
        ("topics.yaml", "data:\n- {id: a, title: A}\n", "file/shape", 1),
        ("data.yaml", "topics: []\ntopics: []\n", "file/shape", 1),
        ("topics.yaml", "- id: a\n  title: a\x01b\n", "file/syntax", 2),
        ("topics.yaml", "- {id: a, title: A}\n- {id: b, title: \"\\uD800\"}\n", "file/syntax", 2),
    ],
)  # fmt: skip
def test_a_file_that_is_not_what_it_is_called(
    tmp_path: Path, name: str, text: str, code: str, line: int | None
) -> None:
    """A slip in the marks or the shape of a file is one finding at its line."""
    (one,) = told(tmp_path / name, text)
    assert (one.code, one.line) == (code, line)
    assert one.hint


@pytest.mark.parametrize("name", ["topics.json", "topics.jsonl", "topics.yaml"])
@pytest.mark.parametrize(
    ("encoding", "guess"),
    [("utf-16", "UTF-16"), ("cp932", "CP932"), ("gb18030", "GB18030"), ("cp1252", "WINDOWS-1252")],
)
def test_other_encodings_are_named(tmp_path: Path, name: str, encoding: str, guess: str) -> None:
    """A file in another encoding is one finding with the command that converts it."""
    title = {"cp932": "ハイエンド半導体の話", "gb18030": "芯片出口管制的话题与规则"}.get(
        encoding, "Café é"
    )
    text = json.dumps({"id": "a", "title": title}, ensure_ascii=False)
    content = (text if name.endswith("l") and "json" in name else f"[{text}]").encode(encoding)
    (one,) = told(tmp_path / name, content)
    assert one.code == "file/encoding"
    assert f"iconv -f {guess}" in str(one.hint)


def test_the_command_that_converts_can_be_run(tmp_path: Path) -> None:
    """It writes a file of the same kind, whatever blanks and quotes are in the name."""
    path = tmp_path / "my mother's" / "topics.json"
    path.parent.mkdir()
    (one,) = told(path, '[{"id": "a", "title": "これ"}]'.encode("cp932"))
    command = str(one.hint).partition("run: ")[2]
    subprocess.run(command, shell=True, check=True, cwd=tmp_path)
    assert list(validate(tmp_path / "utf8-copy.json", against="none", table="topics")) == []


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    """UTF-8 with a byte order mark is read as without one."""
    assert told(tmp_path / "topics.json", '\ufeff[{"id": "a", "title": "A"}]') == []
    assert told(tmp_path / "topics.jsonl", '\ufeff{"id": "a", "title": "A"}') == []
    assert told(tmp_path / "topics.yaml", "\ufeff- {id: a, title: A}") == []


def test_aliases_are_followed_but_not_for_ever(tmp_path: Path) -> None:
    """An anchor may be used again, merged or whole; a file that is all aliases is refused."""
    text = "- &a {id: a, title: A}\n- {<<: *a, id: b}\n"
    assert told(tmp_path / "topics.yaml", text) == []
    many = ", ".join(f"x_{number}: {number}" for number in range(400))
    text = f"- &a {{id: a, title: A, {many}}}\n" + "- *a\n" * 400
    codes = {one.code for one in told(tmp_path / "topics.yaml", text)}
    assert "file/shape" in codes
    levels = "".join(
        f"- &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]\n" if n else "- &x0 [a, a]\n" for n in range(60)
    )
    assert {one.code for one in told(tmp_path / "topics.yaml", levels)} <= {"file/shape"}


_leaf = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
_tree = st.recursive(
    _leaf,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


def _pointers(value: Any, here: str = "") -> list[tuple[str, Any]]:
    found = [(here, value)]
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, inner in items:
        found += _pointers(inner, here + pointer_to(key))
    return found


@given(_tree, st.sampled_from([None, 0, 2]))
def test_a_pointer_leads_to_its_value(value: Any, indent: int | None) -> None:
    """In JSON text the span of every pointer begins the very value that the pointer names."""
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    places = dict(_pointers(value))
    spans = json_format.spans(text, list(places))
    assert spans.keys() == places.keys()
    for pointer, (start, end) in spans.items():
        if isinstance(places[pointer], (dict, list)):
            assert json.JSONDecoder().raw_decode(text, start)[0] == places[pointer]
        else:
            assert json.loads(text[start:end]) == places[pointer]


@given(_tree)
def test_a_pointer_leads_to_its_value_in_yaml(value: Any) -> None:
    """JSON is YAML: both find every value at the same place."""
    text = json.dumps(value, indent=1)
    places = [pointer for pointer, _ in _pointers(value)]
    found = json_format.spans(text, places)
    for pointer, (start, _) in yaml_format.spans(text, places).items():
        assert start == found[pointer][0]
