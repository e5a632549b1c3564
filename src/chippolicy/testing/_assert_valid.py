"""A check of data files for use in other people's tests; needs no Hypothesis."""

from __future__ import annotations

import os
from collections.abc import Iterable


def assert_valid(
    path: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    against: str | os.PathLike[str] = "bundled",
    *,
    strict: bool = False,
) -> None:
    """Fail, with every finding told, unless the data of a path or of several is valid.

    `against`: where references may lead besides: "bundled", "none" or a path. `strict`: let
    warnings and notes fail as well.

    >>> from chippolicy.testing import assert_valid
    >>> def test_our_data_is_valid():
    ...     assert_valid("data/")
    """
    # pytest leaves this frame out: what the reader needs is in the message.
    __tracebackhide__ = True
    from chippolicy.engine import validate
    from chippolicy.reports import render

    report = validate(path, against=against)
    if report.exit_code(strict=strict) != 0:
        raise AssertionError(f"the data is not valid\n{render(report, 'text')}")
