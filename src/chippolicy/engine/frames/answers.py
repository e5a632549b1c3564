"""What the checks ask of a large table, answered from hashes as far as these tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from pathlib import Path

import polars as pl

from chippolicy.engine.causes import Values
from chippolicy.engine.faults import Fault
from chippolicy.engine.frames.again import with_lines
from chippolicy.engine.frames.hashes import (
    Batches,
    Ordered,
    among,
    combined_in,
    combined_of,
    hashed,
    hashes_in,
    hashes_of,
    none,
    ordered,
    union,
    within,
    without,
)
from chippolicy.engine.frames.kept import Kept
from chippolicy.engine.frames.suspects import BY_KEY, Reason, by_reference, by_value
from chippolicy.engine.frames.taking import File, Target
from chippolicy.engine.frames.texts import set_of
from chippolicy.engine.frames.watching import id_hashes
from chippolicy.engine.survey import Asked, TableSurvey, first_parts

_SORTS = {
    "value": "value",
    "text": "value",
    "key/missing": "value",
    "key/duplicate": "key",
    "ref/dangling": "reference",
    "ref/redirected": "reference",
}
"""Of the rules or families whose faults are looked for among suspects, of which sort these are."""
_SOME = 20_000
"""So few keys are sought in a file as they are; for more all of its keys are hashed."""
Row = tuple[int, Sequence[str]]


class Answers(Kept):
    """A large table whose files have gone by."""

    def lacking(self, keys: set[str]) -> set[str]:
        """Those of some keys, joined with `+`, that no row has."""
        hashed_already = ("key_hash" if self._single else "id_hash") in self.__dict__
        if self._trusted and not hashed_already and len(keys) <= _SOME:
            # What is asked for may be no more than likely, and have a plus where no id has one.
            firsts = keys if self._single else first_parts(keys)
            return keys - {
                "+".join(key)
                for key in self._keys_beginning(firsts, lambda key: "+".join(key) in keys)
            }
        return self._left_of(keys, self.id_hash)

    def expect(self, firsts: set[str]) -> None:
        """Be told with what the keys begin that will be asked for: they are looked for aside."""
        if self._trusted and 0 < len(firsts) <= _SOME:
            self._sought.expect(firsts)

    def close(self) -> None:
        """Return when nobody reads the table's files any more, and nobody will."""
        self._sought.close()

    def _keys_beginning(self, firsts: set[str], matters: Callable[[Values], bool]) -> set[Values]:
        """The sound keys that matter of those that begin with one of a few first parts."""

        def has_key(file: File, row: Values) -> bool:
            key = self._key_of(file, row)
            return bool(key) and matters(key)

        return {self._key_of(file, row) for file, row in self._sought.rows(firsts, has_key)}

    def _key_of(self, file: File, row: Values) -> Values:
        """The key of a row; without parts where one is blank, or not a column of the file."""
        known = file.header.known
        if not known.keys() >= set(self.plan.key):
            return ()
        key = tuple(row[known[name]] for name in self.plan.key)
        return key if all(key) else ()

    def _left_of(self, texts: set[str], hashes: Ordered) -> set[str]:
        """Those of some texts whose hashes are not among others."""
        listed = pl.Series("v", list(texts), dtype=pl.String)
        return set(listed.filter(~among(hashes_of(listed), hashes)))

    @cached_property
    def _joined(self) -> set[str]:
        return {"+".join(key) for key in self.all_keys()}

    def joined_keys(self) -> set[str]:
        """Every sound key as a record reference writes it, without the table."""
        return self._joined

    def all_keys(self) -> set[Values]:
        """Every sound key, as a tuple of its parts."""
        return {row for frame in self._key_frames() for row in frame.rows()}

    @property
    def key_count(self) -> int:
        """How many sound keys there are."""
        return len(self.key_hash) if self._trusted else self._key_count

    def keys_counted_to(self, most: int) -> int:
        """As `key_count`, but no further than it takes to tell that there are more than so many."""
        if not self._trusted or "key_hash" in self.__dict__:
            return self.key_count
        counted = none()
        # A stray sign can hide keys, not make them: if there are more, the files need no guard.
        for frame in self._key_frames(guard=False):
            counted = ordered(pl.concat([counted, combined_in(frame)]))
            if len(counted) > most:
                return len(counted)
        return self.key_count

    def texts(self, column: str) -> set[str]:
        """The distinct sound values of a column that refers to another table, blanks left out."""
        return set().union(*self._values(column))

    def targets(self, column: str) -> set[str]:
        """The tables that a column's sound record references name."""
        return {table for name, table in self._taken.references if name == column and table}

    def keys_named(self, column: str, table: str) -> set[str]:
        """The keys of a table that a column's sound record references name."""
        return set().union(*self._values(column, f"{table}/"))

    def having(self, keys: set[Values]) -> set[Values]:
        """Those of some keys that are there."""
        if len(keys) > _SOME:
            hashes = ordered(combined_of(keys, len(self.plan.key)))
            return keys & set(self._keys_with(within(hashes, self.key_hash)))
        return self._keys_beginning({key[0] for key in keys}, keys.__contains__)

    def _named(self, column: str, table: str | None) -> Ordered:
        if self._trusted and (column, table) not in self._taken.references:
            found = self._taken.references[column, table]
            for values in self._values(column, f"{table}/" if table else ""):
                found.add(hashes_in(values))
        found_or_none = self._taken.references.get((column, table))
        return none() if found_or_none is None else found_or_none.ordered()

    def settle(self, asked: Iterable[Asked]) -> None:
        """Find out at once, in one pass, what `unmatched` will be asked."""
        sought: dict[Target, Ordered] = {}
        found: defaultdict[Target, list[pl.Series]] = defaultdict(list)
        waiting = []
        for column, table, layers in asked:
            which = ((column, table), tuple(map(id, layers)))
            if which in self._unmatched:
                continue
            if (lost := self._lost.get((column, table))) is not None:
                for layer in layers:
                    if lost and layer not in self._taken.before.values():
                        lost = layer.lacking(lost if isinstance(lost, set) else set(lost))
                self._unmatched[which] = lost
                continue
            hashes = self._named(column, table)
            for layer in layers:
                hashes = without(hashes, id_hashes(layer))
            if table is None:
                hashes = hashes.filter(hashes != hashes_of([""])[0])
            self._suspects.take_down(by_reference(which[0]), None if len(hashes) else {})
            waiting.append(which)
            if len(hashes):
                sought[which[0]] = hashes
        for _, one, values in self._values_with(list(sought.items())):
            found[one.target].append(self._sound_texts(one, values))
        self._unmatched |= {which: set_of(found[which[0]]) for which in waiting}

    def unmatched(
        self, column: str, table: str | None, layers: Sequence[TableSurvey]
    ) -> AbstractSet[str]:
        """The keys that a column's references name and that none of some layers has."""
        self.settle([(column, table, layers)])
        return self._unmatched[(column, table), tuple(map(id, layers))]

    def not_named(self, column: str, table: str, keys: set[str]) -> set[str]:
        """Those of some keys of a table that no record reference in a column names."""
        if self._trusted and column == self.plan.key[0] and len(keys) <= _SOME:
            sought = {f"{table}/{key}": key for key in keys}
            rows = self._sought.rows(
                set(sought), lambda file, row: row[file.header.known[column]] in sought
            )
            named = {row[file.header.known[column]] for file, row in rows}
            return {key for reference, key in sought.items() if reference not in named}
        return self._left_of(keys, self._named(column, table))

    def count_without(self, column: str, layers: Sequence[TableSurvey]) -> int:
        """How many keys `keys_without` would give, without reading them."""
        return len(self._ids_without(column, layers))

    def keys_without(self, column: str, layers: Sequence[TableSurvey]) -> set[Values]:
        """The sound keys that the record references of a column, in some layers, do not name."""
        return self._keys_by_id(self._ids_without(column, layers))

    def _ids_without(self, column: str, layers: Sequence[TableSurvey]) -> Ordered:
        bare = self.id_hash
        for layer in layers:
            if isinstance(layer, Answers):
                named = layer._named(column, self.plan.name)
            else:
                named = ordered(hashes_of(layer.keys_named(column, self.plan.name)))
            bare = without(bare, named)
        return bare

    def shared_with(self, base: TableSurvey) -> set[Values]:
        """The sound keys that a base table has too."""
        if isinstance(base, Answers):
            theirs = base.key_hash
        else:
            theirs = ordered(combined_of(base.all_keys(), len(self.plan.key)))
        return set(self._keys_with(within(self.key_hash, theirs)))

    def _keys_by_id(self, ids: Ordered) -> set[Values]:
        if not len(ids):
            return set()
        if self._single:
            return set(self._keys_with(ids))
        wanted = ids.to_frame("i")
        found: set[Values] = set()
        for frame in self._key_frames():
            key = hashed(pl.concat_str(pl.all(), separator="+")).alias("i")
            rows = frame.with_columns(key).join(wanted, on="i", how="semi")
            found.update(rows.drop("i").rows())
        return found

    @property
    def _repeated_ids(self) -> set[str] | None:
        """Ids, sound or faulty, among which are all that stand in several rows; None: unknown."""
        if self._trusted:
            return None
        key = self.columns[self.plan.key[0]]
        blank = {""} if key.blanks or not self.plan.by_name[key.name].required else set()
        return {one[0] for one in self.repeated}.union(key.faulty_values(), blank)

    def looked_up_frame(self, column: str) -> pl.DataFrame:
        """The sound values of a column, `v`, by the hash of the id, `h`."""
        settled = self._settled.get(column)
        if settled is not None:
            return settled
        if self._trusted:
            for file in self._files:
                places = [self.plan.key[0], column]
                if file.header.known.keys() >= set(places):
                    for frame in self._again.frames(file, places):
                        key = pl.col(str(file.header.known[self.plan.key[0]]))
                        keys = frame.select(hashed(key).alias("h"))["h"]
                        self._taken.look_up(frame, file.header, [column], keys)
        found = self._taken.looked_up.pop(column, ())
        if not found:
            return pl.DataFrame(schema={"h": pl.UInt128, "v": pl.String})
        frame = pl.concat(found)
        if (again := self._repeated_ids) is None:
            frame = frame.unique("h", keep="last")
        elif again:
            repeat = pl.col("h").is_in(hashes_of(again).implode())
            last = frame.filter(repeat).unique("h", keep="last")
            frame = pl.concat([frame.filter(~repeat), last])
        survey = self.columns[column]
        if survey.faulty:
            frame = frame.filter(~self._is_faulty(frame["v"], column))
        self._settled[column] = frame = frame.rechunk()
        return frame

    def has_only_days(self, column: str) -> bool:
        """Whether all dates of a column are known to be days: what else there is was doubted."""
        reason = by_value(column)
        return self.plan.by_name[column].base == "edtf" and self._suspects.batches((reason,)) == {}

    def looked_up_of(self, column: str, ids: Iterable[str]) -> dict[str, str]:
        """As `looked_up`, but of some records only."""
        if self._trusted and column not in self._settled:
            wanted = set(ids)
            if len(wanted) <= _SOME:
                return self._asked_of(column, wanted)
            ids = wanted
        frame = pl.DataFrame({"k": list(ids)}, schema={"k": pl.String})
        frame = frame.with_columns(hashed(pl.col("k")).alias("h"))
        return dict(frame.join(self.looked_up_frame(column), on="h").select("k", "v").rows())

    def _asked_of(self, column: str, ids: set[str]) -> dict[str, str]:
        key = self.plan.key[0]
        found: dict[str, str] = {}
        rows = self._sought.rows(ids, lambda file, row: row[file.header.known[key]] in ids)
        for file, row in rows:
            at = file.header.known
            if column in at and (value := row[at[column]]):
                found[row[at[key]]] = value
        return found

    def looked_up(self, column: str) -> dict[str, str]:
        """The sound values of a column that other tables look up, by id."""
        found: dict[str, str] = {}
        for file in self._files:
            known = file.header.known
            key = self.plan.key[0]
            if column not in known or key not in known:
                continue
            for frame in self._again.frames(file, (key, column)):
                pairs = frame.select(str(known[key]), str(known[column]))
                found.update((key, value) for key, value in pairs.rows() if value)
        faulty = self.columns[column]
        return {key: value for key, value in found.items() if not faulty.is_faulty(value)}

    def has_looked_up(self, column: str) -> bool:
        """Whether `looked_up` has anything, as far as that can be told without reading."""
        if self._trusted:
            return any(column in file.header.known for file in self._files)
        return bool(self.looked_up_frame(column).height)

    def suspects(self, fault: Fault, path: Path, columns: Iterable[str]) -> pl.DataFrame | None:
        """The rows of a file, if they are at hand, that a fault may be of, each with its `line`."""
        reasons, file = self._reasons(fault), self._file(path)
        if reasons is None or file.broken:
            return None
        places = file.header.known | file.header.own
        wanted = [str(places[name]) for name in columns if name in places]
        rows = self._suspects.rows(reasons, path, wanted)
        return None if rows is None else with_lines(rows)

    def batches_of(self, faults: Iterable[Fault]) -> Batches:
        """The batches with rows that some faults may be of."""
        return union(
            None if (reasons := self._reasons(fault)) is None else self._suspects.batches(reasons)
            for fault in faults
        )

    def _reasons(self, fault: Fault) -> set[Reason] | None:
        """Why the rows that a fault may be of were suspect; None: they need not have been."""
        sorts = {_SORTS.get(code) or _SORTS.get(code.partition("/")[0]) for code in fault.codes}
        found: set[Reason] = set()
        for sort in sorts:
            if (reasons := self._reasons_of(sort, fault)) is None:
                return None
            found |= reasons
        return found

    def _reasons_of(self, sort: str | None, fault: Fault) -> set[Reason] | None:
        if sort == "key":
            return {BY_KEY}
        if len(fault.columns) != 1 or fault.whole_table:
            return None
        (column,) = fault.columns
        late = self._suspects.references(column)
        if sort == "reference":
            tables = self.targets(column) or (None,)
            wanted = {by_reference((column, table)) for table in tables}
            return late if late >= wanted else None
        optional_key = column in self.plan.key and not self.plan.by_name[column].required
        if sort != "value" or optional_key:
            return None
        # References that were judged late are faulty where they were lost.
        return {by_value(column)} | late

    def _file(self, path: Path) -> File:
        return next(one for one in self._files if one.path == path)

    def lined(
        self, path: Path, columns: Iterable[str] | None = None, within: Batches = None
    ) -> Iterator[pl.DataFrame]:
        """The rows of a file in batches, each with its `line`: some columns or rows, or all."""
        return self._again.lined(self._file(path), columns, within)

    def rows_with(self, path: Path, keys: Iterable[Values]) -> Iterator[Row]:
        """The rows of a file that have one of some keys, with their lines."""
        file = self._file(path)
        if self._trusted:
            # What is held against them is told by its own lines.
            wanted = set(keys)
            found = self._sought.rows(
                {key[0] for key in wanted},
                lambda one, row: one is file and self._key_of(file, row) in wanted,
            )
            yield from ((0, row) for _, row in found)
            return
        at = [str(file.header.known[name]) for name in self.plan.key]
        sought = ordered(combined_of(keys, len(at)))
        for frame in self.lined(path):
            rows = frame.filter(among(combined_in(frame.select(at)), sought))
            for *cells, line in rows.rows():
                yield line, cells
