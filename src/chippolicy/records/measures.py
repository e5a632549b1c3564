"""Measures: what a policy does, to which items, for whom, from when, past which numbers."""

from __future__ import annotations

from typing import Annotated

from chippolicy.records._base import Record, Ref, Unit, doc
from chippolicy.records._terms import Term
from chippolicy.records._types import (
    Amount,
    Count,
    Country,
    CountryGroup,
    Date,
    Destination,
    Line,
    Slug,
    Text,
)


class Effect(Term):
    """What a measure does."""

    PROHIBIT = "prohibit", "Forbids it."
    REQUIRE_LICENSE = "require-license", "Makes it depend on a license."
    PERMIT = "permit", "Allows it."
    LICENSE_EXCEPTION = "license-exception", "Lets it go ahead without a license, on conditions."
    PRESUMPTION_OF_DENIAL = "presumption-of-denial", "License applications are to be refused."
    PRESUMPTION_OF_APPROVAL = "presumption-of-approval", "License applications are to be granted."
    CASE_BY_CASE = "case-by-case", "License applications are weighed one by one."
    REVENUE_SHARE = "revenue-share", "A share of the revenue goes to the government."
    TARIFF = "tariff", "A duty is due on import."
    SUSPEND = "suspend", "Another measure is stopped for a time."
    RESCIND = "rescind", "Another measure is ended."
    NOT_ENFORCED = "not-enforced", "Another measure stays on the books but is not enforced."
    DISCOURAGE = "discourage", "It is advised against, without being forbidden."
    PRESUMPTION_OF_CONTROL = (
        "presumption-of-control",
        "An item counts as controlled until that is rebutted; not a control by its numbers.",
    )
    RED_FLAG = "red-flag", "A circumstance that obliges the seller to inquire; not a control."


class Item(Term):
    """What sort of thing a measure is about."""

    CHIP = "chip", "Integrated circuits, and what contains them."
    HBM = "hbm", "High-bandwidth memory."
    EQUIPMENT = "equipment", "Semiconductor manufacturing equipment."
    MATERIALS = "materials", "Materials and minerals."
    ENTITY = "entity", "Dealings with named or affiliated companies."
    MODEL_WEIGHTS = "model-weights", "The weights of trained AI models."


class Direction(Term):
    """Which way the goods go."""

    EXPORT = "export", "Out of the jurisdiction, re-export and transfer included."
    IMPORT = "import", "Into the jurisdiction."
    PURCHASE = "purchase", "Bought or used by those in the jurisdiction."


class Measure(Record, table="policy_measures", cited=True):
    """One thing a policy does. A review policy or an exception is a measure of its own."""

    id: Annotated[Slug, doc("The measure's id.", "us-2023-10-17-3a090-a-1")]
    policy_id: Annotated[Slug, Ref("policies"), doc("Its policy.", "us-2023-10-17-acs-ifr")]
    effect: Annotated[Effect, doc("What it does.", "require-license")]
    item: Annotated[Item, doc("What sort of thing it is about.", "chip")]
    direction: Annotated[Direction, doc("Which way the goods go.", "export")]
    paragraph: Annotated[Line | None, doc("Where in the law it stands.", "3A090.a.1")] = None
    start: Annotated[Date | None, doc("The first day it held.", "2023-11-17")] = None
    end: Annotated[
        Date | None, doc("The last day it held; blank while it holds.", "2024-04-03")
    ] = None
    share_percent: Annotated[
        Amount | None, Unit("%"), doc("The share of revenue or rate of duty.", 15)
    ] = None
    condition: Annotated[
        Text | None,
        doc("What a number cannot say.", "Commercially available in the US on 2026-01-15."),
    ] = None
    summary: Annotated[
        Text | None, doc("What it does, in a sentence of our own.", "A license is required.")
    ] = None


class DestinationRule(Term):
    """Whether a destination is in a measure's reach."""

    INCLUDE = "include", "The measure reaches it."
    EXCLUDE = "exclude", "The measure leaves it out."


class DestinationBasis(Term):
    """What ties a transaction to a destination."""

    LOCATION = "location", "Where the item goes."
    HEADQUARTERS = "headquarters", "Where the buyer or its ultimate parent has its headquarters."


