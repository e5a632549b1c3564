"""The catalogue: every rule, written down once as data, and how to mend what breaks it."""

from __future__ import annotations

from chippolicy.rules.controls import CONTROLS
from chippolicy.rules.evidence import QUOTES
from chippolicy.rules.examples import EXAMPLES
from chippolicy.rules.figures import FIGURES
from chippolicy.rules.names import NAMES
from chippolicy.rules.parts import Edges, IdDay, Order, Path, Where
from chippolicy.rules.rule import ERROR, NOTE, WARNING, Rule
from chippolicy.rules.texts import TEXTS
from chippolicy.rules.waivers import WAIVERS


def _own(table: str, *pairs: tuple[str, str]) -> tuple[Order, ...]:
    return tuple(Order(table, Path(first), Path(then), field=then) for first, then in pairs)


def _within(table: str, low: Path, high: Path) -> tuple[Order, ...]:
    """A row's `start` and `end` lie between two dates of a record it names.

    Each bound is held against the nearer of the two, and against the other only where that is
    blank: start against end is another rule's, and one slip is to be told once.
    """
    start, end = Path("start"), Path("end")
    return (
        Order(table, low, start, field="start"),
        Order(table, low, end, field="end", where=(Where(start, ("",)),)),
        Order(table, end, high, field="end"),
        Order(table, start, high, field="start", where=(Where(end, ("",)),)),
    )


def _sourced(
    table: str, date: str, fields: tuple[str, ...], *where: Where, slip: str | None = None
) -> Order:
    """A citation that supports a record's date, by a source that must not be older than it."""
    return Order(
        "citations",
        Path("record", table, date, by_reference=True),
        Path("source_id", "sources", "published"),
        field="source_id",
        where=(
            Where(Path("relation"), ("supports",)),
            Where(Path("field"), fields),
            *where,
        ),
        slip=slip,
    )


