"""Hypothesis strategies for dates: the package's own, and near misses."""

from hypothesis import strategies as st

from chippolicy.testing import edtf_texts, iso_days, simple_texts

__all__ = ["edtf_texts", "hostile_dates", "iso_days", "simple_texts"]

_NASTY = [
    "", " ", "\n", "\r\n", "\t", "\x00", "\u200b", "\u202e", "\ufeff", "-", "–", "−", "/", ".",
    "..", "...", ",", "?", "~", "%", "?~", "X", "XX", "x", "u", "0", "00", "9", "٣", "２", "৪", "²",
    "T", "T12:00", "Z", "Y", "E3", "S2", "[", "]", "{", "}", "29", "30", "31", "32", "13", "20",
    "21", "24", "25", "0000", "10000", "-2025",
]  # fmt: skip

_NEAR_MISSES = [
    "", "/", "..", "../..", "/..", "../", "[]", "{}", "[..]", "[,]", "[2025,]", "[2025", "2025]",
    "[2025}", "[..2025..]", "[2025..2026..2027]", "[2025..2024]", "[2025..2025-08]", "[2025~..]",
    "2023-02-29", "1900-02-29", "2025-02-30", "2025-04-31", "2025-02-3X", "2025-3X", "2025-2X",
    "19X1-02-29", "0000", "0000-01", "2025-00", "2025-13", "2025-20", "2025-25", "2025-08-00",
    "2025-08-32", "2025-21-05", "202X-21", "2025/2024", "2025-08-06/2025-08-05", "2025??",
    "2025-08-11\n", "2025\n", "\n2025", " 2025", "2025 ", "2025-8-11", "20250811", "8/11/2025",
    "13/11/2025", "2025-W33", "2025-223", "-2025", "+2025", "Y12025", "2025E1", "2025S2",
    "2025-08-11T12:00:00Z", "２０２５", "১৯৬৩-06-19", "2025–08", "Aug 2025", "unknown", "open",
    "2025/2026/2027", "2025//2026", "[2025]/2026", "{[2025]}", "[2025, 2026]", "2" * 5000,
    "[" + "2025," * 60 + "2025]", "[" * 199, "?" * 199, "X" * 199, "2025-" * 40,
]  # fmt: skip


def hostile_dates() -> st.SearchStrategy[str]:
    """Make texts that are nearly dates; now and then one is."""
    return st.one_of(
        st.sampled_from(_NEAR_MISSES),
        _mutated(),
        st.text("0123456789X?~%-/.,[]{}", max_size=24),
        st.tuples(edtf_texts(), st.sampled_from([",", "..", "/", "-", ""]), edtf_texts()).map(
            "".join
        ),
        st.lists(simple_texts(), max_size=60).map(lambda texts: f"[{','.join(texts)}]"),
        st.tuples(
            st.sampled_from(["[", "{", ""]),
            simple_texts(),
            st.sampled_from(["..", ",..", "..,", "/.."]),
            simple_texts(),
            st.sampled_from(["]", "}", ""]),
        ).map("".join),
        st.text(max_size=30),
    )


@st.composite
def _mutated(draw: st.DrawFn) -> str:
    """Replace up to two characters of a valid text by something nasty."""
    text = draw(edtf_texts())
    for _ in range(draw(st.integers(1, 2))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 2)))
        text = text[:start] + draw(st.sampled_from(_NASTY)) + text[end:]
    return text
