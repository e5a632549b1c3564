"""What the tests ask Node for: Ajv's verdicts, and whether TypeScript compiles."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".pytest_cache" / "node"
SCHEMAS = HERE.parents[1] / "schemas"
_FILES = ("package.json", "package-lock.json", "ajv_check.mjs")


def node_folder() -> Path:
    """A folder with the scripts and their installed packages; installs them where it must.

    Raises where there is no Node: these tests fail without it and are not skipped.
    """
    if (HERE / "node_modules").is_dir():
        return HERE
    content = b"".join((HERE / name).read_bytes() for name in _FILES)
    folder = CACHE / hashlib.sha256(content).hexdigest()[:16]
    done = folder / "installed"
    CACHE.mkdir(parents=True, exist_ok=True)
    lock = folder.with_suffix(".lock")
    while not done.exists():
        try:
            lock.mkdir()
        except FileExistsError:  # another worker installs
            time.sleep(0.2)
            continue
        try:
            folder.mkdir(exist_ok=True)
            for name in _FILES:
                shutil.copy(HERE / name, folder)
            _run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], folder)
            done.touch()
        finally:
            lock.rmdir()
    return folder


def ajv(cases: Iterable[tuple[str, Any]], schemas: Iterable[Path] | None = None) -> dict[str, Any]:
    """Ajv's strict verdicts on instances by the `$id` of their schema; see `ajv_check.mjs`."""
    paths = sorted(SCHEMAS.glob("*.schema.json")) if schemas is None else schemas
    job = {
        "schemas": [str(path) for path in paths],
        "cases": [{"schema": schema, "instance": instance} for schema, instance in cases],
    }
    answer: dict[str, Any] = json.loads(_run(["node", "ajv_check.mjs"], node_folder(), job))
    return answer


def tsc(file: Path) -> str:
    """What the TypeScript compiler has against a file; nothing if it compiles."""
    compiler = node_folder() / "node_modules" / "typescript" / "bin" / "tsc"
    options = ["--strict", "--noEmit", "--target", "es2020", "--pretty", "false"]
    command = ["node", str(compiler), *options, str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _run(command: list[str], folder: Path, job: Any = None) -> str:
    told = None if job is None else json.dumps(job)
    done = subprocess.run(
        command, cwd=folder, input=told, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr}")
    return done.stdout
