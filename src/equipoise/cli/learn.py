"""``equipoise learn``: what a trial says beyond its planned endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from equipoise.cli import options, terminal
from equipoise.cli.file_format import with_file_format

if TYPE_CHECKING:
    from equipoise.report.responders import Told

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    cls=terminal.Group,
    help="Ask what a trial says beyond its endpoints: for whom the treatment makes the "
    "difference.",
)


@app.callback()
def learn() -> None:
    """Keeps the name of the only command."""


@app.command(cls=terminal.Command)
@with_file_format
def responders(
    file: dict[str, Any],
    protocol: options.ProtocolName,
    data: options.Data,
    out: options.Out,
    mapping: options.Mapping = None,
    accept: options.Accept = None,
    endpoint: Annotated[
        str | None,
        typer.Option(help="continuous endpoint [default: the primary one]"),
    ] = None,
    before: Annotated[
        str | None,
        typer.Option(
            "--protocol-before",
            help="protocol in force before unblinding, to prove declared candidates",
        ),
    ] = None,
    draws: Annotated[
        int, typer.Option(min=199, help="allocations drawn for the joint test")
    ] = 1999,
    seed: options.Seed = 1,
    dummy: options.Dummy = False,
    as_json: options.Json = False,
) -> None:
    """Say for whom the treatment makes the difference, or why this trial cannot tell.

    In this order: the smallest difference of the effect that the trial finds with 80%
    power; the joint test that no candidate changes the effect, which draws the
    allocation again by the randomization of the protocol; each candidate with its
    interval; the gap between halves that are predicted from other participants; a rule,
    or the reason why there is none.

    Candidates are those of [[candidates]] in the protocol. Without them, what is known
    at baseline is analyzed, marked post hoc.

    Example:
      equipoise learn responders feder2021 out/feder2021/data --out out/learn
      equipoise learn responders protocol.toml blinded.csv --dummy --out out/dry-run
    """
    import equipoise as eq
    from equipoise.analyze.run import unblinded
    from equipoise.exchange.output_files import write_files
    from equipoise.exchange.protocols import load_protocol
    from equipoise.learn.declared import require_declared
    from equipoise.learn.responders import responders as found_in
    from equipoise.protocol.interim_refusal import refuse_interim
    from equipoise.report.responders import PAGE, content, files, told

    trial = load_protocol(protocol)
    refuse_interim(trial, "learn responders")
    if before is not None:
        require_declared(trial, load_protocol(before))
    accepted = [*(accept or ()), *(["EQ355"] if dummy else [])]  # as analyze --dummy
    known = eq.read_data(data, trial, mapping=mapping, accept=accepted, file=file)
    terminal.say_origin(known.origin, as_json=as_json)
    arms = unblinded(trial, known, blind="dummy" if dummy else "refuse", seed=seed)
    with terminal.progress(as_json=as_json) as tell:
        tell("drawing the allocation again")
        result = found_in(trial, arms, endpoint=endpoint, draws=draws, seed=seed)
    facts = {
        "data_sha256": known.content_hash,
        "seed": seed,
        "allocation": "dummy" if dummy else "actual",
        "virtual": known.origin.virtual,
        "declaration_checked": before is not None,
    }
    write_files(out, files(trial, result, facts))
    if as_json:
        terminal.say_json(content(trial, result, facts))
        return
    _say(told(trial, result), dummy=dummy)
    typer.echo(f"\nThe page and the numbers are in {out / PAGE}")


def _say(said: Told, *, dummy: bool) -> None:
    from equipoise.report.responders import DUMMY

    if dummy:
        typer.echo(f"{DUMMY}\n")
    typer.echo(f"{said.could}\n\n{said.test}\n")
    rows = [dict(zip(said.head, row, strict=True)) for row in said.rows]
    terminal.say_table(rows, as_json=False)
    typer.echo(f"\n{said.notes}")
    for text in said.excluded:
        typer.echo(text)
    typer.echo(f"\n{said.gap}\n\n{said.ranking}\n\n{said.verdict}")
    for term, text in said.card:
        typer.echo(f"{term}: {text}.")
