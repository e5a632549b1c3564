"""The nearest valid name to one that is not: what a hint offers."""

from __future__ import annotations

from collections.abc import Iterable

_ENOUGH = 0.6
_TELLING = 3
"""A part of so many letters tells something of the whole."""
_MANY = 20_000
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-+"


def _folded(value: str) -> str:
    return value.strip().lower().replace("_", "-").replace(" ", "-")


def one_slip_away(value: str) -> set[str]:
    """What a name may be that has one letter too many, too few, another or in another place."""
    name = _folded(value)
    cuts = [(name[:at], name[at:]) for at in range(len(name) + 1)]
    found = {name}
    found.update(left + right[1:] for left, right in cuts if right)
    found.update(left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1)
    for letter in _LETTERS:
        found.update(left + letter + right for left, right in cuts)
        found.update(left + letter + right[1:] for left, right in cuts if right)
    return found


def nearest(value: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like the value, or None where none is like enough."""
    # difflib costs milliseconds to import, and is needed only when something is wrong.
    from difflib import SequenceMatcher

    pool = sorted(set(candidates))
    folded = _folded(value)
    if len(pool) > _MANY:
        pool = [name for name in pool if name[:3] == folded[:3]][:_MANY]
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(folded)
    best, best_score = None, (_ENOUGH, 1.0)
    for name in pool:
        plain = name.lower().replace("_", "-")
        matcher.set_seq1(plain)
        # The rest of a name, in front of the value or behind it, is what people forget most.
        longer = len(folded) >= _TELLING and (
            plain.startswith(folded) or plain.endswith(f"-{folded}")
        )
        if not longer and (
            matcher.real_quick_ratio() < best_score[0] or matcher.quick_ratio() < best_score[0]
        ):
            continue
        ratio = matcher.ratio()
        score = (max(ratio, 0.9) if longer else ratio, ratio)
        if score > best_score:
            best, best_score = name, score
    return best
