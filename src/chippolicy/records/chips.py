"""Chips: accelerators as products, with the figures that controls look at."""

from __future__ import annotations

from typing import Annotated

from chippolicy.records._base import Record, Ref, Unit, doc
from chippolicy.records._types import Country, Date, Flag, Line, Quantity, Slug, Text


class Chip(Record, table="chips", label="name", cited=True):
    """An integrated circuit or accelerator sold as one product; figures are per chip."""

    id: Annotated[Slug, doc("The chip's id: maker and product.", "nvidia-h20")]
    name: Annotated[Line, doc("Its product name.", "NVIDIA H20")]
    designer_id: Annotated[
        Slug | None,
        Ref("actors", kinds=("company", "university", "group")),
        doc("Who designed it.", "nvidia"),
    ] = None
    announced: Annotated[
        Date | None, doc("When it was announced or first reported.", "2023-11-09")
    ] = None
    released: Annotated[Date | None, doc("When it was first sold.", "2024")] = None
    architecture: Annotated[Line | None, doc("The design's family name.", "Hopper")] = None
    process_node: Annotated[Line | None, doc("The process its logic is made on.", "TSMC 4N")] = None
    die_area_mm2: Annotated[
        Quantity | None,
        Unit("mm²"),
        doc(
            "Applicable die area: every logic die made with non-planar transistors, "
            "memory stacks left out.",
            814,
        ),
    ] = None
    memory_gb: Annotated[Quantity | None, Unit("GB"), doc("Memory on the package.", 96)] = None
    memory_bandwidth_gb_s: Annotated[
        Quantity | None, Unit("GB/s"), doc("Memory bandwidth (1 TB/s = 1000 GB/s).", 4000)
    ] = None
    interconnect_gb_s: Annotated[
        Quantity | None,
        Unit("GB/s"),
        doc("Aggregate bidirectional bandwidth to other chips.", 900),
    ] = None
    datacenter: Annotated[
        Flag | None, doc("Whether it is designed or marketed for data centers.", True)
    ] = None
    market_country: Annotated[
        Country | None, doc("The one country it was made for, if any.", "CN")
    ] = None
    derived_from_id: Annotated[
        Slug | None,
        Ref("chips"),
        doc("The design it was cut down or grown from.", "nvidia-h100"),
    ] = None
    variant_of_id: Annotated[
        Slug | None,
        Ref("chips"),
        doc(
            "The family it is an SKU of. A measure that names the family covers its variants; "
            "numbers are not inherited.",
            "nvidia-h100",
        ),
    ] = None
    summary: Annotated[
        Text | None, doc("What it is, in a sentence of our own.", "A cut-down H100 for China.")
    ] = None
