"""The words in which a date is described."""

from enum import Enum


class Truth(Enum):
    """The answer to a question about two dates, of which one may be in doubt.

    There is no truth value: ``if a.before(b):`` would hide the third answer, so
    it raises `TypeError`. Ask ``a.before(b) is Truth.YES``.
    """

    YES = "yes"
    NO = "no"
    CANNOT_TELL = "cannot tell"

    def __bool__(self) -> bool:
        """Refuse: three values do not fit into two."""
        raise TypeError(
            "a comparison of dates has three answers; ask 'is Truth.YES' or 'is Truth.NO'"
        )


class Kind(Enum):
    """What sort of expression an EDTF text is."""

    DATE = "date"
    """One moment, known to a day, a month, a season, a year or more coarsely."""
    INTERVAL = "interval"
    """A stretch of time that lasted from one date to another (`2019/2022`)."""
    ONE_OF = "one of"
    """Exactly one of the members is meant (`[2025-08-06,2025-08-08]`)."""
    ALL_OF = "all of"
    """Every one of the members is meant (`{2025-08-06,2025-08-08}`)."""


class Precision(Enum):
    """The smallest unit in which a written date certainly lies, from fine to coarse."""

    DAY = "day"
    MONTH = "month"
    SEASON = "season"
    YEAR = "year"
    DECADE = "decade"
    CENTURY = "century"
    MILLENNIUM = "millennium"
    UNSPECIFIED = "unspecified"
    """The first digit of the year is `X`: no unit holds it (`XXXX-12-25`)."""


COARSENESS = {precision: rank for rank, precision in enumerate(Precision)}


def coarsest(precisions: list[Precision]) -> Precision:
    """Return the coarsest of one or more precisions."""
    return max(precisions, key=COARSENESS.__getitem__)
