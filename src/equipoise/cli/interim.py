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
from equipoise.numerics.garbage_collection import rarely_collected

if TYPE_CHECKING:  # kept out of `equipoise --help`: pydantic takes a quarter second
    from equipoise.analyze.result import Results
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


@with_file_format
@rarely_collected()
def interim(
    file: dict[str, Any],
    protocol: options.ProtocolName,
    data: options.Data,
    look: Look,
    cutoff: CutOff,
    out: options.Out,
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
    file: use the same output folder, or name the file with --record.

    Example:
      equipoise interim protocol.toml export.csv --look 1 --cutoff 2027-03-01 --out dmc
      equipoise interim protocol.toml export.csv --look 2 --cutoff 2028-03-01 --out dmc
      equipoise interim protocol.toml blinded.csv --look 1 --cutoff 2027-03-01 \
        --out dry-run --dummy --seed 7
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
