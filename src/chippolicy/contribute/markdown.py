"""Text of others in Markdown: shown as it is, whatever it holds, never taken for markup."""

from __future__ import annotations

import re

from chippolicy.reports.visible import visible

_PLAIN = re.compile(r"[^`|\\]*").fullmatch
_ACTIVE = re.compile(r"[^A-Za-z0-9 \u0080-\U0010ffff]")


def code(text: str, limit: int = 200) -> str:
    """A value as code on one line, a long one cut; a blank one as nothing.

    Inside code GitHub makes no mentions, issue links or emoji of a text. What could end the code
    or the cell of a table is written as a character reference, which is never markup.
    """
    if not text:
        return ""
    shown = visible(cut(text, limit).replace("\r\n", "\n").replace("\r", "\n").replace("\n", "↵"))
    if _PLAIN(shown) and shown == shown.strip():
        return f"`{shown}`"
    return f"<code>{_ACTIVE.sub(lambda match: f'&#{ord(match[0])};', shown)}</code>"


def cut(text: str, limit: int) -> str:
    """A text no longer than a limit, its end left out where it is."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def cut_pair(old: str, new: str, limit: int) -> tuple[str, str]:
    """Two texts cut so that the first place where they differ can be seen in both."""
    if max(len(old), len(new)) <= limit:
        return old, new
    same = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        same += 1
    start = max(0, same - limit // 3)
    if start == 0:
        return cut(old, limit), cut(new, limit)
    return "…" + cut(old[start:], limit - 1), "…" + cut(new[start:], limit - 1)
