"""A data package's descriptor, brought up to date with its files and otherwise left as it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from chippolicy.engine.intake.source import DESCRIPTOR

__all__ = ["DESCRIPTOR", "Descriptor"]

_FOLDER = "data"


class Descriptor:
    """The descriptor of a package, as it stands and as it is to be."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._before = path.read_bytes()
        self._raw: dict[str, Any] = json.loads(self._before)

    def files(self) -> dict[str, str]:
        """The file of each resource, by its name."""
        return {one["name"]: _path(one) for one in self._raw["resources"]}

    def file_for(self, table: str) -> str:
        """Where a table's file is, or where that of a new one belongs."""
        files = self.files()
        if table in files:
            return files[table]
        folder = Path(next(iter(files.values()), f"{_FOLDER}/")).parent.as_posix()
        return f"{table}.csv" if folder == "." else f"{folder}/{table}.csv"

    def is_true_of(self, file: str, content: bytes) -> bool:
        """Whether what it states of a file's size and hash, if it does, is so."""
        return all(
            one.get("bytes") in (None, len(content))
            and one.get("hash") in (None, _hash(one, content))
            for one in self._raw["resources"]
            if _path(one) == file
        )

    def restate(self, file: str, content: bytes) -> None:
        """State the size and hash that a file has now, where they are stated."""
        for one in self._raw["resources"]:
            if _path(one) == file:
                if "bytes" in one:
                    one["bytes"] = len(content)
                if "hash" in one:
                    one["hash"] = _hash(one, content)

    def describe(self, table: str, columns: Sequence[str], content: bytes) -> None:
        """State a table's size, hash and columns, as a new resource if it is not there yet."""
        file = self.file_for(table)
        for one in self._raw["resources"]:
            if one["name"] == table:
                break
        else:
            from chippolicy.derive.table_schema import table_schema
            from chippolicy.records import TABLES

            one = {
                "name": table,
                "path": file,
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": table_schema(TABLES[table]),
            }
            self._raw["resources"].append(one)
        one["bytes"] = len(content)
        one["hash"] = _hash(one, content)
        _order_fields(one.get("schema"), columns)

    def restate_sources(
        self, before: Sequence[Mapping[str, str]], after: Sequence[Mapping[str, str]]
    ) -> None:
        """Renew the list of sources, if it is the register of sources that it was made from."""
        if self._raw.get("sources") == list(_register(before)):
            self._raw["sources"] = list(_register(after))

    def is_changed(self) -> bool:
        """Whether it is to say something else than it does."""
        return bool(self._raw != json.loads(self._before))

    def content(self) -> bytes:
        """The descriptor as it is to be, written as it was before."""
        for indent in (2, 4, 1, "\t", None):
            for ascii_only in (False, True):
                for end in ("\n", ""):
                    if (
                        self._dumped(json.loads(self._before), indent, ascii_only, end)
                        == self._before
                    ):
                        return self._dumped(self._raw, indent, ascii_only, end)
        return self._dumped(self._raw, 2, False, "\n")

    @staticmethod
    def _dumped(raw: Any, indent: int | str | None, ascii_only: bool, end: str) -> bytes:
        text = json.dumps(raw, indent=indent, ensure_ascii=ascii_only) + end
        # Half a character (a lone surrogate) can be written as its escape alone.
        return text.encode(errors="backslashreplace")


def _path(resource: Mapping[str, Any]) -> str:
    path = resource["path"]
    return str(path[0] if isinstance(path, list) else path)


def _hash(resource: Mapping[str, Any], content: bytes) -> str:
    """The hash of a file in the form that its resource has it; by SHA-256 where it has none."""
    stated = resource.get("hash")
    prefix, sign, _ = stated.rpartition(":") if isinstance(stated, str) else ("sha256", ":", "")
    # Without a prefix the specification means md5.
    digest = hashlib.new(prefix.lower() or "md5", content, usedforsecurity=False).hexdigest()
    return f"{prefix}{sign}{digest}"


def _order_fields(schema: Any, columns: Sequence[str]) -> None:
    """Let a schema's fields be the columns, in their order; those it does not know are text."""
    if not isinstance(schema, dict) or not isinstance(schema.get("fields"), list):
        return
    known = {field.get("name"): field for field in schema["fields"] if isinstance(field, dict)}
    schema["fields"] = [known.get(name, {"name": name, "type": "string"}) for name in columns]


def _register(rows: Sequence[Mapping[str, str]]) -> Iterator[dict[str, str]]:
    """Sources as a descriptor lists them, as `derive` makes that of the shipped package."""
    for row in rows:
        url = row.get("url")
        yield {"title": row["title"], "path": url} if url else {"title": row["title"]}
