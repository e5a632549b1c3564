"""Opening files: of which format they are, and what is packed in them."""

from __future__ import annotations

from collections.abc import Container
from functools import lru_cache
from pathlib import Path, PurePath
from typing import BinaryIO, NamedTuple, cast

from chippolicy.formats.raw import RawError, RawProblem

GZIP, ZIP, CSV = "gzip", "zip", "csv"
TSV = ".tsv"
SUFFIXES: dict[str, str] = {
    ".csv": CSV,
    TSV: CSV,
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".parquet": "parquet",
    ".zip": ZIP,
}
"""The format of a file, by how its name ends; any may end in `.gz` besides."""
_GZ = ".gz"
MOST_UNPACKED = 8 << 30
"""The most bytes that are unpacked of one file."""
MOST_MEMBERS = 1_000
"""The most files that are unpacked of one archive."""
_CHUNK = 1 << 20
HEAD = 4096
"""So many bytes of a file are looked at to tell its format."""
STDIN = "-"
"""The name that stands for standard input."""


class Kind(NamedTuple):
    """What the name of a file tells: its format, the table it may be of, whether it is packed."""

    format: str | None
    stem: str
    gzipped: bool = False


@lru_cache
def kind_of(name: str) -> Kind:
    """The format of a file by its name, which reports ask for again with each finding."""
    path = PurePath(name)
    gzipped = path.suffix.lower() == _GZ
    inner = PurePath(path.stem) if gzipped else path
    return Kind(SUFFIXES.get(inner.suffix.lower()), inner.stem, gzipped)


def sniffed(head: bytes) -> str:
    """The format of a file whose name tells nothing, by its first bytes; CSV if none is plain."""
    if head.startswith(b"\x1f\x8b"):
        return GZIP
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04"):
        # The parts of a workbook begin with the list of their types, or are named in it.
        return "xlsx" if b"[Content_Types].xml" in head or b"xl/" in head else ZIP
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"["):
        return "json"
    if text.startswith(b"{"):
        # An object on the first line, and another on the second, are JSON Lines.
        first, _, rest = text.partition(b"\n")
        return "jsonl" if first.rstrip().endswith(b"}") and rest.lstrip()[:1] == b"{" else "json"
    while text.startswith(b"#"):
        # A comment, which CSV has not.
        text = text.partition(b"\n")[2].lstrip()
    if text.startswith((b"- ", b"---\n", b"---\r\n", b"%YAML")):
        return "yaml"
    first = text.partition(b"\n")[0].rstrip()
    return "yaml" if first.endswith(b":") and b"," not in first else CSV


def format_inside(path: Path) -> str:
    """The format of a file by its first bytes. Raises OSError where it cannot be read."""
    with path.open("rb") as file:
        return sniffed(file.read(HEAD))


def gunzip(path: Path, target: Path) -> None:
    """Unpack a gzip file. Raises RawError where it is none, or is too large."""
    import gzip
    import zlib

    done = 0
    try:
        with gzip.open(path) as packed, target.open("wb") as out:
            while chunk := packed.read(_CHUNK):
                done += len(chunk)
                if done > MOST_UNPACKED:
                    raise RawError(RawProblem("file/unreadable", _TOO_LARGE))
                out.write(chunk)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        reason = f"is not sound gzip: {_lower(error)}"
        raise RawError(RawProblem("file/syntax", reason)) from error


_TOO_LARGE = f"unpacks to more than {MOST_UNPACKED >> 30} GiB"


