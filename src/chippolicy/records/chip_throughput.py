"""Throughput: a chip's peak operations in one number format."""

from __future__ import annotations

from typing import Annotated

from chippolicy.records._base import Record, Ref, Unit, doc
from chippolicy.records._terms import Term
from chippolicy.records._types import Count, Quantity, Slug


class NumberFormat(Term):
    """The format of the inputs that are multiplied."""

    FP64 = "fp64", "64-bit floating point."
    FP32 = "fp32", "32-bit floating point."
    TF32 = "tf32", "NVIDIA's 19-bit format, held in 32 bits."
    FP16 = "fp16", "16-bit floating point (IEEE half)."
    BF16 = "bf16", "16-bit floating point with the exponent of 32-bit."
    FP8 = "fp8", "8-bit floating point."
    FP6 = "fp6", "6-bit floating point."
    FP4 = "fp4", "4-bit floating point."
    INT16 = "int16", "16-bit integer."
    INT8 = "int8", "8-bit integer."
    INT4 = "int4", "4-bit integer."


class ChipThroughput(Record, table="chip_throughput", key=("chip_id", "number_format"), cited=True):
    """A chip's theoretical peak in one number format, for dense matrices."""

    chip_id: Annotated[Slug, Ref("chips"), doc("The chip.", "nvidia-h20")]
    number_format: Annotated[NumberFormat, doc("The format of the inputs.", "fp8")]
    bit_length: Annotated[
        Count, Unit("bit"), doc("The largest bit length among the inputs of the multiply.", 8)
    ]
    dense_tera_ops_s: Annotated[
        Quantity,
        Unit("10¹² operations/s"),
        doc("Peak operations, dense: never the figure with sparsity.", 296),
    ]
