"""Checks across tables, on what the survey kept: keys, references, graphs, evidence."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from heapq import nsmallest

from chippolicy.derive.plan import ColumnPlan, TablePlan
from chippolicy.engine.causes import Behind, Causes, Each, OfColumn, Several, Values
from chippolicy.engine.columns import Detail, shown
from chippolicy.engine.dates import OrderWatcher
from chippolicy.engine.examples import MarkWatcher
from chippolicy.engine.faults import Details, Fault, Verdict
from chippolicy.engine.groups import check_groups
from chippolicy.engine.lookup import narrowed
from chippolicy.engine.slips import IdDayWatcher, RangeWatcher
from chippolicy.engine.survey import Asked, ColumnSurvey, TableSurvey, Watcher
from chippolicy.engine.universe import Universe
from chippolicy.rules import CATALOG, Edges, nearest

Link = tuple[str, str]
"""An edge of a graph."""

_HINTED = 20
"""So many faulty references of a column get a nearest id: finding one costs milliseconds."""
_LONGEST_HINTED = 200
"""A value of more characters gets none."""


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
            yield _of_values(table, survey, survey.bad, survey.detail)
        if survey.blanks:
            code = "key/missing" if survey.name in table.plan.key else "value/missing"
            yield Fault(
                table.plan.name,
                (survey.name,),
                survey.name,
                {("",): Detail(code, f"{survey.name} is blank; expected {_expected(survey)}")},
            )
        if text := survey.text:
            for code, odd in text.odd.items():
                yield _of_values(
                    table, survey, dict.fromkeys(odd, code), partial(text.detail, code)
                )


def _of_values(
    table: TableSurvey,
    survey: ColumnSurvey,
    codes: Mapping[str, str],
    tell: Callable[[str], Detail],
) -> Fault:
    bad = Details(OfColumn(codes), lambda one: tell(one[0]))
    return Fault(table.plan.name, (survey.name,), survey.name, bad)


def _expected(survey: ColumnSurvey) -> str:
    return survey.plan.expected if survey.plan else "a value"


def check_keys(table: TableSurvey, universe: Universe) -> Iterator[Fault]:
    """Keys that repeat, and retired ids in use again."""
    plan = table.plan
    if table.repeated:
        code = "key/duplicate"

        def again(key: Values) -> Detail:
            return Detail(code, f"{', '.join(plan.key)} {shown('+'.join(key))} is there already")

        bad = Details(Each(table.repeated, code), again)
        yield Fault(plan.name, plan.key, plan.key[0], bad, repeats_only=True)
    retired = universe.retired(plan.name)
    if retired and (used := retired.keys() - table.lacking(set(retired))):
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
    table.settle(_asked(table, universe))
    for survey in table.columns.values():
        column = survey.plan
        if column is None or survey.name not in table.seen_columns:
            continue
        if column.ref_table:
            yield from _foreign_key(table, column, column.ref_table, universe)
        elif column.kind == "record-reference" and survey.name != _retired(table.plan):
            yield from _record_references(table, survey.name, universe)


def _asked(table: TableSurvey, universe: Universe) -> Iterator[Asked]:
    """What the checks of references will ask a table for."""
    for column in table.plan.columns:
        if column.name not in table.seen_columns:
            continue
        if column.ref_table:
            if not universe.incomplete(column.ref_table):
                yield column.name, None, list(universe.layers(column.ref_table))
        elif column.kind == "record-reference" and column.name != _retired(table.plan):
            for target in sorted(table.targets(column.name) & universe.plan.tables.keys()):
                if not universe.incomplete(target):
                    yield column.name, target, list(universe.layers(target))


def _retired(plan: TablePlan) -> str | None:
    """The column of redirects that names what is not there any more."""
    return "old" if plan.name == "redirects" else None


def _foreign_key(
    table: TableSurvey, column: ColumnPlan, target: str, universe: Universe
) -> Iterator[Fault]:
    plan, name = table.plan, column.name
    if not universe.present(target):
        values = table.texts(name)
        if values:
            yield _absent(plan, name, target, {(value,) for value in values})
        return
    absent: AbstractSet[str] = frozenset()
    if not universe.incomplete(target):
        absent = universe.missing(target, table, name, whole=False)
    hinted = set(nsmallest(_HINTED, absent))
    others: dict[str, str] = {}
    if column.ref_kinds:
        values = table.texts(name)
        kinds = narrowed(universe.lookup(target, "kind"), values)
        others = {
            value: kind
            for value in values - absent
            if (kind := kinds.get(value)) is not None and kind not in column.ref_kinds
        }

    def tell(values: Values) -> Detail:
        (value,) = values
        what = f"{name} is {shown(value)}"
        if value not in others:
            return _dangling(universe, what, target, value, value, hinted)
        wanted = " or ".join(column.ref_kinds)
        return Detail("ref/actor-kind", f"{what}, which is a {others[value]}; expected a {wanted}")

    lost = _lost(absent, target, "", universe)
    bad = Several([*lost, Each(Behind(others.keys()), "ref/actor-kind")])
    if bad:
        yield Fault(plan.name, (name,), name, Details(bad, tell))


def _absent(plan: TablePlan, name: str, target: str, values: set[Values]) -> Fault:
    """One finding for a table that was not given, not one for each reference to it."""
    detail = Detail(
        "ref/dangling",
        f"{name} refers to {target}, a table that was not given",
        f"Name the file of {target} as well, or check against a package that has it (--against).",
    )
    return Fault(plan.name, (name,), name, dict.fromkeys(values, detail), whole_table=True)


def _lost(
    keys: AbstractSet[str], table: str, prefix: str, universe: Universe
) -> tuple[Causes, Causes]:
    """The references to some keys, which a table does not have: to nothing, and to retired ids."""
    gone = keys & universe.retired(table).keys()
    # Redirects that go round in a circle: that is told of them.
    led = {key for key in gone if universe.successor(f"{table}/{key}") != f"{table}/{key}"}
    nothing = keys - gone if gone else keys
    return (
        Each(Behind(nothing, prefix), "ref/dangling"),
        Each(Behind(led, prefix), "ref/redirected"),
    )


def _dangling(
    universe: Universe, what: str, table: str, key: str, value: str, hinted: Collection[str]
) -> Detail:
    new = universe.successor(f"{table}/{key}")
    if new is not None:
        whole = new if "/" in value else new.partition("/")[2]
        return Detail(
            "ref/redirected", f"{what}, which is retired: {whole} took its place", f"Write {whole}."
        )
    near = None
    if key in hinted and len(key) <= _LONGEST_HINTED:
        others = (one for one in hinted if len(one) <= _LONGEST_HINTED)
        near = nearest(key, universe.pool(table, key, others))
    if near is not None and "/" in value:
        near = f"{table}/{near}"
    return Detail(
        "ref/dangling",
        f"{what}, but {table} has no such record",
        f"Did you mean {near}?" if near else None,
    )


def _record_references(table: TableSurvey, name: str, universe: Universe) -> Iterator[Fault]:
    plan = table.plan
    lost: list[Causes] = []
    hinted: defaultdict[str, set[str]] = defaultdict(set)
    for target in sorted(table.targets(name)):
        if target not in universe.plan.tables:
            named = Behind(table.keys_named(name, target), f"{target}/")
            lost.append(Each(named, "ref/dangling"))
        elif not universe.present(target):
            keys = table.keys_named(name, target)
            yield _absent(plan, name, target, {(f"{target}/{key}",) for key in keys})
        elif not universe.incomplete(target):
            absent = universe.missing(target, table, name, whole=True)
            lost += _lost(absent, target, f"{target}/", universe)
            hinted[target].update(nsmallest(_HINTED, absent))

    def tell(values: Values) -> Detail:
        (value,) = values
        target, _, key = value.partition("/")
        what = f"{name} is {shown(value)}"
        if target in universe.plan.tables:
            return _dangling(universe, what, target, key, value, hinted[target])
        near = nearest(target, universe.plan.tables)
        hint = f"Did you mean {near}/{key}?" if near else None
        return Detail("ref/dangling", f"{what}, but there is no table {target!r}", hint)

    if any(lost):
        yield Fault(plan.name, (name,), name, Details(Several(lost), tell))


class FieldWatcher(Watcher):
    """Watches citations for fields that their record's table does not have."""

    columns = ("record", "field")

    def __init__(self, universe: Universe) -> None:
        self._tables = universe.plan.tables
        self._seen: set[tuple[str, str]] = set()
        self._bad: set[tuple[str, str]] = set()
        self._rows: set[tuple[str, str]] = set()

    def take(self, columns: list[tuple[str, ...]]) -> None:
        """Judge the pairs of table and field of a block."""
        records, fields = columns
        if set(fields) <= {"", "*"}:
            return
        pairs = {
            (record.partition("/")[0], name)
            for record, name in zip(records, fields, strict=True)
            if name != "*"
        }
        for table, name in pairs - self._seen:
            plan = self._tables.get(table)
            if plan and name and name not in plan.by_name:
                self._bad.add((table, name))
        self._seen |= pairs
        if not self._bad.isdisjoint(pairs):
            self._rows |= {
                (record, name)
                for record, name in zip(records, fields, strict=True)
                if (record.partition("/")[0], name) in self._bad
            }

    def faults(self, records: ColumnSurvey, names: ColumnSurvey) -> Iterator[Fault]:
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
        for record, name in self._rows:
            told = details.get((record.partition("/")[0], name))
            if told and not records.is_faulty(record):
                bad[record, name] = told
        if bad:
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
                        if link not in edges and (watcher.part.start or survey.lacking({link[0]}))
                    }
            bad: dict[Values, Detail] = {}
            for cycle in cycles(edges, watcher.edges):
                chain = " → ".join((*cycle, cycle[0]))
                bad[watcher.edges[cycle[0], (*cycle, cycle[0])[1]]] = Detail(
                    "graph/cycle",
                    f"{watcher.part.end} leads back to where it began: {chain}",
                )
            if bad:
                yield Fault(survey.plan.name, watcher.columns, watcher.part.end, bad)


