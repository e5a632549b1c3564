"""Choosing the one record that a command is asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from chippolicy.cli.data import dataset
from chippolicy.cli.exits import FOUND
from chippolicy.cli.output import diagnose
from chippolicy.cli.params import NameParam

if TYPE_CHECKING:
    from chippolicy.dataset import Dataset
    from chippolicy.records import Record


class RecordName(NameParam):
    """A record's reference, id or name: anything is taken, ids are completed."""

    name = "record"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The ids, or after a table and a slash the references, that begin so."""
        with dataset(ctx.params.get("data")) as found:
            table, slash, begun = incomplete.rpartition("/")
            return [
                CompletionItem(table + slash + key)
                for name, of in found.tables.items()
                if (name == table if slash else of.plan.key == ("id",))
                for key in filter(lambda key: key.startswith(begun), of.keys())
            ]


def one_record(ctx: click.Context, found: Dataset, name: str) -> Record:
    """The record that a reference, id or name means; none or several end the command."""
    candidates = found.resolve(name)
    if len(candidates) != 1:
        if candidates:
            diagnose(f"{name!r} means {len(candidates)} records; name one of them:")
            refs = [candidate.ref for candidate in candidates]
        else:
            diagnose(f"there is no record {name!r}")
            refs = list(found.suggest(name))
            if refs:
                diagnose("the nearest are:")
        for ref in refs:
            diagnose(f"  {ref}  {found.label_of(ref)}")
        ctx.exit(FOUND)
    return candidates[0]
