"""Names: what records are called, in which language."""

from __future__ import annotations

from typing import Annotated

from chippolicy.records._base import Record, doc
from chippolicy.records._terms import Term
from chippolicy.records._types import Language, Line, RecordRef


class NameKind(Term):
    """What sort of name it is."""

    PREFERRED = "preferred", "The name to show in that language."
    ALIAS = "alias", "Another name it is known by."
    FORMER = "former", "A name it had before."
    AS_REPORTED = "as-reported", "How a source writes it."


class Name(Record, table="names", key=("record", "language", "kind", "name"), label="name"):
    """A name of a record in one language."""

    record: Annotated[RecordRef, doc("The record that is meant.", "chips/nvidia-h20")]
    language: Annotated[Language, doc("The language of the name, as a BCP 47 tag.", "ja")]
    kind: Annotated[NameKind, doc("What sort of name it is.", "preferred")]
    name: Annotated[Line, doc("The name itself.", "ジェンスン・フアン")]