def unzip(path: Path, folder: Path) -> list[str]:
    """Unpack those files of an archive that can be read. Raises RawError where that fails.

    Returns the names of those that could be read, were it not for their names.
    """
    import lzma
    import zipfile
    import zlib

    done = 0
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if _is_wanted(one.filename)]
            left = [one.filename for one in archive.infolist() if _is_bad(one.filename)]
            if len(members) > MOST_MEMBERS:
                message = f"holds more than {MOST_MEMBERS:,} files"
                hint = "Unpack it, and name the folder that holds the tables."
                raise RawError(RawProblem("file/unreadable", message, hint=hint))
            for member in members:
                target = folder.joinpath(*_parts(member.filename))
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as packed, target.open("wb") as out:
                    while chunk := packed.read(_CHUNK):
                        done += len(chunk)
                        if done > MOST_UNPACKED:
                            raise RawError(RawProblem("file/unreadable", _TOO_LARGE))
                        out.write(chunk)
    except RawError:
        raise
    except RuntimeError as error:
        # It is encrypted, says zipfile so.
        raise RawError(RawProblem("file/unreadable", f"is encrypted: {_lower(error)}")) from error
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        EOFError,
        NotImplementedError,
        ValueError,
    ) as error:
        message = f"is not a sound zip archive: {_lower(error)}"
        raise RawError(RawProblem("file/syntax", message)) from error
    return left


def _lower(error: BaseException) -> str:
    text = str(error)
    return text[:1].lower() + text[1:]


def _parts(name: str) -> list[str]:
    return [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]


def _is_wanted(name: str) -> bool:
    """Whether a member can hold data: no folder, nothing hidden, nothing that leads out."""
    parts = _parts(name)
    if name.endswith("/") or not parts or _is_bad(name):
        return False
    if any(part.startswith((".", "~$", "__MACOSX")) for part in parts):
        return False
    return kind_of(parts[-1]).format is not None


def _is_bad(name: str) -> bool:
    """Whether a member that could hold data has a name that leads out, or is none everywhere."""
    parts = _parts(name)
    if name.endswith("/") or not parts or kind_of(parts[-1]).format is None:
        return False
    return ".." in parts or any(":" in part or "\0" in part for part in parts)


def opened(path: Path) -> BinaryIO:
    """The bytes of a file as its name tells: a member of an archive, or what gzip has packed.

    They are unpacked while they are read, and can be gone through again. Raises OSError where the
    file cannot be opened; reading raises an error of zlib's or zipfile's where it is damaged.
    """
    if path.is_file():
        if path.suffix.lower() != _GZ:
            return path.open("rb")
        import gzip

        return cast("BinaryIO", gzip.open(path))
    for above in path.parents:
        if above.is_file():
            return _member(above, path.relative_to(above).as_posix())
    raise FileNotFoundError(path)


def _member(archive: Path, name: str) -> BinaryIO:
    import gzip
    import zipfile

    try:
        with zipfile.ZipFile(archive) as inside:
            found = next(
                (one for one in inside.infolist() if "/".join(_parts(one.filename)) == name), None
            )
            if found is None:
                raise FileNotFoundError(name)
            # It stays open when the archive is closed.
            packed = inside.open(found)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise OSError(str(error)) from error
    return cast("BinaryIO", gzip.open(packed) if name.lower().endswith(_GZ) else packed)


def separator(path: Path, names: Container[str], usual: str = ",") -> str:
    """The character that stands between the columns of a CSV file, told by its header.

    It is the one by which most of the `names` come out; `usual` if none does better.
    """
    with path.open("rb") as file:
        return separator_in(file, names, usual)


def separator_in(file: BinaryIO, names: Container[str], usual: str = ",") -> str:
    """`separator` for the bytes of a file."""
    line = b""
    while not line.strip() and (line := file.readline(_LONGEST_HEADER)):
        pass
    header = line.decode("utf-8-sig", errors="replace").rstrip("\r\n")
    if header.partition(usual)[0] in names:
        return usual
    best, most = usual, _known(header, usual, names)
    for one in _SEPARATORS:
        count = _known(header, one, names)
        if count > most:
            best, most = one, count
    return best


_SEPARATORS = (",", ";", "\t", "|")
_LONGEST_HEADER = 1 << 16


def _known(header: str, separator: str, names: Container[str]) -> tuple[int, int]:
    """How many columns of a header are known, and how many there are at all if none is."""
    cells = [cell.strip().strip('"').strip() for cell in header.split(separator)]
    known = sum(cell in names for cell in cells)
    return known, 0 if known else len(cells)
