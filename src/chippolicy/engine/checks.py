"""Checks across tables, on what the survey kept: keys, references, graphs, evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from chippolicy.derive.plan import ColumnPlan, TablePlan
from chippolicy.engine.columns import Detail, shown
from chippolicy.engine.dates import OrderWatcher
from chippolicy.engine.faults import Fault, Values, Verdict
from chippolicy.engine.survey import ColumnSurvey, TableSurvey, Watcher
from chippolicy.engine.universe import Universe
from chippolicy.rules import CATALOG, Edges, nearest

_HINTED = 20
"""So many faulty references of a column get a nearest id: finding one costs milliseconds."""


class EdgeWatcher(Watcher):
    """Gathers the edges of one graph."""

    def __init__(self, edges: Edges, key: str) -> None:
        self.part = edges
        self.start = edges.start or key
        self.columns = (self.start, edges.end, *(where.path.column for where in edges.where))
        self.edges: dict[tuple[str, str], Values] = {}

    def take(self, columns: list[tuple[str, ...]]) -> None:
        """Keep the edges of a block."""
        wheres = self.part.where
        if not any(columns[1]):
            return
        for values in zip(*columns, strict=True):
            start, end = values[0], values[1]
            if not start or not end:
                continue
            if all(
                (value in where.among) != where.negated
                for where, value in zip(wheres, values[2:], strict=True)
            ):
                self.edges.setdefault((start, end), values)


def check_columns(table: TableSurvey) -> Iterator[Fault]:
    """Faulty values, and blanks where a value is required."""
    for survey in (*table.columns.values(), *table.own.values()):
        if survey.bad:
            yield Fault(
                table.plan.name,
                (survey.name,),
                survey.name,
                {(value,): detail for value, detail in survey.bad.items()},
            )
        if survey.blanks:
            code = "key/missing" if survey.name in table.plan.key else "value/missing"
            yield Fault(
                table.plan.name,
                (survey.name,),
                survey.name,
                {("",): Detail(code, f"{survey.name} is blank; expected {_expected(survey)}")},
            )


def _expected(survey: ColumnSurvey) -> str:
    return survey.plan.expected if survey.plan else "a value"


def check_keys(table: TableSurvey, universe: Universe) -> Iterator[Fault]:
    """Keys that repeat, and retired ids in use again."""
    plan = table.plan
    if table.repeated:
        yield Fault(
            plan.name,
            plan.key,
            plan.key[0],
            {
                key: Detail(
                    "key/duplicate",
                    f"{', '.join(plan.key)} {shown('+'.join(key))} is there already",
                )
                for key in table.repeated
            },
            repeats_only=True,
        )
    retired = {
        reference.partition("/")[2]: new
        for reference, new in universe.redirects.items()
        if reference.partition("/")[0] == plan.name
    }
    if used := retired.keys() & table.joined_keys():
        yield Fault(
            plan.name,
            plan.key,
            plan.key[0],
            {
                _split(plan, key): Detail(
                    "key/retired",
                    f"{shown(f'{plan.name}/{key}')} is retired: it redirects to {retired[key]}",
                    f"Use {retired[key]}, or choose another id.",
                )
                for key in used
            },
        )


def _split(plan: TablePlan, key: str) -> Values:
    return (key,) if len(plan.key) == 1 else tuple(key.split("+"))


def check_references(table: TableSurvey, universe: Universe) -> Iterator[Fault]:
    """References to nothing, to retired ids, to actors of the wrong kind."""
    for survey in table.columns.values():
        column = survey.plan
        if column is None or survey.name not in table.seen_columns:
            continue
        values = survey.good - {""}
        if column.ref_table:
            yield from _foreign_key(table.plan, column, column.ref_table, values, universe)
        elif column.kind == "record-reference" and survey.name != _retired(table.plan):
            yield from _record_references(table.plan, column, values, universe)


def _retired(plan: TablePlan) -> str | None:
    """The column of redirects that names what is not there any more."""
    return "old" if plan.name == "redirects" else None


def _foreign_key(
    plan: TablePlan, column: ColumnPlan, target: str, values: set[str], universe: Universe
) -> Iterator[Fault]:
    name = column.name
    if values and not universe.present(target):
        yield _absent(plan, name, target, {(value,) for value in values})
        return
    bad: dict[Values, Detail] = {}
    if not universe.incomplete(target):
        absent = universe.missing(target, values)
        for number, value in enumerate(sorted(absent)):
            bad[(value,)] = _dangling(
                universe, f"{name} is {shown(value)}", target, value, value, number < _HINTED
            )
    if column.ref_kinds:
        kinds = universe.lookup(target, "kind")
        for value in values:
            kind = kinds.get(value)
            if kind is not None and kind not in column.ref_kinds and (value,) not in bad:
                bad[(value,)] = Detail(
                    "ref/actor-kind",
                    f"{name} is {shown(value)}, which is a {kind}; "
                    f"expected a {' or '.join(column.ref_kinds)}",
                )
    if bad:
        yield Fault(plan.name, (name,), name, bad)


def _absent(plan: TablePlan, name: str, target: str, values: set[Values]) -> Fault:
    """One finding for a table that was not given, not one for each reference to it."""
    detail = Detail(
        "ref/dangling",
        f"{name} refers to {target}, a table that was not given",
        f"Name the file of {target} as well, or check against a package that has it (--against).",
    )
    return Fault(plan.name, (name,), name, dict.fromkeys(values, detail), whole_table=True)


def _dangling(
    universe: Universe, what: str, table: str, key: str, value: str, hinted: bool
) -> Detail:
    new = universe.redirects.get(f"{table}/{key}")
    if new is not None:
        whole = new if "/" in value else new.partition("/")[2]
        return Detail(
            "ref/redirected", f"{what}, which is retired: {whole} took its place", f"Write {whole}."
        )
    near = nearest(key, universe.joined_keys(table)) if hinted and len(key) <= 200 else None
    if near is not None and "/" in value:
        near = f"{table}/{near}"
    return Detail(
        "ref/dangling",
        f"{what}, but {table} has no such record",
        f"Did you mean {near}?" if near else None,
    )


def _record_references(
    plan: TablePlan, column: ColumnPlan, values: set[str], universe: Universe
) -> Iterator[Fault]:
    name = column.name
    by_table: dict[str, set[str]] = {}
    for value in values:
        table, _, key = value.partition("/")
        by_table.setdefault(table, set()).add(key)
    bad: dict[Values, Detail] = {}
    for target, keys in sorted(by_table.items()):
        if target not in universe.plan.tables:
            near = nearest(target, universe.plan.tables)
            for key in keys:
                value = f"{target}/{key}"
                bad[(value,)] = Detail(
                    "ref/dangling",
                    f"{name} is {shown(value)}, but there is no table {target!r}",
                    f"Did you mean {near}/{key}?" if near else None,
                )
        elif not universe.present(target):
            yield _absent(plan, name, target, {(f"{target}/{key}",) for key in keys})
        elif not universe.incomplete(target):
            for number, key in enumerate(sorted(universe.missing(target, keys))):
                value = f"{target}/{key}"
                bad[(value,)] = _dangling(
                    universe, f"{name} is {shown(value)}", target, key, value, number < _HINTED
                )
    if bad:
        yield Fault(plan.name, (name,), name, bad)


class FieldWatcher(Watcher):
    """Watches citations for fields that their record's table does not have."""

    columns = ("record", "field")

    def __init__(self, universe: Universe) -> None:
        self._tables = universe.plan.tables
        self._seen: set[tuple[str, str]] = set()
        self._bad: dict[tuple[str, str], str] = {}

    def take(self, columns: list[tuple[str, ...]]) -> None:
        """Judge the pairs of table and field of a block."""
        records, fields = columns
        pairs = {
            (record.partition("/")[0], name)
            for record, name in set(zip(records, fields, strict=True))
        }
        for table, name in pairs - self._seen:
            plan = self._tables.get(table)
            if plan and name and name != "*" and name not in plan.by_name:
                self._bad[table, name] = table
        self._seen |= pairs

    def faults(self, records: Iterable[str], names: ColumnSurvey) -> Iterator[Fault]:
        """What was found, to be placed."""
        bad: dict[Values, Detail] = {}
        details = {
            (table, name): Detail(
                "ref/field",
                f"field is {shown(name)}, but {table} has no such column",
                f"Did you mean {near}?"
                if (near := nearest(name, self._tables[table].names))
                else None,
            )
            for table, name in self._bad
            if not names.is_faulty(name) and not name.startswith("x_")
        }
        if not details:
            return
        for record in records:
            table = record.partition("/")[0]
            for (of, name), detail in details.items():
                if of == table:
                    bad[record, name] = detail
        yield Fault("citations", ("record", "field"), "field", bad)