class MeasureDestination(
    Record, table="measure_destinations", key=("measure_id", "destination", "basis")
):
    """A destination that a measure reaches or leaves out; a named country beats its group."""

    measure_id: Annotated[
        Slug, Ref("policy_measures"), doc("The measure.", "us-2023-10-17-3a090-a-1")
    ]
    destination: Annotated[Destination, doc("A country, a country group, or the world.", "D:5")]
    basis: Annotated[DestinationBasis, doc("What ties a sale to it.", "location")]
    rule: Annotated[DestinationRule, doc("In the measure's reach or not.", "include")]


class Metric(Term):
    """A number of a chip, model or company that a threshold is set on."""

    TPP = "tpp", "Total processing performance: dense tera-operations/s × bit length, at its max."
    PERFORMANCE_DENSITY = "performance_density", "TPP divided by the applicable die area in mm²."
    MEMORY_BANDWIDTH = "memory_bandwidth_gb_s", "Memory bandwidth in GB/s."
    INTERCONNECT = "interconnect_gb_s", "Aggregate bidirectional bandwidth to other chips in GB/s."
    MEMORY_PLUS_INTERCONNECT = (
        "memory_plus_interconnect_gb_s",
        "Memory bandwidth and interconnect added, in GB/s.",
    )
    MEMORY_BANDWIDTH_DENSITY = (
        "memory_bandwidth_density_gb_s_mm2",
        "Memory bandwidth per area of the package or stack, in GB/s per mm².",
    )
    DATACENTER = "datacenter", "1 if designed or marketed for data centers, 0 if not."
    TRANSISTORS = "transistors", "Aggregated approximated transistor count."
    HAS_HBM = "has_hbm", "1 if it contains high-bandwidth memory, 0 if not."
    TRAINING_OPERATIONS = "training_operations", "Operations used to train a model."
    OWNED_SHARE_PERCENT = "owned_share_percent", "Share held by listed parties, in percent."


class Comparator(Term):
    """How a metric is held against a threshold."""

    EQ = "eq", "Equal to the value."
    GE = "ge", "The value or more."
    GT = "gt", "More than the value."
    LE = "le", "The value or less."
    LT = "lt", "Less than the value."


class Criterion(
    Record,
    table="measure_criteria",
    key=("measure_id", "clause", "metric", "comparator"),
    cited=True,
):
    """One threshold. Rows of a clause all apply; of several clauses one is enough."""

    measure_id: Annotated[
        Slug, Ref("policy_measures"), doc("The measure.", "us-2023-10-17-3a090-a-1")
    ]
    clause: Annotated[Count, doc("The number of the clause within the measure.", 1)]
    metric: Annotated[Metric, doc("The number that is looked at.", "tpp")]
    comparator: Annotated[Comparator, doc("How it is held against the value.", "ge")]
    value: Annotated[Amount, doc("The threshold, in the metric's unit.", 4800)]


class MeasureChip(Record, table="measure_chips", key=("measure_id", "chip_id")):
    """A chip that a measure names; its variants are covered too."""

    measure_id: Annotated[
        Slug, Ref("policy_measures"), doc("The measure.", "us-2025-04-09-h20-letter")
    ]
    chip_id: Annotated[Slug, Ref("chips"), doc("The chip.", "nvidia-h20")]


class CountryGroupMember(Record, table="country_groups", key=("country_group", "country")):
    """A country's membership in a country group of the export regulations."""

    country_group: Annotated[
        CountryGroup, doc("The group, as 15 CFR part 740, supplement no. 1 names it.", "D:5")
    ]
    country: Annotated[Country, doc("The member, as ISO 3166-1 alpha-2.", "CN")]
    start: Annotated[
        Date | None, doc("The first day known; blank where not read earlier.", "2026-07-10")
    ] = None
    end: Annotated[
        Date | None, doc("The last day of membership; blank while it lasts.", "2026-07-09")
    ] = None
    source_id: Annotated[Slug, Ref("sources"), doc("Where this is read.", "ecfr-2026-07-23")]
