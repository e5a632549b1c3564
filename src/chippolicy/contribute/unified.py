"""A unified diff for people, of a file whose changes are known piece by piece."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from chippolicy.reports.visible import visible

_CONTEXT = 3


def unified(shown: str, pieces: Iterable[tuple[str, str]], whole: str) -> str:
    """The diff of a file that consists of pieces, each with its text before and after.

    What cannot be seen is made visible: `␍` is a carriage return, `\\ufeff` a byte order mark. The
    mark belongs to no piece, and is looked for in the `whole` text as it was.
    """
    lines = [(sign, line) for piece in pieces for sign, line in _piece(*piece)]
    if whole.startswith("\ufeff"):
        first = next((line for sign, line in lines if sign in " -"), "")
        at = next((at for at, (sign, _) in enumerate(lines) if sign in " -"), 0)
        if lines and lines[at][0] == " ":
            lines[at : at + 1] = [("-", f"\ufeff{first}"), ("+", first)]
        elif lines:
            lines[at] = ("-", f"\ufeff{first}")
    body = "".join(_hunks(lines))
    return f"--- {shown}\n+++ {shown} (fixed)\n{body}" if body else ""


def line_pairs(before: bytes, after: bytes) -> Iterator[tuple[str, str]]:
    """Two texts as pieces that are the same or differ."""
    old = before.decode().splitlines(keepends=True)
    new = after.decode().splitlines(keepends=True)
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from zip(old[a:b], new[c:d], strict=True)
        else:
            yield "".join(old[a:b]), "".join(new[c:d])


def _piece(before: str, after: str) -> Iterator[tuple[str, str]]:
    old, new = _lines(before), _lines(after)
    if old == new:
        yield from ((" ", line) for line in old)
        return
    yield from (("-", line) for line in old)
    yield from (("+", line) for line in new)


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _hunks(lines: list[tuple[str, str]]) -> Iterator[str]:
    changed = [at for at, (sign, _) in enumerate(lines) if sign != " "]
    spans: list[list[int]] = []
    for at in changed:
        low, high = max(0, at - _CONTEXT), min(len(lines), at + _CONTEXT + 1)
        if spans and low <= spans[-1][1]:
            spans[-1][1] = high
        else:
            spans.append([low, high])
    old = new = 1
    done = 0
    for low, high in spans:
        old += sum(sign != "+" for sign, _ in lines[done:low])
        new += sum(sign != "-" for sign, _ in lines[done:low])
        part = lines[low:high]
        old_size = sum(sign != "+" for sign, _ in part)
        new_size = sum(sign != "-" for sign, _ in part)
        yield f"@@ -{old},{old_size} +{new},{new_size} @@\n"
        yield from (f"{sign}{visible(line)}\n" for sign, line in part)
        old, new, done = old + old_size, new + new_size, high
