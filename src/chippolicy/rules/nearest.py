"""The nearest valid name to one that is not: what a hint offers."""

from __future__ import annotations

from collections.abc import Iterable

_ENOUGH = 0.6
_MANY = 20_000


def nearest(value: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like the value, or None where none is like enough."""
    # difflib costs milliseconds to import, and is needed only when something is wrong.
    from difflib import SequenceMatcher

    pool = sorted(set(candidates))
    folded = value.strip().lower().replace("_", "-").replace(" ", "-")
    if len(pool) > _MANY:
        pool = [name for name in pool if name[:3] == folded[:3]][:_MANY]
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(folded)
    best, best_ratio = None, _ENOUGH
    for name in pool:
        plain = name.lower().replace("_", "-")
        matcher.set_seq1(plain)
        if matcher.real_quick_ratio() < best_ratio or matcher.quick_ratio() < best_ratio:
            continue
        ratio = matcher.ratio()
        # A name that goes on where the value stops is what people forget most.
        if folded and (plain.startswith(folded) or plain.endswith(f"-{folded}")):
            ratio = max(ratio, 0.9)
        if ratio > best_ratio:
            best, best_ratio = name, ratio
    return best
