"""Redirects: ids that are retired, and what took their place."""

from __future__ import annotations

from typing import Annotated

from chippolicy.records._base import Record, doc
from chippolicy.records._types import RecordRef


class Redirect(Record, table="redirects", key=("old",)):
    """A retired record reference and the one to use instead; an id is never used again."""

    old: Annotated[RecordRef, doc("The retired reference.", "chips/nvidia-hgx-h20")]
    new: Annotated[RecordRef, doc("The reference to use.", "chips/nvidia-h20")]
