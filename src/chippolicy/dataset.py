"""Dataset: the facts as typed, immutable records, looked up by id, name or reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from os import PathLike, fspath
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from chippolicy._dataset_tables import DatasetTables
from chippolicy._references import References, reference, reference_columns
from chippolicy._resources import resource
from chippolicy._table import DataError, Table, UnknownFieldError
from chippolicy.derive.plan import load_plan
from chippolicy.formats.folding import fold
from chippolicy.rules.nearest import nearest

if TYPE_CHECKING:
    from chippolicy._views import View, When
    from chippolicy.records import Citation, Name, Record

__all__ = ["DataError", "Dataset", "Table", "UnknownFieldError", "fold", "load"]

# How well a name found stands for its record, best first; an id and a record's own label before.
_NAME_RANKS = {"preferred": 1, "alias": 2, "former": 3, "as-reported": 4}


def load(path: str | PathLike[str] | None = None) -> Dataset:
    """The shipped facts, or those of a data package, a folder of CSVs or one CSV.

    Only the list of files is read here: a table is read when it is first touched. Raises
    FileNotFoundError where there is nothing, DataError where what is there is no dataset.
    """
    from chippolicy.engine.intake.resolve import resolve
    from chippolicy.engine.intake.scratch import Scratch
    from chippolicy.engine.intake.source import Input

    root = Path(fspath(path)) if path is not None else resource("datapackage")
    if not root.exists():
        raise FileNotFoundError(f"there is no {str(root)!r}")
    plan = load_plan()
    files: dict[str, Path] = {}
    with Scratch() as scratch:
        for found in resolve([str(root)], plan, scratch):
            if not isinstance(found, Input):
                raise DataError(found.message, path=Path(found.path) if found.path else None)
            if found.table in files:
                raise DataError(f"the table {found.table} is there twice", path=found.path)
            if found.whole or found.delimiter != ",":
                reason = "it is no CSV file with commas: `chippolicy merge` makes a package of it"
                raise DataError(reason, path=Path(found.shown))
            files[found.table] = found.path
    return Dataset(
        root,
        MappingProxyType({name: Table(of, files.get(name)) for name, of in plan.tables.items()}),
    )


@dataclass(frozen=True, eq=False, repr=False)
class Dataset(DatasetTables):
    """Facts that can be looked up; made by `load`.

    A table is an attribute (`ds.chips`) or an item (`ds["chips"]`). Records, tables and the
    dataset never change. Wherever a record is asked for, a record or its reference as text
    (`"chips/nvidia-h20"`) will do, and a retired reference leads to what took its place.
    """

    origin: Path
    """The file or folder the facts are read from."""
    tables: Mapping[str, Table[Any]]
    """Every table by name, in reading order; one that is not in the files is empty."""

    view: View | None = None
    """The days it is seen from, if it is a view: made by `as_of` and `known_at`."""

    def __repr__(self) -> str:
        seen = f", {self.view}" if self.view else ""
        return f"<Dataset of {self.origin}{seen}>"

    def __getitem__(self, table: str) -> Table[Any]:
        found = self.tables.get(table)
        if found is None:
            near = nearest(table, self.tables)
            raise KeyError(f"no table {table!r}" + (f"; did you mean {near!r}?" if near else ""))
        return found

    def get(self, ref: str) -> Record | None:
        """The record of a reference such as `policies/us-2022-10-07-ac-sme`, or None."""
        number = self._place(self._current(ref))
        return None if number is None else self.tables[number[0]].record_at(number[1])

    def rows(self, table: str, **equals: Any) -> Iterator[dict[str, str]]:
        """The rows of a table as text by column, perhaps only those with some values."""
        return self[table].rows(**equals)

    def where(self, table: str, **equals: Any) -> tuple[Record, ...]:
        """The records of a table whose fields have the values given; see `Table.where`."""
        return self[table].where(**equals)

    def resolve(self, name: str) -> tuple[Record, ...]:
        """Every record that a reference, id, name or alias in any language stands for, best first.

        Letter case, width (ＮＶＩＤＩＡ) and blanks make no difference. An exact reference gives
        that record alone; otherwise ids and own names come before other names, and all that fit
        are given, so that a name with two meanings is never taken for one.
        """
        exact = self.get(name)
        if exact is not None:
            return (exact,)
        refs = dict.fromkeys(ref for _, ref in sorted(self._meanings.get(fold(name), ())))
        found = (self.get(ref) for ref in refs)
        return tuple(record for record in found if record is not None)

    def suggest(self, name: str, limit: int = 5) -> tuple[str, ...]:
        """References of records called something like a name, likeliest first."""
        from difflib import get_close_matches

        wanted = fold(name)
        holding = sorted((known for known in self._meanings if wanted in known), key=len)
        alike = get_close_matches(wanted, list(self._meanings), limit)
        refs = dict.fromkeys(
            ref
            for known in (*(holding if wanted else ()), *alike)
            for _, ref in sorted(self._meanings[known])
            if self._place(ref) is not None
        )
        return tuple(refs)[:limit]

    def references(self, record: Record | str) -> dict[str, Record]:
        """What a record refers to, by field; a reference to what is not here is left out."""
        table, number = self._found(record)
        row = self.tables[table].row_at(number)
        found = {
            column.name: self.get(reference(column, row[column.name]))
            for column in reference_columns(self.tables[table].plan)
            if row.get(column.name)
        }
        return {field: target for field, target in found.items() if target is not None}

    def referrers(self, record: Record | str) -> tuple[Record, ...]:
        """The records that refer to a record, citations and names too, in the tables' order."""
        ref = self._ref(record)
        return tuple(
            self.tables[table].record_at(number)
            for table in self.tables
            for number in dict.fromkeys(number for number, _ in self._links(table).get(ref, ()))
        )

    def citations_of(self, record: Record | str, field: str | None = None) -> tuple[Citation, ...]:
        """The citations of a record; with a field (or `*`), those of that field alone."""
        found = (
            self.citations.record_at(number)
            for number, link in self._links("citations").get(self._ref(record), ())
            if link == "record"
        )
        return tuple(citation for citation in found if field in (None, citation.field))

    def names_of(self, record: Record | str) -> tuple[Name, ...]:
        """The names of a record in every language."""
        links = self._links("names").get(self._ref(record), ())
        return tuple(self.names.record_at(number) for number, _ in links)

    def label_of(self, record: Record | str) -> str:
        """What to call a record: its name or title, else what it says, else its key."""
        table, number = self._found(record)
        row = self.tables[table].row_at(number)
        label = self.tables[table].plan.label
        return row.get(label or "text") or row.get("summary") or self.tables[table].keys()[number]

    def as_of(self, when: When) -> Dataset:
        """What held on a day: EDTF as text or read, or a `datetime.date`.

        Records that had not begun by then, or were over, are left out, with what hangs on them;
        `doubtful` and `undated` name those of which that cannot be told. An interval asks for what
        held at some time in it. Raises EdtfError, a ValueError, for a text that is no date.
        """
        return self._seen(self._as_view().as_of(when))

    def known_at(self, when: When) -> Dataset:
        """What sources published by a day report: EDTF as text or read, or a `datetime.date`.

        Sources of which it is not certain that they were published by then are left out, with what
        no other source reports; see `undated_sources` and `unreported`. Raises EdtfError, a
        ValueError, for a text that is no date.
        """
        return self._seen(self._as_view().known_at(when))

    @property
    def doubtful(self) -> tuple[str, ...]:
        """Of a view: what is kept although its dates leave open whether it held (references)."""
        return self.view.cut.doubtful if self.view else ()

    @property
    def undated(self) -> tuple[str, ...]:
        """Of a view: what is kept although nothing says when it began (references)."""
        return self.view.cut.undated if self.view else ()

    @property
    def undated_sources(self) -> tuple[str, ...]:
        """Of a view: the sources that count for no day, having no date (references)."""
        return self.view.cut.undated_sources if self.view else ()

    @property
    def unreported(self) -> tuple[tuple[str, str], ...]:
        """Of a view: values that no source counted reports but must not be blank (ref, field)."""
        return self.view.cut.unreported if self.view else ()

    def _as_view(self) -> View:
        from chippolicy._views import View

        return self.view or View(self.tables)

    def _seen(self, view: View) -> Dataset:
        return Dataset(self.origin, view.tables, view)

    @cached_property
    def _references(self) -> References:
        return References(self.tables)

    def _place(self, ref: str) -> tuple[str, int] | None:
        return self._references.place(ref)

    def _current(self, ref: str) -> str:
        return self._references.current(ref)

    def _ref(self, record: Record | str) -> str:
        return self._current(record if isinstance(record, str) else record.ref)

    def _found(self, record: Record | str) -> tuple[str, int]:
        place = self._place(self._ref(record))
        if place is None:
            raise KeyError(f"no record {record if isinstance(record, str) else record.ref!r}")
        return place

    @cached_property
    def _link_cache(self) -> dict[str, dict[str, list[tuple[int, str]]]]:
        return {}

    def _links(self, table: str) -> dict[str, list[tuple[int, str]]]:
        """For each reference that a table makes, the numbers of the rows and the fields."""
        links = self._link_cache.get(table)
        if links is None:
            links = {}
            columns = reference_columns(self.tables[table].plan)
            for number, row in enumerate(self.tables[table].rows()) if columns else ():
                for column in columns:
                    if text := row.get(column.name):
                        ref = self._current(reference(column, text))
                        links.setdefault(ref, []).append((number, column.name))
            self._link_cache[table] = links
        return links

    @cached_property
    def _meanings(self) -> dict[str, set[tuple[tuple[int, int, str], str]]]:
        """For each folded name, the references it may mean, with what to sort them by."""
        meanings: dict[str, set[tuple[tuple[int, int, str], str]]] = {}
        order = {name: number for number, name in enumerate(self.tables)}

        def learn(text: str, rank: int, ref: str) -> None:
            ref = self._current(ref)
            place = (rank, order.get(ref.partition("/")[0], len(order)), ref)
            meanings.setdefault(fold(text), set()).add((place, ref))

        for old in self._references.redirects:
            learn(old, 0, old)
            learn(old.partition("/")[2], 0, old)
        for name, table in self.tables.items():
            if name == "names":
                for row in table.rows():
                    learn(row["name"], _NAME_RANKS.get(row["kind"], 5), row["record"])
            elif table.plan.key == ("id",):
                label = table.plan.label
                for row in table.rows():
                    ref = f"{name}/{row['id']}"
                    learn(ref, 0, ref)
                    learn(row["id"], 0, ref)
                    if label and row.get(label):
                        learn(row[label], 1, ref)
        return meanings
