"""Assessing: was this chip controlled for that destination at that time, and why?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from chippolicy._resources import resource
from chippolicy.controls.assessment import Assessment, Outcome, Span
from chippolicy.controls.days import Stretch, window
from chippolicy.controls.figures import Figures, from_numbers, from_record
from chippolicy.controls.reach import Sale
from chippolicy.controls.rulebook import Rulebook, rulebook
from chippolicy.controls.sources import cited
from chippolicy.controls.spans import Days, life, outcomes, spans, together
from chippolicy.derive.plan import load_plan
from chippolicy.derive.version import DATA_AS_OF
from chippolicy.edtf import EdtfDate, Truth, parse

if TYPE_CHECKING:
    from chippolicy.dataset import Dataset
    from chippolicy.metrics import Number
    from chippolicy.records import Chip


def assess(
    chip: str | Chip | None = None,
    *,
    to: str,
    hq: str | None = None,
    on: str | date | EdtfDate | None = None,
    tpp: Number | None = None,
    throughput: Mapping[Any, Number] | Iterable[tuple[Number, Number]] | None = None,
    die_area: Number | None = None,
    memory_bandwidth: Number | None = None,
    interconnect: Number | None = None,
    datacenter: bool | None = None,
    dataset: Dataset | None = None,
) -> Assessment:
    """Whether a chip was controlled for a destination at a time, and why.

    The chip is a record's id, name or alias, or it exists only as numbers: `tpp` (or `throughput`,
    dense tera-operations/s by number format), `die_area` in mm² (the applicable die area),
    `memory_bandwidth` and `interconnect` in GB/s. What is left out is not known. Numbers stand
    for a data-center part unless `datacenter` is False; given with a record, it overrules it.

    `to` and `hq` (the headquarters of the buyer or its ultimate parent) are ISO 3166-1 alpha-2
    codes. `on` is a day or any EDTF date, by default the last day the data tells of. `dataset`
    is what `chippolicy.load` gives, by default the shipped facts.

    Raises UnknownChipError (a LookupError) for a chip that is not there, ValueError for a place,
    date or number that is none, or for both a chip and numbers. Not legal advice.
    """
    question = ask(
        chip,
        to=to,
        hq=hq,
        tpp=tpp,
        throughput=throughput,
        die_area=die_area,
        memory_bandwidth=memory_bandwidth,
        interconnect=interconnect,
        datacenter=datacenter,
        dataset=dataset,
    )
    return question.answer(on)


def history(
    chip: str | Chip | None = None,
    *,
    to: str,
    hq: str | None = None,
    tpp: Number | None = None,
    throughput: Mapping[Any, Number] | Iterable[tuple[Number, Number]] | None = None,
    die_area: Number | None = None,
    memory_bandwidth: Number | None = None,
    interconnect: Number | None = None,
    datacenter: bool | None = None,
    dataset: Dataset | None = None,
) -> tuple[Span, ...]:
    """The spans of a chip's whole life, from its announcement to the data's last day.

    Together they hold every day once. A chip without a date of its own begins with the first
    measure that may cover it. What is asked for and raised is as for `assess`.
    """
    question = ask(
        chip,
        to=to,
        hq=hq,
        tpp=tpp,
        throughput=throughput,
        die_area=die_area,
        memory_bandwidth=memory_bandwidth,
        interconnect=interconnect,
        datacenter=datacenter,
        dataset=dataset,
    )
    return question.history()


@dataclass(frozen=True)
class Question:
    """A chip and a sale, to be asked about days."""

    dataset: Dataset
    book: Rulebook
    figures: Figures
    sale: Sale
    as_of: date
    assumed: tuple[str, ...] = ()

    def history(self) -> tuple[Span, ...]:
        """The spans of the chip's whole life."""
        return spans(self._days(life(self.book, self.figures, self.as_of)))

    def assumptions(self) -> tuple[str, ...]:
        """What the chip's history takes for granted."""
        days = self._days(life(self.book, self.figures, self.as_of))
        told = (line for _, outcome in days for line in outcome.assumptions)
        return tuple(dict.fromkeys((*self.assumed, *told)))

    def answer(self, on: str | date | EdtfDate | None) -> Assessment:
        """The assessment for a date."""
        moment = self.moment(on)
        asked, outcome, changes = self.outcome(moment)
        before, after = self._around(asked)
        return Assessment(
            chip=self.figures.chip_id,
            chip_name=self.figures.name,
            figures=tuple(self.figures.by_metric.items()),
            to=self.sale.to,
            hq=self.sale.hq,
            on=str(moment),
            outcome=outcome,
            changes=changes,
            before=before,
            after=after,
            citations=cited(self.dataset, outcome, self.figures.chip_id),
            as_of=self.as_of,
        )

    def moment(self, on: str | date | EdtfDate | None) -> EdtfDate:
        """The date that is asked about; raises ValueError where it is none."""
        if isinstance(on, EdtfDate):
            return on
        return parse(self.as_of.isoformat() if on is None else str(on))

    def outcome(self, moment: EdtfDate) -> tuple[Stretch, Outcome, tuple[Span, ...]]:
        """What held at a date, and if that was not the same throughout, when it changed."""
        asked = self.asked(moment)
        days = [
            (stretch, outcome)
            for stretch, outcome in self._days(asked)
            if _may_touch(moment, stretch)
        ]
        changes = spans(days)
        outcome = together([outcome for _, outcome in days])
        late: tuple[str, ...] = ()
        if asked.last > self.as_of:
            late = (
                f"{moment} is after {self.as_of}, the last day that the data tells of: "
                "taken as if nothing had changed since",
            )
        assumed = (*self.assumed, *late, *outcome.assumptions)
        return asked, replace(outcome, assumptions=assumed), changes if len(changes) > 1 else ()

    def asked(self, moment: EdtfDate) -> Stretch:
        """The days that a date may mean; open ends reach over the chip's life only."""
        first, last = window(moment.text)
        whole = life(self.book, self.figures, self.as_of)
        if moment.latest is None:
            last = max(self.as_of, first)
        if moment.earliest is None:
            first = min(whole.first, last)
        return Stretch(first, last)

    def _days(self, stretch: Stretch) -> tuple[Days, ...]:
        return outcomes(self.book, self.figures, self.sale, stretch)

    def _around(self, asked: Stretch) -> tuple[Span | None, Span | None]:
        """What held before the days asked about, and what after them."""
        whole = life(self.book, self.figures, self.as_of)
        every = spans(
            self._days(Stretch(min(whole.first, asked.first), max(whole.last, asked.last)))
        )
        at = [n for n, of in enumerate(every) if of.stretch.first <= asked.first]
        to = [n for n, of in enumerate(every) if of.stretch.last >= asked.last]
        before, after = at[-1] - 1, to[0] + 1
        return every[before] if before >= 0 else None, every[after] if after < len(every) else None