def check_graphs(universe: Universe) -> Iterator[Fault]:
    """Chains that come back to where they began, each told once, at a link that was given."""
    for survey in universe.surveys.values():
        base = universe.base(survey.plan.name)
        for watcher in survey.watchers:
            if not isinstance(watcher, EdgeWatcher) or not watcher.edges:
                continue
            edges = dict(watcher.edges)
            for below in base.watchers if base else ():
                if isinstance(below, EdgeWatcher) and below.part == watcher.part:
                    # A contributed row takes the place of the base's row with its key.
                    edges |= {
                        link: values
                        for link, values in below.edges.items()
                        if link not in edges
                        and (watcher.part.start or link[0] not in survey.single_keys)
                    }
            bad: dict[Values, Detail] = {}
            for cycle in cycles(edges):
                links = list(zip(cycle, (*cycle[1:], cycle[0]), strict=True))
                given = next((link for link in links if link in watcher.edges), None)
                if given is None:
                    continue
                chain = " → ".join((*cycle, cycle[0]))
                bad[watcher.edges[given]] = Detail(
                    "graph/cycle",
                    f"{watcher.part.end} leads back to where it began: {chain}",
                )
            if bad:
                yield Fault(survey.plan.name, watcher.columns, watcher.part.end, bad)


def cycles(edges: Iterable[tuple[str, str]]) -> Iterator[list[str]]:
    """One cycle of each knot of a graph (a strongly connected part), rotated to its least name."""
    links: dict[str, list[str]] = {}
    for start, end in sorted(edges):
        links.setdefault(start, []).append(end)
    done: set[str] = set()
    for root in links:
        if root in done:
            continue
        path: list[str] = []
        on_path: dict[str, int] = {}
        # Depth first by hand: a chain may be longer than Python's stack.
        stack = [(root, iter(links[root]))]
        path.append(root)
        on_path[root] = 0
        while stack:
            node, rest = stack[-1]
            for end in rest:
                if end in on_path:
                    cycle = path[on_path[end] :]
                    least = cycle.index(min(cycle))
                    yield cycle[least:] + cycle[:least]
                elif end not in done and end in links:
                    on_path[end] = len(path)
                    path.append(end)
                    stack.append((end, iter(links[end])))
                    break
            else:
                stack.pop()
                done.add(node)
                path.pop()
                del on_path[node]


