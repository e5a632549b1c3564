"""Rules on the figures of chips: what goes wrong in published tables, told as likely slips.

None of these is certain; whoever finds a figure right keeps it, and waives the finding.
"""

from __future__ import annotations

from chippolicy.rules.parts import Computed, Outgrown, Range, Slip, Sparse
from chippolicy.rules.rule import WARNING, Rule

_TERA = Slip("in TB/s", 1_000)
_MEGA = Slip("in MB/s", 1 / 1_000)
_THROUGHPUT = Sparse(
    "chip_throughput",
    "chip_id",
    "number_format",
    "bit_length",
    "dense_tera_ops_s",
    # What the matrix units run; 32 and 64 bits are often left to others.
    ("fp16", "bf16", "fp8", "fp6", "fp4", "int16", "int8", "int4"),
)

FIGURES: tuple[Rule, ...] = (
    Rule(
        "figure/sparse",
        "a throughput is the dense figure",
        WARNING,
        "Data sheets print the figure with sparsity, which is twice the dense one; controls count "
        "the dense one.",
        "Look for the footnote “with sparsity” in the source, and write half.",
        parts=(_THROUGHPUT,),
    ),
    Rule(
        "figure/unit",
        "a figure is in its column's unit",
        WARNING,
        "Sources give TB/s, MB or cm² where the column has GB/s, GB or mm².",
        "Check the figure and its unit.",
        parts=(
            Range("chips", "memory_bandwidth_gb_s", 20, 100_000, _TERA, _MEGA),
            Range("chips", "interconnect_gb_s", 5, 100_000, _TERA, _MEGA),
            Range("chips", "memory_gb", None, 8_000, None, Slip("in MB", 1 / 1_024)),
            Range("chips", "die_area_mm2", 20, 100_000, Slip("in cm²", 100), None),
        ),
    ),
    Rule(
        "figure/market-part",
        "a part made for China has no more throughput than the part it derives from",
        WARNING,
        "Such parts are cut down to stay below a threshold; only their memory may grow.",
        "Check whether the figure is another part's, or the one with sparsity.",
        parts=(Outgrown("chips", "market_country", ("CN",), "derived_from_id", _THROUGHPUT),),
    ),
    Rule(
        "figure/density",
        "a performance density or TPP of your own agrees with the figures it comes from",
        WARNING,
        "TPP is the highest of bit length × dense tera-operations, and performance density is TPP "
        "÷ applicable die area; spec tables often take another die area or a sparse figure.",
        "Check throughput and die area; both quantities can be computed and need not be kept.",
        parts=(Computed("chips", "x_tpp", "x_performance_density", "die_area_mm2", _THROUGHPUT),),
    ),
)
"""The rules of the family `figure`."""
