"""Odd text: what each finder finds, what it lets be, and that what it mends is mended."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chippolicy.engine.oddities import OWN, TextWatch
from chippolicy.rules.letters import BLANKS, FINDERS, SUSPECT, SUSPECT_FIRST, latin

ODD = (
    "\u200b", "\ufeff", "\u202e", "\u2069", "\u200d", "\u00ad", "\x1b", "\x85", "\u2028", " ", "  ",
    "\u00a0", "\u3000", "\t", "\r\n", "=", "+", "-", "@", "А", "о", "Ν", "a", "NVIDIA", "日本", "1",
    "ש", "👩",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(ODD) | st.characters(codec="utf-8"), max_size=6).map("".join)


@given(TEXTS.filter(bool))
@example("\x1b\u200b\u200d")
def test_what_is_mended_is_not_odd_in_that_way(text: str) -> None:
    """A finder finds nothing in the text it gives as mended."""
    for finder in FINDERS.values():
        odd = finder(text)
        while odd is not None and odd.mended:
            assert len(odd.mended) <= len(text)
            before, odd = odd.mended, finder(odd.mended)
            # One word after the other: each round mends one.
            assert odd is None or (finder is FINDERS["look_alike"] and odd.mended != before)


@given(TEXTS.filter(bool))
def test_only_suspects_are_odd(text: str) -> None:
    """Every text a finder finds odd is one that the quick look does not pass."""
    if any(finder(text) for finder in FINDERS.values()):
        assert re.search(SUSPECT, text) or re.search(
            f"^[{BLANKS}{re.escape(SUSPECT_FIRST)}]|[{BLANKS}]$|[{BLANKS}]{{2}}", text
        )


@given(st.lists(TEXTS.filter(bool), min_size=1, max_size=5), st.sampled_from(("line", "text", OWN)))
def test_a_block_is_judged_as_its_values_are(values: list[str], kind: str) -> None:
    """Looking at many values at once finds what looking at each finds, but for what is no text."""
    if kind != OWN:
        # Of ASCII controls value/format tells: such a value never gets here.
        values = [one for one in values if not re.search("[\x00-\x08\x0b-\x1f\x7f]", one)]
        if kind == "line":
            values = [one for one in values if not re.search("[\t\n]", one)]
    together = TextWatch("x", kind)
    if values:
        together.take(values)
    found = {(code, value) for code, odd in together.odd.items() for value in odd}
    alone = set()
    for value in values:
        watch = TextWatch("x", kind)
        watch._look(value)
        alone |= {(code, one) for code, odd in watch.odd.items() for one in odd}
    assert found == alone


@given(st.text(st.characters(categories=("Lu", "Ll", "Lo", "Nd", "Pd", "Po", "So")), min_size=1))
def test_ordinary_letters_are_never_unseen(text: str) -> None:
    """Letters, digits and signs of any script hold no control, direction or invisible character."""
    if re.search("[\u115f\u1160\u17b4\u17b5\u3164]", text):
        return  # letters by name, which show nothing
    assert not any(FINDERS[name](text) for name in ("control", "direction", "invisible"))


@pytest.mark.parametrize(
    ("finder", "text", "mended"),
    [
        ("look_alike", "NVIDIА", "NVIDIA"),
        ("look_alike", "the Ηopper", "the Hopper"),
        ("look_alike", "Рoссия", "Россия"),
        ("invisible", "NVI\u200bDIA", "NVIDIA"),
        ("direction", "a\u202eb\u202c", "ab"),
        ("around", " \u3000a b\u00a0", "a b"),
        ("runs", "a  b \u00a0c", "a b c"),
        ("control", "a\u2028b\x85", "a b"),
        ("formula", "=1+1", None),
        ("formula", "\t@SUM(A1)", None),
        ("formula", "+1-202-555", None),
    ],
)
def test_found(finder: str, text: str, mended: str | None) -> None:
    odd = FINDERS[finder](text)
    assert odd is not None
    assert odd.mended == mended


@pytest.mark.parametrize(
    "text",
    ["Россия", "ΑΒΓ", "kΩ", "μm", "TNFα", "GPUшный", "iPhone’ом", "-40%", "+3.2", "-", "a=b",
     "a\u00a0b", "می\u200cخواهم", "👩\u200d🔬", "שלום\u200f!", "End.\n\nNext.", "日本\u3000太郎"],
)  # fmt: skip
def test_not_odd(text: str) -> None:
    assert [name for name, finder in FINDERS.items() if name != "runs" and finder(text)] == []


def test_letters_that_look_alike_are_named_alike() -> None:
    """Each letter that is taken for a Latin one is of another script."""
    from chippolicy.rules.letters import _TO_LATIN

    for letter, like in _TO_LATIN.items():
        assert unicodedata.name(letter).split()[0] in ("CYRILLIC", "GREEK")
        assert unicodedata.name(like).startswith("LATIN")
        assert latin(letter) == like
