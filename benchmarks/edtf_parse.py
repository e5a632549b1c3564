"""How long dates take: to read, to refuse, to compare. Run it; it prints a table.

    python benchmarks/edtf_parse.py

Each figure is the best of five rounds, without any cache. `date.fromisoformat` and a
`re` match of the published pattern stand beside it as yardsticks.
"""

import itertools
import re
import time
import timeit
from collections.abc import Callable
from datetime import date

from chippolicy.edtf import MAX_LENGTH, PATTERN, EdtfError, is_valid, parse

_READ = [
    "2025-08-11", "2025-08", "2025", "2025-08~", "2025-22", "202X", "2025-XX-XX",
    "2019/2022", "[2025-08-06,2025-08-08]", "[2025-08-14..]",
]  # fmt: skip
_REFUSED = ["2023-02-29", "8/11/2025", "XXX1-02-29", "9" * MAX_LENGTH, "[" * 100_000]
_COMPARED = [("2025-08-11", "2025-09"), ("2025-08~", "2025/.."), ("[2024,2026]", "{2019..2022}")]
_HOSTILE = 200_000


def microseconds(job: Callable[[], object], number: int = 5_000) -> float:
    """Return the time of one call in the best of five rounds."""
    return min(timeit.repeat(job, number=number, repeat=5)) / number * 1e6


def try_to_parse(text: str) -> None:
    try:
        parse(text)
    except EdtfError:
        return


def hostile_texts() -> list[str]:
    """Make distinct texts of the dearest forms."""
    forms = ["[XX00-02-29,{:06}]", "{{XX{:02}-X2-29..", "{:06}" + "?" * 190, "{}/" + "X" * 190]
    dearest = ",".join(["XX00-02-29"] * 17)
    forms.append(f"[{dearest}," + "{:04}]")
    turns = itertools.cycle(forms)
    return [next(turns).format(number) for number in range(_HOSTILE)]


def main() -> None:
    """Print the table."""
    day = "2025-08-11"
    match = re.compile(PATTERN).search
    rows = [
        ("date.fromisoformat", day, microseconds(lambda: date.fromisoformat(day))),
        ("re.search(PATTERN)", day, microseconds(lambda: match(day))),
    ]
    rows += [("parse", text, microseconds(lambda text=text: parse(text))) for text in _READ]  # type: ignore[misc]
    rows += [("is_valid", day, microseconds(lambda: is_valid(day)))]
    for text in _REFUSED:
        rows.append(("is_valid: no", text, microseconds(lambda text=text: is_valid(text))))  # type: ignore[misc]
        rows.append(("parse: error", text, microseconds(lambda text=text: try_to_parse(text))))  # type: ignore[misc]
    for left, right in _COMPARED:
        one, other = parse(left), parse(right)
        for name in ("before", "overlaps", "within"):
            question = getattr(one, name)
            label = f"{left} {right}"
            rows.append((name, label, microseconds(lambda ask=question, b=other: ask(b))))  # type: ignore[misc]
    texts = hostile_texts()
    start = time.perf_counter()
    for text in texts:
        is_valid(text)
    each = (time.perf_counter() - start) / len(texts) * 1e6
    rows.append((f"is_valid: {_HOSTILE:,} hostile", "all distinct; mean of one", each))
    print(f"{'call':<28} {'text':<42} {'µs':>8}")
    for call, text, time_taken in rows:
        shown = text if len(text) <= 42 else f"{text[:30]}… ({len(text):,})"
        print(f"{call:<28} {shown:<42} {time_taken:>8.2f}")


if __name__ == "__main__":
    main()
