"""What a fix repairs and what it leaves, in lines for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chippolicy.contribute.fix import Fix
from chippolicy.contribute.markdown import cut
from chippolicy.contribute.work import Leaving

_LISTED = 50


def told(of: Fix, *, written: bool) -> Iterator[str]:
    """The repairs by the finding they undo, what is left and why, what could not be read."""
    for problem in of.problems:
        yield f"{problem.path}: {problem.message} [{problem.code}]"
    for one in of.left[:_LISTED]:
        yield f"left: {_place(one)}{one.reason} [{one.code}]"
    if len(of.left) > _LISTED:
        yield f"left: {len(of.left) - _LISTED:,} more"
    counts: Counter[str] = Counter()
    for repair in of.repairs:
        counts[repair.code] += repair.count
    if not of.files:
        yield "nothing to fix"
        return
    kinds = ", ".join(f"{count:,} {code}" for code, count in sorted(counts.items()))
    files = f"{len(of.files):,} file{'' if len(of.files) == 1 else 's'}"
    yield f"{'fixed' if written else 'to fix'} in {files}: {kinds}"
    if not written:
        yield "nothing is written yet: --write does it"


def _place(of: Leaving) -> str:
    place = ":".join(str(part) for part in (of.path, of.line, of.column) if part is not None)
    return f"{place}: " + (f"{cut(of.value, 60)!r}: " if of.value is not None else "")
