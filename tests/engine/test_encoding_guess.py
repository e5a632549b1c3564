"""A guessed encoding comes with a command, so a wrong guess would damage the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from chippolicy import validate

HEADER = "id,title\n"


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ("sale,Selling the H20 in caf\xe9s\n".encode("latin-1"), "WINDOWS-1252"),
        ("sale,向中国出售芯片\n".encode("gb18030"), "GB18030"),
        ("sale,チップの販売\n".encode("cp932"), "CP932"),
        # No kana: told from Chinese by how rare the characters would be.
        ("sale,輸出規制\n".encode("cp932"), "CP932"),
        ("sale,日本語\n".encode("cp932"), "CP932"),
    ],
)
def test_a_file_in_another_encoding_is_named(tmp_path: Path, rows: bytes, named: str) -> None:
    """Text in one encoding throughout gets that encoding's name and command."""
    path = tmp_path / "topics.csv"
    path.write_bytes(HEADER.encode() + rows)
    (finding,) = validate(path, ignore=["evidence"])
    assert finding.hint is not None
    assert f"iconv -f {named} " in finding.hint


def test_a_stray_byte_in_utf8_gets_no_command(tmp_path: Path) -> None:
    """A file that is UTF-8 but for one byte must not be converted: that would spoil the rest."""
    path = tmp_path / "topics.csv"
    rows = "sale,チップの販売 in caf".encode() + b"\xe9" + b"s\n"
    path.write_bytes(HEADER.encode() + rows)
    (finding,) = validate(path, ignore=["evidence"])
    assert (finding.code, finding.line) == ("file/encoding", 2)
    assert "iconv -f" not in (finding.hint or "")