def check_evidence(universe: Universe) -> Iterator[Fault]:
    """Records without a citation."""
    tables = [survey for survey in universe.surveys.values() if survey.plan.cited]
    if not tables or universe.incomplete("citations"):
        return
    cited: dict[str, set[str]] = {}
    for layer in universe.layers("citations"):
        for record in layer.columns["record"].good:
            table, _, key = record.partition("/")
            cited.setdefault(table, set()).add(key)
        for reference in layer.tolerated:
            table, _, rest = reference.partition("/")
            cited.setdefault(table, set()).add(rest.rsplit("+", 3)[0])
    for survey in tables:
        name = survey.plan.name
        keys = survey.all_keys()
        have = cited.get(name, set())
        bare = {key for key in keys if "+".join(key) not in have}
        if not bare:
            continue
        rule = CATALOG["evidence/uncited"]
        alone = len(bare) == len(keys) and "citations" not in universe.surveys
        if alone and len(bare) > 1:
            detail = Detail(
                rule.code,
                f"none of these records is cited: no citations were given with {name}",
                "Name the file of citations as well.",
            )
            bad = dict.fromkeys(bare, detail)
        else:
            bad = {
                key: Detail(rule.code, f"{name}/{'+'.join(key)} has no citation") for key in bare
            }
        yield Fault(name, survey.plan.key, survey.plan.key[0], bad, whole_table=alone)


def collect(universe: Universe) -> Verdict:
    """Every fault of the surveyed tables, those of single columns included."""
    verdict = Verdict()
    for survey in universe.surveys.values():
        verdict.faults += check_columns(survey)
        verdict.faults += check_keys(survey, universe)
        verdict.faults += check_references(survey, universe)
        for watcher in survey.watchers:
            if isinstance(watcher, OrderWatcher):
                verdict.faults += watcher.faults()
            elif isinstance(watcher, FieldWatcher):
                record = survey.columns["record"]
                verdict.faults += watcher.faults(record.good, survey.columns["field"])
    verdict.faults += check_graphs(universe)
    verdict.faults += check_evidence(universe)
    return verdict
