"""Hypothesis strategies for dates: valid EDTF texts, plain days, and near misses."""

from datetime import date

from hypothesis import strategies as st

_MARKS = st.sampled_from(["", "", "", "?", "~", "%"])
_YEARS_NOW = st.dates(date(1990, 1, 1), date(2035, 12, 31))
_DAYS = st.one_of(_YEARS_NOW, st.dates())

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


def iso_days() -> st.SearchStrategy[str]:
    """Make calendar days, `YYYY-MM-DD`."""
    return _DAYS.map(date.isoformat)


def edtf_texts() -> st.SearchStrategy[str]:
    """Make texts that `chippolicy.edtf.parse` accepts, of every kind."""
    return st.one_of(simple_texts(), interval_texts(), set_texts("[", "]"), set_texts("{", "}"))


def simple_texts() -> st.SearchStrategy[str]:
    """Make single dates: plain, seasons, with X, with marks."""
    return _DAYS.flatmap(texts_holding)


@st.composite
def texts_holding(draw: st.DrawFn, day: date) -> str:
    """Write a date that holds a given day, more or less precisely."""
    parts = day.isoformat().split("-")[: draw(st.integers(1, 3))]
    form = draw(st.sampled_from(["plain", "plain", "mask", "season"]))
    if form == "mask":
        digits = st.booleans()
        parts = ["".join("X" if draw(digits) else digit for digit in part) for part in parts]
        if draw(st.booleans()):
            parts[0] = day.isoformat()[:4]
    elif form == "season":
        parts = _season(day) or parts
    if draw(st.booleans()):
        parts = [draw(_MARKS) + part + draw(_MARKS) for part in parts]
    return "-".join(parts)


@st.composite
def interval_texts(draw: st.DrawFn) -> str:
    """Make intervals, with open and unknown ends."""
    first, second = sorted([draw(_DAYS), draw(_DAYS)])
    start, end = draw(texts_holding(first)), draw(texts_holding(second))
    match draw(st.integers(0, 3)):
        case 0:
            return draw(st.sampled_from(["", ".."])) + "/" + end
        case 1:
            return start + "/" + draw(st.sampled_from(["", ".."]))
        case _:
            return f"{start}/{end}"


@st.composite
def set_texts(draw: st.DrawFn, opening: str, closing: str) -> str:
    """Make sets of up to four members, with ranges and open ends."""
    members = [draw(_members()) for _ in range(draw(st.integers(1, 4)))]
    if draw(st.integers(0, 3)) == 0:
        members.insert(0, ".." + draw(_plain()))
    if draw(st.integers(0, 3)) == 0:
        members.append(draw(_plain()) + "..")
    return opening + ",".join(members) + closing


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
def _members(draw: st.DrawFn) -> str:
    if draw(st.integers(0, 3)):
        return draw(simple_texts())
    length = draw(st.sampled_from([4, 7, 10]))
    first, second = sorted([draw(_DAYS), draw(_DAYS)])
    return f"{first.isoformat()[:length]}..{second.isoformat()[:length]}"


@st.composite
def _plain(draw: st.DrawFn) -> str:
    return draw(_DAYS).isoformat()[: draw(st.sampled_from([4, 7, 10]))]


@st.composite
def _mutated(draw: st.DrawFn) -> str:
    """Replace up to two characters of a valid text by something nasty."""
    text = draw(edtf_texts())
    for _ in range(draw(st.integers(1, 2))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 2)))
        text = text[:start] + draw(st.sampled_from(_NASTY)) + text[end:]
    return text


def _season(day: date) -> list[str] | None:
    year, season = day.year, 21 + (day.month - 3) // 3 % 4
    if day.month < 3:
        year -= 1
    return [f"{year:04}", str(season)] if year else None
