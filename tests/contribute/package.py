"""A small data package, and a contribution that adds, changes, renames and retires."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from tests.small import TABLES, write_csv, write_folder

CLEAN = {"statement_subjects": [["statement_id", "record"], ["huang-no-threat", "actors/nvidia"]]}


def write_package(folder: Path) -> Path:
    """The small tables as a package with a descriptor, and things that are none of a merge's."""
    write_folder_in(folder / "data")
    resources = []
    for file in sorted((folder / "data").iterdir()):
        content = file.read_bytes()
        resources.append(
            {
                "name": file.stem,
                "path": f"data/{file.name}",
                "bytes": len(content),
                "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
            }
        )
    (folder / "datapackage.json").write_text(json.dumps({"resources": resources}, indent=2) + "\n")
    (folder / "README.md").write_text("Read me.\n")
    (folder / "notes" / "deep").mkdir(parents=True)
    (folder / "notes" / "deep" / "note.txt").write_text("A note.\n")
    os.symlink("README.md", folder / "notes" / "link")
    return folder


def write_folder_in(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return write_folder(folder, CLEAN)


def write_contribution(folder: Path) -> Path:
    """A new chip with its citation, a changed cell, and the H100 retired for a new id."""
    folder.mkdir(parents=True)
    chips = TABLES["chips"]
    h100, h20 = (dict(zip(chips[0], row, strict=True)) for row in chips[1:])
    write_csv(
        folder / "chips.csv",
        [
            ["id", "name", "designer_id", "announced", "memory_gb", "x_note"],
            ["nvidia-b30a", "NVIDIA B30A", "nvidia", "2025-08-19", "144", "reported"],
            ["nvidia-h20", "NVIDIA H20", "nvidia", "2023-11-09", "141", ""],
            ["nvidia-hopper-h100", h100["name"], "nvidia", h100["announced"], "80", ""],
        ],
    )
    assert h20["derived_from_id"] == "nvidia-h100"
    write_csv(
        folder / "redirects.csv",
        [["old", "new"], ["chips/nvidia-h100", "chips/nvidia-hopper-h100"]],
    )
    write_csv(
        folder / "citations.csv",
        [
            TABLES["citations"][0],
            ["chips/nvidia-b30a", "*", "data-sheet", "1", "", "supports", "single", "", ""],
            ["chips/nvidia-hopper-h100", "*", "data-sheet", "1", "", "supports", "single", "", ""],
        ],
    )
    write_csv(folder / "topics.csv", [["id", "title"], ["tariffs", "Tariffs"]])
    return folder


def state(folder: Path) -> dict[str, str]:
    """Every path under a folder with what is there: a folder, a link or a file's content."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = f"-> {os.readlink(path)}"
        else:
            found[name] = "folder" if path.is_dir() else path.read_bytes().decode()
    return found
