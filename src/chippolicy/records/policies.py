"""Policies: rules, letters, announcements and deals that bear on chips."""

from __future__ import annotations

from typing import Annotated

from chippolicy.records._base import Record, Ref, doc
from chippolicy.records._terms import Term
from chippolicy.records._types import Country, Date, Line, Slug, Text


class PolicyKind(Term):
    """What sort of instrument a policy is."""

    RULE = "rule", "A regulation issued by an agency and published."
    STATUTE = "statute", "A law passed by a legislature."
    EXECUTIVE_ORDER = "executive-order", "A directive signed by a head of government."
    NOTICE = "notice", "A published notice that is not a rule."
    GUIDANCE = "guidance", "An agency's account of how it reads or enforces its rules."
    IS_INFORMED_LETTER = (
        "is-informed-letter",
        "A letter that imposes a license requirement on the company it informs.",
    )
    ORDER = "order", "An instruction by an authority to those under it."
    INVESTIGATION = "investigation", "An official inquiry into a company's conduct."
    SUMMONS = "summons", "A company called in to explain itself."
    AGREEMENT = "agreement", "An arrangement between parties, codified or not."
    ASSURANCE = "assurance", "A promise by a government that it will act in a certain way."
    ANNOUNCEMENT = "announcement", "A public statement of a decision, without a legal text."
    PROCLAMATION = "proclamation", "A formal proclamation under a statute."


class Policy(Record, table="policies", label="title", cited=True):
    """A government's instrument or decision; what it does is told by its measures."""

    id: Annotated[Slug, doc("The policy's id.", "us-2022-10-07-ac-sme")]
    kind: Annotated[PolicyKind, doc("What sort of instrument it is.", "rule")]
    title: Annotated[
        Line, doc("Its official title or usual name.", "Updates to the Controls To Add Macau")
    ]
    jurisdiction: Annotated[
        Country, doc("The country whose policy it is, as ISO 3166-1 alpha-2.", "US")
    ]
    citation: Annotated[
        Line | None, doc("How lawyers cite it; several are joined with '; '.", "88 FR 73458")
    ] = None
    announced: Annotated[
        Date | None, doc("When it was made known or first reported.", "2022-10-07")
    ] = None
    published: Annotated[
        Date | None, doc("When its text was published; blank if it never was.", "2022-10-13")
    ] = None
    effective: Annotated[
        Date | None, doc("When it first took effect, for whomever.", "2022-10-07")
    ] = None
    ended: Annotated[
        Date | None, doc("When it ceased as a whole; blank while it stands.", "2022-10-07")
    ] = None
    summary: Annotated[
        Text | None, doc("What it did, in a sentence of our own.", "Adds Macau to the controls.")
    ] = None


class PolicyRole(Term):
    """The part an actor has in a policy."""

    ISSUER = "issuer", "Issued the instrument."
    ANNOUNCER = "announcer", "Made it known."
    PARTY = "party", "Is a party to it."
    BENEFICIARY = "beneficiary", "Gains from it."
    TARGET = "target", "Is what it is aimed at, or must obey it."


class PolicyActor(Record, table="policy_actors", key=("policy_id", "actor_id", "role")):
    """An actor's part in a policy."""

    policy_id: Annotated[Slug, Ref("policies"), doc("The policy.", "us-2022-10-07-ac-sme")]
    actor_id: Annotated[Slug, Ref("actors"), doc("The actor.", "us-bis")]
    role: Annotated[PolicyRole, doc("The part it has.", "issuer")]


class PolicyRelation(Term):
    """What one policy does to another."""

    AMENDS = "amends", "Changes the other's text."
    SUPERSEDES = "supersedes", "Takes the other's place."
    RESCINDS = "rescinds", "Ends the other."
    SUSPENDS = "suspends", "Stops the other for a time."
    DECLINES_TO_ENFORCE = "declines-to-enforce", "Leaves the other unenforced, its text in place."
    CORRECTS = "corrects", "Mends errors in the other's text."
    IMPLEMENTS = "implements", "Carries the other out."
    SUPPLEMENTS = "supplements", "Adds to the other without changing it."
    INTERPRETS = "interprets", "Says how the other is read."
    ANSWERS = "answers", "Is a reaction to the other."


class PolicyRelationship(
    Record, table="policy_relations", key=("policy_id", "relation", "target_id")
):
    """What one policy does to another policy."""

    policy_id: Annotated[Slug, Ref("policies"), doc("The policy that acts.", "us-2023-01-macau")]
    relation: Annotated[PolicyRelation, doc("What it does to the other.", "amends")]
    target_id: Annotated[
        Slug, Ref("policies"), doc("The policy acted upon.", "us-2022-10-07-ac-sme")
    ]
