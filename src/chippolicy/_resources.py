"""Where the files that ship with the package are: in the wheel, or beside `src/` in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def resource(name: str) -> Path:
    """The path of a shipped file or folder, such as ``datapackage`` or ``schemas``."""
    installed = _PACKAGE / name
    return installed if installed.exists() else _PACKAGE.parent.parent / name
