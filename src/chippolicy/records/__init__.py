"""The records: every table's fields, written down once, and the registry that lists them."""

from __future__ import annotations

from chippolicy.records._base import EXTRA_COLUMN, Column, Record, Ref, Unit
from chippolicy.records._terms import Term
from chippolicy.records._types import Scalar
from chippolicy.records.actors import Actor, ActorKind
from chippolicy.records.chip_throughput import ChipThroughput, NumberFormat
from chippolicy.records.chips import Chip
from chippolicy.records.citations import Citation, CitationRelation, Confidence
from chippolicy.records.events import (
    Event,
    EventActor,
    EventActorRole,
    EventChip,
    EventChipRole,
    EventKind,
    EventPolicy,
    EventPolicyRole,
)
from chippolicy.records.measures import (
    Comparator,
    CountryGroupMember,
    Criterion,
    DestinationBasis,
    DestinationRule,
    Direction,
    Effect,
    Item,
    Measure,
    MeasureChip,
    MeasureDestination,
    Metric,
)
from chippolicy.records.names import Name, NameKind
from chippolicy.records.policies import (
    Policy,
    PolicyActor,
    PolicyKind,
    PolicyRelation,
    PolicyRelationship,
    PolicyRole,
)
from chippolicy.records.positions import Position
from chippolicy.records.redirects import Redirect
from chippolicy.records.sources import Derivation, Source, SourceKind
from chippolicy.records.statements import (
    Stance,
    Statement,
    StatementActor,
    StatementKind,
    StatementRole,
    StatementSubject,
)
from chippolicy.records.topics import Topic

__all__ = [
    "EXTRA_COLUMN",
    "RECORDS",
    "TABLES",
    "Actor",
    "ActorKind",
    "Chip",
    "ChipThroughput",
    "Citation",
    "CitationRelation",
    "Column",
    "Comparator",
    "Confidence",
    "CountryGroupMember",
    "Criterion",
    "Derivation",
    "DestinationBasis",
    "DestinationRule",
    "Direction",
    "Effect",
    "Event",
    "EventActor",
    "EventActorRole",
    "EventChip",
    "EventChipRole",
    "EventKind",
    "EventPolicy",
    "EventPolicyRole",
    "Item",
    "Measure",
    "MeasureChip",
    "MeasureDestination",
    "Metric",
    "Name",
    "NameKind",
    "NumberFormat",
    "Policy",
    "PolicyActor",
    "PolicyKind",
    "PolicyRelation",
    "PolicyRelationship",
    "PolicyRole",
    "Position",
    "Record",
    "Redirect",
    "Ref",
    "Scalar",
    "Source",
    "SourceKind",
    "Stance",
    "Statement",
    "StatementActor",
    "StatementKind",
    "StatementRole",
    "StatementSubject",
    "Term",
    "Topic",
    "Unit",
]

RECORDS: tuple[type[Record], ...] = (
    Source,
    Actor,
    Topic,
    Chip,
    ChipThroughput,
    Policy,
    PolicyActor,
    PolicyRelationship,
    Measure,
    MeasureDestination,
    Criterion,
    MeasureChip,
    CountryGroupMember,
    Event,
    EventActor,
    EventChip,
    EventPolicy,
    Position,
    Statement,
    StatementActor,
    StatementSubject,
    Citation,
    Name,
    Redirect,
)
"""Every record class, in the order a newcomer reads the tables in."""

TABLES: dict[str, type[Record]] = {record.table: record for record in RECORDS}
"""The same by table name."""
