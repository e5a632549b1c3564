"""Rules on measures and their thresholds."""

from __future__ import annotations

from chippolicy.rules.parts import Bounded, Clauses, Domain, Path, Range, Slip, Where
from chippolicy.rules.rule import ERROR, WARNING, Rule

_YES_OR_NO = Domain(choices=(0, 1))
_DOMAINS = (
    ("datacenter", _YES_OR_NO),
    ("has_hbm", _YES_OR_NO),
    ("owned_share_percent", Domain(most=100)),
)


def _clauses(*, never: bool) -> Clauses:
    return Clauses(
        "measure_criteria",
        ("measure_id", "clause"),
        "metric",
        "comparator",
        "value",
        _DOMAINS,
        never,
    )


CONTROLS: tuple[Rule, ...] = (
    Rule(
        "control/empty-clause",
        "each clause of a measure can hold",
        ERROR,
        "A clause whose thresholds contradict each other reaches nothing, so that the measure "
        "says less than it seems to.",
        "Check comparators and values; thresholds that are alternatives are clauses of their own.",
        parts=(_clauses(never=True),),
    ),
    Rule(
        "control/idle-criterion",
        "each threshold of a clause leaves something out",
        WARNING,
        "A threshold that everything meets decides nothing; most likely its value was not known, "
        "or its comparator is the wrong way round.",
        "Mend the value or the comparator, or leave the row out.",
        parts=(_clauses(never=False),),
    ),
    Rule(
        "control/unbounded",
        "a ban or license requirement on the export of chips says which chips",
        ERROR,
        "With neither thresholds nor named chips nor a condition it reaches every chip there is.",
        "Add rows to measure_criteria or measure_chips, or say in `condition` what a number "
        "cannot.",
        parts=(
            Bounded(
                "policy_measures",
                (
                    Where(Path("item"), ("chip",)),
                    Where(Path("direction"), ("export",)),
                    Where(Path("effect"), ("require-license", "prohibit")),
                    Where(Path("condition"), ("",)),
                ),
                (("measure_criteria", "measure_id"), ("measure_chips", "measure_id")),
                "controls the export of chips, but has neither criteria nor chips nor a condition",
            ),
        ),
    ),
    Rule(
        "control/share",
        "a share is at most 100 percent",
        ERROR,
        "Nobody gives away more than all of a revenue; only a duty may be higher.",
        "Check the figure: a share of 15 percent is 15.",
        parts=(
            Range(
                "policy_measures",
                "share_percent",
                most=100,
                over=Slip("per ten thousand (basis points)", 1 / 100),
                where=(Where(Path("effect"), ("tariff",), negated=True),),
            ),
        ),
    ),
)
"""The rules of the family `control`."""