def cycles(edges: Iterable[Link], given: Iterable[Link]) -> Iterator[list[str]]:
    """One cycle of each knot of a graph, beginning with the least given link of the knot.

    A knot is a strongly connected part: however many cycles run through it, one wrong link may
    have made them all. A knot without a given link is left out.
    """
    links: dict[str, list[str]] = {}
    for start, end in sorted(edges):
        links.setdefault(start, []).append(end)
    knot_of = _knots(links)
    least: dict[int, Link] = {}
    for start, end in sorted(given):
        if knot_of.get(start) == knot_of.get(end, -1):
            least.setdefault(knot_of[start], (start, end))
    for start, end in least.values():
        yield [start, *_way(links, end, start)]


def _way(links: dict[str, list[str]], start: str, end: str) -> list[str]:
    """The nodes of a shortest way between two nodes of a knot, the last left out."""
    came: dict[str, str | None] = {start: None}
    reached = deque([start])
    while end not in came:
        node = reached.popleft()
        for after in links.get(node, ()):
            if after not in came:
                came[after] = node
                reached.append(after)
    way = []
    node_or_none = came[end]
    while node_or_none is not None:
        way.append(node_or_none)
        node_or_none = came[node_or_none]
    return way[::-1]


def _knots(links: dict[str, list[str]]) -> dict[str, int]:
    """Each node's strongly connected part, as a number; a node that links to nothing has none."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    knot_of: dict[str, int] = {}
    waiting: list[str] = []
    for root in links:
        if root in number:
            continue
        # Tarjan's way, by hand: a chain may be longer than Python's stack.
        stack = [(root, iter(links[root]))]
        number[root] = lowest[root] = len(number)
        waiting.append(root)
        while stack:
            node, rest = stack[-1]
            for after in rest:
                if after not in links or after in knot_of:
                    continue
                if after in number:
                    lowest[node] = min(lowest[node], number[after])
                    continue
                number[after] = lowest[after] = len(number)
                waiting.append(after)
                stack.append((after, iter(links[after])))
                break
            else:
                stack.pop()
                if stack:
                    before = stack[-1][0]
                    lowest[before] = min(lowest[before], lowest[node])
                if lowest[node] == number[node]:
                    while node not in knot_of:
                        knot_of[waiting.pop()] = number[node]
    return knot_of


def check_evidence(universe: Universe) -> Iterator[Fault]:
    """Records without a citation."""
    tables = [survey for survey in universe.surveys.values() if survey.plan.cited]
    if not tables or "citations" in universe.unread:
        return
    citations = universe.surveys.get("citations")
    if citations is not None:
        count = sum(survey.count_without("record", [citations]) for survey in tables)
        if count == 0 or count <= _astray(universe):
            # More citations, those of the base, would only leave fewer: they need not be read.
            return
    if universe.incomplete("citations"):
        return
    uncited = _uncited(tables, list(universe.layers("citations")))
    if not any(uncited.values()) or sum(map(len, uncited.values())) <= _astray(universe):
        return
    for survey in tables:
        name = survey.plan.name
        bare = uncited[name]
        if not bare:
            continue
        rule = CATALOG["evidence/uncited"]
        alone = len(bare) == survey.key_count and "citations" not in universe.surveys
        if alone and len(bare) > 1:
            detail = Detail(
                rule.code,
                f"none of these records is cited: no citations were given with {name}",
                "Name the file of citations as well.",
            )
            bad: Mapping[Values, Detail] = dict.fromkeys(bare, detail)
        else:
            bad = Details(Each(bare, rule.code), partial(_bare, rule.code, name))
        yield Fault(name, survey.plan.key, survey.plan.key[0], bad, whole_table=alone)


def _bare(code: str, table: str, key: Values) -> Detail:
    return Detail(code, f"{table}/{'+'.join(key)} has no citation")


def _uncited(
    tables: Iterable[TableSurvey], layers: Sequence[TableSurvey]
) -> dict[str, set[Values]]:
    """The keys of each table that no citation of some layers names."""
    meant: dict[str, set[str]] = {}
    for layer in layers:
        for reference in layer.tolerated():
            table, _, rest = reference.partition("/")
            # Of such a row it is not known which parts are the record's.
            parts = rest.split("+")
            for length in range(1, len(parts) + 1):
                meant.setdefault(table, set()).add("+".join(parts[:length]))
    found = {}
    for survey in tables:
        name = survey.plan.name
        bare = survey.keys_without("record", layers)
        excused = meant.get(name)
        found[name] = {key for key in bare if "+".join(key) not in excused} if excused else bare
    return found


def _astray(universe: Universe) -> int:
    """How many citations name no record: a slip there leaves a record bare, and is told there."""
    citations = universe.surveys.get("citations")
    if citations is None:
        return 0
    return citations.keyless + sum(
        len(citations.unmatched("record", table, list(universe.layers(table))))
        for table in citations.targets("record")
    )


def collect(universe: Universe) -> Verdict:
    """Every fault of the surveyed tables, those of single columns included."""
    verdict = Verdict()
    for survey in universe.surveys.values():
        verdict.faults += check_columns(survey)
        verdict.faults += check_keys(survey, universe)
        verdict.faults += check_references(survey, universe)
        for watcher in survey.watchers:
            if isinstance(watcher, (OrderWatcher, MarkWatcher)):
                verdict.faults += watcher.faults()
            elif isinstance(watcher, FieldWatcher):
                record = survey.columns["record"]
                verdict.faults += watcher.faults(record, survey.columns["field"])
            elif isinstance(watcher, (RangeWatcher, IdDayWatcher)):
                verdict.faults += watcher.faults(survey)
    verdict.faults += check_graphs(universe)
    verdict.faults += check_groups(universe)
    verdict.faults += check_evidence(universe)
    return verdict
