"""Writes tests/matrix/verdicts.csv anew: ``python -m tests.matrix``. Reasons are kept."""

from __future__ import annotations

from tests.matrix.verdicts import VERDICTS, as_text, committed, matrix

if __name__ == "__main__":
    reasons = {row["case"]: row["reason"] for row in committed()} if VERDICTS.exists() else {}
    rows = [row | {"reason": reasons.get(row["case"], "")} for row in matrix()]
    VERDICTS.write_text(as_text(rows), encoding="utf-8", newline="")
    print(f"{VERDICTS.name}: {len(rows)} cases")
