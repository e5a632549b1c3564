"""Events: what happened, or was planned, and who and what took part."""

from __future__ import annotations

from typing import Annotated

from chippolicy.records._base import Record, Ref, doc
from chippolicy.records._terms import Term
from chippolicy.records._types import Date, Line, Slug, Text


class EventKind(Term):
    """What sort of event it is."""

    POLICY = "policy", "A policy is announced, issued, notified, takes effect or ends."
    PUBLICATION = "publication", "A document is published."
    PRODUCT = "product", "A chip is announced, reported, launched or changed."
    INDUSTRY = "industry", "A company acts: orders, production, supply."
    DISCLOSURE = "disclosure", "A fact is made public, in a filing or by the press."
    LICENSE = "license", "A license or authorization is granted, refused or changed."
    ENTITY_LISTING = "entity-listing", "A company is put on or taken off a list."
    COUNTER_MEASURE = "counter-measure", "A government answers another's controls."
    MEETING = "meeting", "People meet."
    APPOINTMENT = "appointment", "Somebody is named to, takes or leaves a post."
    STATEMENT = "statement", "Somebody speaks in public."
    HEARING = "hearing", "Testimony before a legislature."
    LEGISLATION = "legislation", "A legislature acts on a bill."
    LEGAL_DECISION = "legal-decision", "A court or auditor decides."
    SCHEDULED = "scheduled", "It was only planned: whether it happened is not told here."


class Event(Record, table="events", label="title", cited=True):
    """Something that happened at a time, or was scheduled to."""

    id: Annotated[Slug, doc("The event's id: its date, then words.", "2022-10-07-rule-released")]
    kind: Annotated[EventKind, doc("What sort of event it is.", "policy")]
    title: Annotated[Line, doc("What happened, in one line.", "BIS releases the October 7 rule")]
    date: Annotated[Date, doc("When it happened.", "2022-10-07")]
    place: Annotated[Line | None, doc("Where it happened.", "Washington, DC")] = None
    summary: Annotated[
        Text | None, doc("More of it, in our own words.", "Released ahead of publication.")
    ] = None


class EventActorRole(Term):
    """The part an actor has in an event."""

    AGENT = "agent", "Did it."
    PARTICIPANT = "participant", "Took part in it."
    SPEAKER = "speaker", "Spoke."
    SUBJECT = "subject", "It is about them, or done to them."
    HOST = "host", "Held it."
    PUBLISHER = "publisher", "Published what came out."


class EventActor(Record, table="event_actors", key=("event_id", "actor_id", "role")):
    """An actor's part in an event."""

    event_id: Annotated[Slug, Ref("events"), doc("The event.", "2022-10-07-rule-released")]
    actor_id: Annotated[Slug, Ref("actors"), doc("The actor.", "us-bis")]
    role: Annotated[EventActorRole, doc("The part it has.", "agent")]


class EventChipRole(Term):
    """The part a chip has in an event."""

    SUBJECT = "subject", "The event is about it."
    ANNOUNCED = "announced", "It is announced or first reported."
    LAUNCHED = "launched", "It goes on sale."
    RESTRICTED = "restricted", "Its sale is limited."
    PERMITTED = "permitted", "Its sale is allowed."
    MENTIONED = "mentioned", "It is named in passing."


class EventChip(Record, table="event_chips", key=("event_id", "chip_id", "role")):
    """A chip's part in an event."""

    event_id: Annotated[Slug, Ref("events"), doc("The event.", "2023-11-09-h20-specs")]
    chip_id: Annotated[Slug, Ref("chips"), doc("The chip.", "nvidia-h20")]
    role: Annotated[EventChipRole, doc("The part it has.", "announced")]


class EventPolicyRole(Term):
    """What an event does to a policy."""

    ANNOUNCES = "announces", "Makes it known."
    PUBLISHES = "publishes", "Publishes its text."
    TAKES_EFFECT = "takes-effect", "It takes effect."
    CHANGES = "changes", "It is changed, suspended or extended."
    ENDS = "ends", "It ends."
    CONCERNS = "concerns", "The event is about it."


class EventPolicy(Record, table="event_policies", key=("event_id", "policy_id", "role")):
    """What an event does to a policy."""

    event_id: Annotated[Slug, Ref("events"), doc("The event.", "2022-10-07-rule-released")]
    policy_id: Annotated[Slug, Ref("policies"), doc("The policy.", "us-2022-10-07-ac-sme")]
    role: Annotated[EventPolicyRole, doc("What the event does to it.", "announces")]
