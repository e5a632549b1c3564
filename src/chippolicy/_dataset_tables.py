"""Derived from the records by `python -m chippolicy.derive`: not to be edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chippolicy._table import Table
    from chippolicy.records import (
        Actor,
        Chip,
        ChipThroughput,
        Citation,
        CountryGroupMember,
        Criterion,
        Event,
        EventActor,
        EventChip,
        EventPolicy,
        Measure,
        MeasureChip,
        MeasureDestination,
        Name,
        Policy,
        PolicyActor,
        PolicyRelationship,
        Position,
        Redirect,
        Source,
        Statement,
        StatementActor,
        StatementSubject,
        Topic,
    )


class DatasetTables:
    """One attribute per table, typed by its record."""

    def __getitem__(self, table: str) -> Table[Any]:
        raise NotImplementedError

    @property
    def sources(self) -> Table[Source]:
        """A document that facts are cited to: a rule, a filing, an article, a data set."""
        return self["sources"]

    @property
    def actors(self) -> Table[Actor]:
        """A person or organization that makes, argues over, or is subject to policy."""
        return self["actors"]

    @property
    def topics(self) -> Table[Topic]:
        """An idea or a question that statements can be about."""
        return self["topics"]

    @property
    def chips(self) -> Table[Chip]:
        """An integrated circuit or accelerator sold as one product; figures are per chip."""
        return self["chips"]

    @property
    def chip_throughput(self) -> Table[ChipThroughput]:
        """A chip's theoretical peak in one number format, for dense matrices."""
        return self["chip_throughput"]

    @property
    def policies(self) -> Table[Policy]:
        """A government's instrument or decision; what it does is told by its measures."""
        return self["policies"]

    @property
    def policy_actors(self) -> Table[PolicyActor]:
        """An actor's part in a policy."""
        return self["policy_actors"]

    @property
    def policy_relations(self) -> Table[PolicyRelationship]:
        """What one policy does to another policy."""
        return self["policy_relations"]

    @property
    def policy_measures(self) -> Table[Measure]:
        """One thing a policy does. A review policy or an exception is a measure of its own."""
        return self["policy_measures"]

    @property
    def measure_destinations(self) -> Table[MeasureDestination]:
        """A destination that a measure reaches or leaves out; a named country beats its group."""
        return self["measure_destinations"]

    @property
    def measure_criteria(self) -> Table[Criterion]:
        """One threshold. Rows of a clause all apply; of several clauses one is enough."""
        return self["measure_criteria"]

    @property
    def measure_chips(self) -> Table[MeasureChip]:
        """A chip that a measure names; its variants are covered too."""
        return self["measure_chips"]

    @property
    def country_groups(self) -> Table[CountryGroupMember]:
        """A country's membership in a country group of the export regulations."""
        return self["country_groups"]

    @property
    def events(self) -> Table[Event]:
        """Something that happened at a time, or was scheduled to."""
        return self["events"]

    @property
    def event_actors(self) -> Table[EventActor]:
        """An actor's part in an event."""
        return self["event_actors"]

    @property
    def event_chips(self) -> Table[EventChip]:
        """A chip's part in an event."""
        return self["event_chips"]

    @property
    def event_policies(self) -> Table[EventPolicy]:
        """What an event does to a policy."""
        return self["event_policies"]

    @property
    def positions(self) -> Table[Position]:
        """A post a person held at an organization, for a time."""
        return self["positions"]

    @property
    def statements(self) -> Table[Statement]:
        """Something said, held or reported, told in our own words beside its own."""
        return self["statements"]

    @property
    def statement_actors(self) -> Table[StatementActor]:
        """An actor's part in a statement."""
        return self["statement_actors"]

    @property
    def statement_subjects(self) -> Table[StatementSubject]:
        """A record that a statement is about."""
        return self["statement_subjects"]

    @property
    def citations(self) -> Table[Citation]:
        """A source's word on a record or on one of its fields."""
        return self["citations"]

    @property
    def names(self) -> Table[Name]:
        """A name of a record in one language."""
        return self["names"]

    @property
    def redirects(self) -> Table[Redirect]:
        """A retired record reference and the one to use instead; an id is never used again."""
        return self["redirects"]
