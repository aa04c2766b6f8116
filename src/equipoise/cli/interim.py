"""The command ``equipoise interim``: an interim analysis for the monitoring committee."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from equipoise.cli import options, terminal
from equipoise.cli.file_format import with_file_format
from equipoise.errors import DesignError
from equipoise.numerics.garbage_collection import rarely_collected

if TYPE_CHECKING:  # kept out of `equipoise --help`: pydantic takes a quarter second
    from equipoise.analyze.result import Results
    from equipoise.interim.record import Recorded
    from equipoise.protocol.model import Protocol

RECORD = "looks.json"
Look = Annotated[
    int, typer.Option("--look", min=1, help="number of the interim analysis, from 1")
]
CutOff = Annotated[
    datetime,
    typer.Option("--cutoff", formats=["%Y-%m-%d"], help="last date of the data"),
]
Record = Annotated[
    Path | None,
    typer.Option(
        "--record",
        help="record of the interim analyses, looks.json of `equipoise interim` [default "
        "of interim: in the output folder]",
    ),
]

DataIfHeld = Annotated[
    Path | None,
    typer.Argument(metavar="DATA", help="data file or folder; none with --not-held"),
]
NotHeldReason = Annotated[
    str | None,
    typer.Option(
        "--not-held", metavar="REASON", help="record that it was not held, and why"
    ),
]


@with_file_format
@rarely_collected()
def interim(
    file: dict[str, Any],
    protocol: options.ProtocolName,
    look: Look,
    cutoff: CutOff,
    out: options.Out,
    data: DataIfHeld = None,
    not_held: NotHeldReason = None,
    record: Record = None,
    mapping: options.Mapping = None,
    accept: options.Accept = None,
    dummy: options.Dummy = False,
    seed: options.Seed = 0,
    as_json: options.Json = False,
) -> None:
    r"""Do an interim analysis and write the page for the monitoring committee.

    The output compares the arms. It is for those whom [interim] of the protocol names in
    unblinded_to. The primary endpoint is analyzed as in the final analysis, in the
    participants for whom it was due by the cut-off date. The boundaries are recalculated
    at the actual information.

    The analysis is added to looks.json in the output folder. A later analysis needs that
    file: use the same output folder, or name the file with --record. An analysis that
    was not held is recorded without data, with its reason: it spends no error.

    Example:
      equipoise interim protocol.toml export.csv --look 1 --cutoff 2027-03-01 --out dmc
      equipoise interim protocol.toml export.csv --look 2 --cutoff 2028-03-01 --out dmc
      equipoise interim protocol.toml blinded.csv --look 1 --cutoff 2027-03-01 \
        --out dry-run --dummy --seed 7
      equipoise interim protocol.toml --look 2 --cutoff 2028-03-01 --out dmc \
        --not-held "the committee had no quorum"
    """
    import equipoise as eq
    from equipoise.design.sequential.of_protocol import stated
    from equipoise.exchange.interim_record import read_record
    from equipoise.exchange.output_files import write_files
    from equipoise.interim.analysis import interim_analysis
    from equipoise.interim.record import refuse_replacement
    from equipoise.report.interim.page import files, recommendation, to_json

    trial = eq.load_protocol(protocol)
    stated(trial)
    entries = read_record(record or out / RECORD, required=record is not None)
    if not_held is not None:
        given = {"DATA": data, "--mapping": mapping, "--accept": accept, "--seed": seed}
        given |= {f"--{name.replace('_', '-')}": value for name, value in file.items()}
        _refuse_unused([name for name, value in given.items() if value])
        _without_data(
            trial, look, cutoff, not_held, entries, out, dummy=dummy, as_json=as_json
        )
        return
    if data is None:
        raise _no_data(look)
    with terminal.progress(as_json=as_json) as tell:
        tell("reading the data")
        accepted = [*(accept or ()), *(["EQ355"] if dummy else [])]
        known = eq.read_data(data, trial, mapping=mapping, accept=accepted, file=file)
        terminal.say_origin(known.origin, as_json=as_json)
        tell("analyzing the primary endpoint")
        blind: Literal["dummy", "refuse"] = "dummy" if dummy else "refuse"
        result = interim_analysis(
            trial, known, look, cutoff.date(), record=entries, blind=blind, seed=seed
        )
    for recorded in (entries, read_record(out / RECORD, required=False)):
        refuse_replacement(result.entries[-1], recorded)
    made = files(trial, result)
    write_files(out, made)
    page = out / f"interim-{look}.html"
    if as_json:
        terminal.say_json({**to_json(result), "page": str(page)})
        return
    found = result.found
    n = ", ".join(f"{arm} {count}" for arm, count in found.included.items())
    typer.echo(
        f"Unblinded: {recommendation(result)}\n"
        f"participants: {n}; z {terminal.number(found.z, 4)}; "
        f"{terminal.percent(result.fraction)} of the planned information\n\n"
        f"The page is {page}"
    )


def _without_data(
    protocol: Protocol,
    look: int,
    decided: datetime,
    reason: str,
    entries: tuple[Recorded, ...],
    out: Path,
    *,
    dummy: bool,
    as_json: bool,
) -> None:
    """Adds an analysis that was not held to the record."""
    from equipoise.exchange.interim_record import read_record
    from equipoise.exchange.output_files import write_files
    from equipoise.interim.not_held import not_held
    from equipoise.interim.record import refuse_replacement, to_text

    allocation: Literal["actual", "dummy"] = "dummy" if dummy else "actual"
    made = not_held(
        protocol, look, decided.date(), reason, record=entries, allocation=allocation
    )
    for recorded in (entries, read_record(out / RECORD, required=False)):
        refuse_replacement(made[-1], recorded)
    write_files(out, {RECORD: to_text(made).encode()})
    if as_json:
        terminal.say_json(made[-1].model_dump(mode="json"))
        return
    typer.echo(
        f"Recorded: analysis {look} was not held ({reason}). It spends no error.\n"
        f"The record is {out / RECORD}, SHA-256 {made[-1].sha256}"
    )


def _refuse_unused(given: list[str]) -> None:
    if given:
        raise DesignError.single(
            "EQ839",
            f"an analysis that was not held takes no data: {', '.join(given)}",
            where="interim, --not-held",
            fix="omit them, or omit --not-held to analyze the data",
        )


def _no_data(look: int) -> DesignError:
    return DesignError.single(
        "EQ839",
        f"analysis {look} has no data",
        where="interim, DATA",
        fix="name the data file, or record with --not-held why it was not held",
    )


def final_or_ordinary(
    protocol: Protocol, record: Path | None
) -> Callable[..., Results]:
    """The analysis of the final data: with the record, if interim analyses are planned.

    Raises:
        ProtocolError: EQ834, they are planned, and there is no record.
        DesignError: EQ835, none are planned, and there is a record; EQ838.
    """
    from equipoise.analyze.run import WITH_RECORD
    from equipoise.design.sequential.of_protocol import stated
    from equipoise.exchange.interim_record import read_record
    from equipoise.interim.final import final_analysis
    from equipoise.learn.whole_analysis import analyze
    from equipoise.protocol.interim_refusal import refuse_interim

    if record is None:
        refuse_interim(protocol, "analyze without their record", WITH_RECORD)
        return analyze
    stated(protocol)
    return partial(final_analysis, record=read_record(record, required=True))
