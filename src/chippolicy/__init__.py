"""AI-chip export controls as data you can trust and run."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chippolicy._version import __version__
    from chippolicy.controls import Assessment, UnknownChipError, assess, history
    from chippolicy.dataset import Dataset, load
    from chippolicy.derive import schema_registry
    from chippolicy.edtf import EdtfDate
    from chippolicy.engine import validate
    from chippolicy.engine.held import validate_frames
    from chippolicy.findings import Finding, Report, Severity

# Where each public name lives: it is imported when it is first touched (PEP 562).
_HOMES = {
    "Assessment": "controls",
    "Dataset": "dataset",
    "EdtfDate": "edtf",
    "Finding": "findings",
    "Report": "findings",
    "Severity": "findings",
    "UnknownChipError": "controls",
    "__version__": "_version",
    "assess": "controls",
    "history": "controls",
    "load": "dataset",
    "schema_registry": "derive",
    "validate": "engine",
    "validate_frames": "engine.held",
}

__all__ = [
    "Assessment",
    "Dataset",
    "EdtfDate",
    "Finding",
    "Report",
    "Severity",
    "UnknownChipError",
    "__version__",
    "assess",
    "history",
    "load",
    "schema_registry",
    "validate",
    "validate_frames",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