def _may_touch(moment: EdtfDate, stretch: Stretch) -> bool:
    return moment.overlaps(parse(f"{stretch.first}/{stretch.last}")) is not Truth.NO


def ask(
    chip: str | Chip | None = None,
    *,
    to: str,
    hq: str | None = None,
    tpp: Number | None = None,
    throughput: Mapping[Any, Number] | Iterable[tuple[Number, Number]] | None = None,
    die_area: Number | None = None,
    memory_bandwidth: Number | None = None,
    interconnect: Number | None = None,
    datacenter: bool | None = None,
    dataset: Dataset | None = None,
) -> Question:
    """The question that `assess` and `history` answer, to be asked about several dates."""
    sale = Sale(_country(to), None if hq is None else _country(hq))
    found = shipped() if dataset is None else dataset
    numbers = (tpp, throughput, die_area, memory_bandwidth, interconnect)
    given = any(number is not None for number in numbers)
    assumed: tuple[str, ...] = ()
    if chip is not None:
        if given:
            raise ValueError("give a chip or numbers, not both")
        figures = from_record(found, chip if isinstance(chip, str) else chip.id)
        if datacenter is not None and datacenter is not figures.datacenter:
            figures = replace(figures, datacenter=datacenter)
            assumed = (f"taken as {_part(datacenter)}, as asked, whatever its record says",)
    else:
        if not given:
            raise ValueError("give a chip, or numbers such as its TPP")
        figures = from_numbers(
            tpp=tpp,
            throughput=throughput,
            die_area=die_area,
            memory_bandwidth=memory_bandwidth,
            interconnect=interconnect,
            datacenter=datacenter is not False,
        )
        if datacenter is None:
            assumed = (f"taken as {_part(True)}, which was not said",)
    return Question(found, rulebook(found), figures, sale, as_of(found), assumed)


def _part(datacenter: bool) -> str:
    return f"{'' if datacenter else 'not '}designed or marketed for data centers"


def _country(code: str) -> str:
    """A country's code in capitals; raises ValueError where there is none such."""
    wanted = code.strip().upper()
    codes = load_plan().tables["country_groups"].by_name["country"].members
    if wanted not in codes:
        raise ValueError(f"{code!r} is no country: an ISO 3166-1 code such as 'CN' is needed")
    return wanted


@cache
def shipped() -> Dataset:
    """The shipped facts, loaded once."""
    from chippolicy.dataset import load

    return load()


def as_of(dataset: Dataset) -> date:
    """The last day that a dataset tells of: its package's own day, else that of the shipped one."""
    descriptor = dataset.origin
    if descriptor.is_dir():
        descriptor = descriptor / "datapackage.json"
    if descriptor.parent != resource("datapackage") and descriptor.name.endswith(".json"):
        try:
            return date.fromisoformat(json.loads(descriptor.read_bytes())["created"][:10])
        except (OSError, ValueError, KeyError, TypeError):
            # A folder of CSVs, or a package that does not say.
            pass
    return date.fromisoformat(DATA_AS_OF)