RULES: tuple[Rule, ...] = (
    # file: what can be said before any table is known
    Rule(
        "file/not-found",
        "the path exists",
        ERROR,
        "A path that is not there was most likely mistyped, and nothing of it was checked.",
        "Check the spelling of the path and the folder you are in.",
    ),
    Rule(
        "file/unreadable",
        "the file can be opened and read",
        ERROR,
        "Nothing of a file that cannot be opened was checked.",
        "Check that it is a file and that you may read it.",
    ),
    Rule(
        "file/no-tables",
        "a folder holds tables or a data package",
        ERROR,
        "A folder without tables or a datapackage.json holds nothing to check.",
        "Name the folder that holds the tables, or the files themselves.",
    ),
    Rule(
        "file/format",
        "the file is of a format that can be read",
        ERROR,
        "Nothing of a file in an unknown format was checked.",
        "Save it as CSV, JSON, YAML, XLSX or Parquet, or name its table with --table.",
    ),
    Rule(
        "file/syntax",
        "the file is well-formed for its format",
        ERROR,
        "What follows a slip in the marks of a format cannot be read, or is read as another thing.",
        "Look at the place that is named: most often a comma, a quotation mark or a bracket is "
        "missing just before it.",
    ),
    Rule(
        "file/shape",
        "records stand in a list, or in a list for each table",
        ERROR,
        "What is not a record in a list is of no table, and nothing of it was checked.",
        'Write a list of records, or an object with a list for each table: {"chips": [ … ]}.',
    ),
    Rule(
        "file/merged-cells",
        "no cells of a sheet are merged",
        WARNING,
        "Of merged cells only the first holds the value: the others are blank, however it looks.",
        "Unmerge the cells, and write the value in each.",
    ),
    Rule(
        "file/empty",
        "the file is not empty",
        ERROR,
        "A table needs at least its header row.",
        "Write the table's column names as the first row.",
    ),
    Rule(
        "file/encoding",
        "the file is UTF-8",
        ERROR,
        "Text read in the wrong encoding turns into other letters without a word.",
        "Save the file as UTF-8, or convert it with iconv.",
    ),
    Rule(
        "file/nul",
        "the file holds no NUL byte",
        ERROR,
        "A NUL byte is a sign of a damaged file, and many tools stop reading at it.",
        "Remove the byte, or export the file anew.",
    ),
    Rule(
        "file/delimiter",
        "columns are separated by commas, in a .tsv file by tabs",
        WARNING,
        "The file could be read all the same, but other tools will take it for one wide column.",
        "Save the file with commas between columns, or declare the delimiter in datapackage.json.",
    ),
    Rule(
        "file/quote",
        "quotation marks are closed, and doubled inside a cell",
        ERROR,
        "A stray quotation mark makes cells and rows run into one another.",
        'Write a quotation mark inside a cell twice ("") and the whole cell in quotation marks.',
    ),
    Rule(
        "file/ragged-row",
        "each row has as many cells as the header",
        ERROR,
        "With a cell too few or too many, values stand under the wrong headings.",
        "Look for a missing or unquoted comma in this row.",
    ),
    Rule(
        "file/blank-row",
        "no row is blank",
        WARNING,
        "A blank row holds no record; it is often what a deleted row left behind.",
        "Delete the row.",
    ),
    Rule(
        "file/bom",
        "the file begins with no byte order mark",
        NOTE,
        "It is borne with here, but other tools take it for a part of the first column's name.",
        "`chippolicy fix --write` takes it away.",
    ),
    Rule(
        "file/line-ends",
        "lines end in a line feed alone",
        NOTE,
        "It is borne with here, but where lines end in two ways a version history shows every "
        "line as changed.",
        "`chippolicy fix --write` ends every line in LF.",
    ),
    Rule(
        "file/cell-limit",
        "no cell is longer than a million characters",
        ERROR,
        "A cell of that size is a damaged or misplaced file, not a value.",
        "Shorten the cell, or look for a missing quotation mark.",
    ),
    Rule(
        "file/descriptor",
        "datapackage.json can be read and names files that exist",
        ERROR,
        "The descriptor says which files the package is made of.",
        "Mend the descriptor, or name the CSV files or their folder instead.",
    ),
    Rule(
        "file/hash",
        "a file has the size and hash the descriptor gives",
        ERROR,
        "A file that differs from its descriptor was changed after the package was made.",
        "If the change is meant, drop `bytes` and `hash` from the descriptor or make it anew.",
    ),
    # table: the header
    Rule(
        "table/unknown",
        "the file's name is that of a table",
        ERROR,
        "Which rules hold for a file follows from its table, and that from the file's name.",
        "Rename the file, or name its table with --table.",
    ),
    Rule(
        "table/unknown-column",
        "each column is one of the table's, or begins with x_",
        ERROR,
        "A misspelt column would otherwise be dropped in silence.",
        "Mend the name, or begin it with x_ if the column is your own.",
    ),
    Rule(
        "table/missing-column",
        "each required column is there",
        ERROR,
        "Without it no row of the table is a record.",
        "Add the column.",
    ),
    Rule(
        "table/doubled-column",
        "no column is there twice",
        ERROR,
        "Of two columns with one name it cannot be told which is meant.",
        "Remove or rename one of them.",
    ),
    Rule(
        "table/column-order",
        "columns stand in the table's order, one's own after them",
        NOTE,
        "It is borne with here, but two files in one order can be compared line by line.",
        "`chippolicy fix --write` puts them in order.",
    ),
    # value: one cell
    Rule(
        "value/missing",
        "a required cell is not blank",
        ERROR,
        "The record means nothing without it.",
        "Fill the cell in.",
    ),
    Rule(
        "value/type",
        "a number, whole number or truth value is written as one",
        ERROR,
        "Text that only looks like a number is read differently by every tool.",
        "Write plain digits with a point: 4800 or 989.5; write true or false.",
    ),
    Rule(
        "value/format",
        "text has the form its column asks for",
        ERROR,
        "Ids, addresses and codes must be written in one way to be found again.",
        "Write it in the form that is given.",
    ),
    Rule(
        "value/date",
        "a date is an EDTF date that the calendar has",
        ERROR,
        "EDTF keeps what is known of a date and no more: a day, a month, a season, a doubt.",
        "Write 2025-08-11, 2025-08, 2025, or 2022-23 for autumn 2022.",
    ),
    Rule(
        "value/limit",
        "a value is within the limits of its column",
        ERROR,
        "A value outside the limits is a slip of the pen or in the wrong unit.",
        "Check the figure and its unit.",
    ),
    Rule(
        "value/enumeration",
        "a code is one that its column knows",
        ERROR,
        "Each code has a definition; one without means nothing to a reader.",
        "Use one of the codes; `chippolicy schema TABLE` lists them.",
    ),
    # key
    Rule(
        "key/missing",
        "no part of a record's key is blank",
        ERROR,
        "A record without its key cannot be referred to or cited.",
        "Give the record its id.",
    ),
    Rule(
        "key/duplicate",
        "no two records of a table have the same key",
        ERROR,
        "Two records under one key cannot be told apart.",
        "Remove one of them, or give it another id.",
    ),
    Rule(
        "key/clash",
        "a record does not take the key of a different shipped record",
        WARNING,
        "A key that is shipped already stands for the record shipped under it.",
        "If you mean to change the shipped record, go on; if not, choose another id.",
    ),
    Rule(
        "key/retired",
        "a retired id is not used again",
        ERROR,
        "Others may still hold the old id, and must land on the record it was redirected to.",
        "Choose another id.",
    ),
    *EXAMPLES,
    # ref
    Rule(
        "ref/dangling",
        "what is referred to is there",
        ERROR,
        "A reference to nothing is a lost fact.",
        "Mend the id, or add the record.",
    ),
    Rule(
        "ref/redirected",
        "what is referred to is not retired",
        WARNING,
        "The reference still leads somewhere, but by an id that is out of use.",
        "Write the new id.",
    ),
    Rule(
        "ref/actor-kind",
        "an actor that is referred to is of a kind that makes sense there",
        ERROR,
        "A person cannot be the organization a post is held at, nor a country hold it.",
        "Check that the right actor is named, and its kind.",
    ),
    Rule(
        "ref/field",
        "a citation's field is a field of the record it cites",
        ERROR,
        "A citation of a field that is not there founds nothing.",
        "Name one of the table's columns, or * for the record as a whole.",
    ),
    # date
    Rule(
        "date/order",
        "dates within a row are in order",
        ERROR,
        "Nothing ends before it starts, and nothing is published before it is made known.",
        "Check both dates; write a coarser date or a doubt (2025-08~) where you are not sure.",
        parts=(
            *_own("sources", ("published", "accessed")),
            *_own("actors", ("start", "end")),
            *_own("chips", ("announced", "released")),
            *_own("policies", ("announced", "published"), ("effective", "ended")),
            *_own("policy_measures", ("start", "end")),
            *_own("country_groups", ("start", "end")),
            *_own("positions", ("start", "end")),
        ),
        doubtful=WARNING,
    ),
    Rule(
        "date/measure-outside-policy",
        "a measure holds within the time of its policy",
        ERROR,
        "A measure cannot hold before its policy is announced, nor after it has ended.",
        "Check the measure's dates against the policy's announced and ended.",
        parts=_within(
            "policy_measures",
            Path("policy_id", "policies", "announced"),
            Path("policy_id", "policies", "ended"),
        ),
        doubtful=WARNING,
    ),
    Rule(
        "date/position-outside-life",
        "a position is held within the lives of person and organization",
        ERROR,
        "Nobody holds a post before birth, after death, or at a body that is not there.",
        "Check the position's dates against the actors' start and end.",
        parts=(
            *_within(
                "positions",
                Path("person_id", "actors", "start"),
                Path("person_id", "actors", "end"),
            ),
            *_within(
                "positions",
                Path("organization_id", "actors", "start"),
                Path("organization_id", "actors", "end"),
            ),
        ),
        doubtful=WARNING,
    ),
    Rule(
        "date/source-older",
        "a source that supports a date is not older than it",
        ERROR,
        "A source cannot report what had not happened when it was published.",
        "Check the date of the source and of the record; plans are events of kind scheduled.",
        parts=(
            _sourced(
                "events",
                "date",
                ("*", "date"),
                Where(
                    Path("record", "events", "kind", by_reference=True),
                    ("scheduled",),
                    negated=True,
                ),
                slip="date/day-month",
            ),
            _sourced("statements", "made_on", ("*", "made_on"), slip="date/day-month"),
            _sourced("policies", "announced", ("announced",)),
            _sourced("chips", "announced", ("announced",)),
        ),
    ),
    Rule(
        "date/chip-before-announced",
        "nothing is done with a chip before it is announced",
        WARNING,
        "An event with a chip nobody knew of yet has the wrong date or the wrong chip.",
        "Check the event's date and the chip's announced.",
        parts=(
            Order(
                "event_chips",
                Path("chip_id", "chips", "announced"),
                Path("event_id", "events", "date"),
                field="chip_id",
            ),
        ),
    ),
    Rule(
        "date/actor-outside-life",
        "nothing is done by an actor before it exists or after it ended",
        WARNING,
        "An event with an actor that was not there has the wrong date or the wrong actor.",
        "Check the event's date and the actor's start and end.",
        parts=(
            Order(
                "event_actors",
                Path("actor_id", "actors", "start"),
                Path("event_id", "events", "date"),
                field="actor_id",
            ),
            Order(
                "event_actors",
                Path("event_id", "events", "date"),
                Path("actor_id", "actors", "end"),
                field="actor_id",
            ),
        ),
    ),
    Rule(
        "date/day-month",
        "day and month of a date are not swapped",
        WARNING,
        "What is written 8/11/2025 is a day of August or of November: a spreadsheet may have made "
        "the wrong one of it, and both are in the calendar.",
        "Look the date up, and write year, month, day: 2025-08-11 is August 11.",
        # By sources too: the `slip` of date/source-older.
        parts=(
            IdDay("events", "date", swapped=True),
            IdDay("statements", "made_on", swapped=True),
        ),
    ),
    Rule(
        "date/id",
        "an event's id begins with no other date than the event's",
        WARNING,
        "Of two dates of one event one is wrong, and an id is what others will cite.",
        "Check the date; if it is right, choose the id anew and redirect the old one.",
        parts=(IdDay("events", "date", swapped=False),),
    ),
    # graph
    Rule(
        "graph/cycle",
        "nothing derives from, is part of, amends or redirects to itself",
        ERROR,
        "A chain that comes back to where it began has no beginning.",
        "Break the chain at the link that is wrong.",
        parts=(
            Edges("sources", None, "derived_from_id"),
            Edges("actors", None, "part_of_id"),
            Edges("chips", None, "derived_from_id"),
            Edges("chips", None, "variant_of_id"),
            *(
                Edges(
                    "policy_relations",
                    "policy_id",
                    "target_id",
                    where=(Where(Path("relation"), (relation,)),),
                )
                for relation in ("amends", "supersedes", "rescinds")
            ),
            Edges("redirects", "old", "new"),
        ),
    ),
    # evidence
    Rule(
        "evidence/uncited",
        "each record has a citation",
        ERROR,
        "A fact without a source cannot be checked.",
        "Add a row to citations with the record's reference, a field or *, and the source.",
    ),
    *QUOTES,
    *CONTROLS,
    *NAMES,
    *TEXTS,
    *FIGURES,
    *WAIVERS,
)

CATALOG: dict[str, Rule] = {rule.code: rule for rule in RULES}
"""Every rule by its code, in the order a file is checked."""

FAMILIES: tuple[str, ...] = tuple(dict.fromkeys(rule.family for rule in RULES))
"""The families of rules."""
