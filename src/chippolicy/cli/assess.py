"""`chippolicy assess`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chippolicy.cli.data import dataset
from chippolicy.cli.exits import FOUND, UnreadableError
from chippolicy.cli.output import diagnose, emit, in_color, width
from chippolicy.cli.params import color_option, data_option

if TYPE_CHECKING:
    from chippolicy.controls.chip_files import ChipFile
    from chippolicy.controls.question import Question
    from chippolicy.findings import Finding

    NumberParam = click.ParamType[Decimal]
else:
    NumberParam = click.ParamType


class Number(NumberParam):
    """A number, kept exactly as it is written."""

    name = "number"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        """The number; wrong usage where it is none."""
        try:
            found = Decimal(value)
        except InvalidOperation:
            self.fail(f"{value!r} is not a number", param, ctx)
        if not found.is_finite():
            self.fail(f"{value!r} is not a finite number", param, ctx)
        return found


@click.command(
    short_help="Tell whether a chip was controlled for a destination on a day, and why.",
    epilog="Examples: chippolicy assess nvidia-h20 --to CN --on 2025-05-01 ; "
    "chippolicy assess --tpp 2368 --die-area 814 --memory-bandwidth 4000 --interconnect 900 "
    "--to CN ; chippolicy assess H200 --to CN --history ; "
    "chippolicy assess --input chips.jsonl --to CN",
)
@click.argument("chip", required=False)
@click.option("--to", required=True, metavar="COUNTRY", help="Where the chip goes, such as CN.")
@click.option("--hq", metavar="COUNTRY", help="Where the buyer or its parent has its headquarters.")
@click.option("--on", metavar="DATE", help="A day or any EDTF date; by default the data's last.")
@click.option("--history", is_flag=True, help="Tell what held over the chip's whole life.")
@click.option("--tpp", type=Number(), help="Total processing performance.")
@click.option("--die-area", type=Number(), help="Applicable die area in mm².")
@click.option("--memory-bandwidth", type=Number(), help="Memory bandwidth in GB/s.")
@click.option("--interconnect", type=Number(), help="Bandwidth to other chips in GB/s.")
@click.option(
    "--datacenter/--no-datacenter",
    default=None,
    help="Designed or marketed for data centers, or not; numbers stand for one that is.",
)
@click.option(
    "--input",
    "source",
    metavar="FILE",
    help="Chips as CSV, JSON, JSON Lines, YAML, XLSX or Parquet, packed or not, - for stdin: id, "
    "tpp or throughput by number format, die_area_mm2, memory_bandwidth_gb_s, interconnect_gb_s, "
    "datacenter. The answers are JSON Lines.",
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@data_option
@color_option
@click.pass_context
def command(
    ctx: click.Context,
    chip: str | None,
    to: str,
    hq: str | None,
    on: str | None,
    history: bool,
    tpp: Decimal | None,
    die_area: Decimal | None,
    memory_bandwidth: Decimal | None,
    interconnect: Decimal | None,
    datacenter: bool | None,
    source: str | None,
    form: str,
    data: Path | None,
    color: bool | None,
) -> None:
    """Tell whether CHIP (an id or name), or a chip given as numbers, was controlled.

    The exit status is 0 once there is an answer, whatever it is; 1 for a chip that is not there.
    """
    from chippolicy.controls.figures import UnknownChipError
    from chippolicy.controls.question import ask

    numbers = (tpp, die_area, memory_bandwidth, interconnect)
    given = any(number is not None for number in numbers)
    if source is not None and (chip is not None or given or history or datacenter is not None):
        raise click.UsageError("--input has its chips and their figures in the file: give no other")
    if history and on is not None:
        raise click.UsageError("--history tells the whole life: give no --on")
    with dataset(data) as found:
        try:
            question = ask(
                chip,
                to=to,
                hq=hq,
                tpp=tpp if source is None else Decimal(0),
                die_area=die_area,
                memory_bandwidth=memory_bandwidth,
                interconnect=interconnect,
                datacenter=datacenter,
                dataset=found,
            )
            moment = question.moment(on)
        except UnknownChipError as error:
            diagnose(str(error))
            ctx.exit(FOUND)
        except ValueError as error:
            raise click.UsageError(str(error)) from error
        if source is not None:
            if not _batch(question, on, source):
                ctx.exit(FOUND)
        elif history:
            _tell_history(question, form, color)
        else:
            assessment = question.answer(moment)
            if form == "json":
                _emit_json(assessment.as_dict())
            else:
                from chippolicy.cli.assessed import assessment_text

                emit(assessment_text(assessment, width(), in_color(color)))


def _tell_history(question: Question, form: str, color: bool | None) -> None:
    spans = question.history()
    if form == "json":
        from chippolicy.controls.assessment import DISCLAIMER

        _emit_json(
            {
                "chip": question.figures.chip_id,
                "chip_name": question.figures.name,
                "to": question.sale.to,
                "hq": question.sale.hq,
                "assumptions": list(question.assumptions()),
                "spans": [span.as_dict() for span in spans],
                "as_of": question.as_of.isoformat(),
                "disclaimer": DISCLAIMER,
            }
        )
    else:
        from chippolicy.cli.assessed import history_text

        emit(history_text(question, spans, width(), in_color(color)))


def _emit_json(told: dict[str, Any]) -> None:
    from chippolicy.reports.visible import json_safe

    emit(json_safe(json.dumps(told, ensure_ascii=False, indent=2)) + "\n")


def _batch(question: Question, on: str | None, source: str) -> bool:
    """Assess the chips of a file; whether every one of them could be."""
    from chippolicy.controls.batch import Batch
    from chippolicy.controls.chip_files import ChipFileError
    from chippolicy.findings import Severity

    try:
        with _opened(source) as file:
            batch = Batch(question, question.moment(on), file.path)
            if file.unread:
                others = ", ".join(file.unread)
                diagnose(f"only the chips in {file.path!r} are read, not {others}")
            told = 0
            for text in file.answers(batch):
                emit(text)
                for finding in batch.findings[told:]:
                    diagnose(_told(file.placed(finding)))
                told = len(batch.findings)
            if any(finding.code == "file/encoding" for finding in batch.findings):
                diagnose(file.how_to_convert() or "Save the file as UTF-8.")
    except ChipFileError as error:
        raise UnreadableError(str(error)) from error
    bad = {finding.line for finding in batch.findings if finding.severity is Severity.ERROR}
    if bad:
        diagnose(f"{len(bad):,} {'line' if len(bad) == 1 else 'lines'} could not be assessed")
    for assumed in question.sale.assumptions():
        diagnose(f"assumed: {assumed}")
    return not bad


def _told(finding: Finding) -> str:
    from chippolicy.reports.place import qualified

    parts = [finding.path] if finding.line is None else [finding.path, finding.line]
    place = qualified(finding) or ":".join(str(part) for part in parts)
    hint = f" ({finding.hint})" if finding.hint else ""
    return f"{place}: {finding.message}{hint} [{finding.code}]"


@contextmanager
def _opened(source: str) -> Iterator[ChipFile]:
    from chippolicy.controls.chip_files import opened

    try:
        with opened(source) as file:
            yield file
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UnreadableError(f"cannot read {source!r}: {reason}") from error
