"""One function a command: reads its files, calls the library, says what came out."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from equipoise.cli import (
    account_reset,
    audit,
    design_adaptive,
    help_texts,
    leaktest,
    options,
    serve,
    terminal,
)
from equipoise.errors import ProtocolError, refuse
from equipoise.numerics.garbage import rarely_collected

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help=help_texts.ABOUT,
)
app.add_typer(design_adaptive.app, name="design")
app.command("serve", cls=terminal.Command, help=serve.SERVE)(serve.serve)
app.command("backup", cls=terminal.Command, help=serve.BACKUP)(serve.backup)
app.command("restore", cls=terminal.Command, help=serve.RESTORE)(serve.restore)
app.command("confirm-reset", cls=terminal.Command, help=account_reset.CONFIRM)(
    account_reset.confirm_reset
)
app.command("recover", cls=terminal.Command, help=account_reset.RECOVER)(
    account_reset.recover
)
app.add_typer(audit.app, name="audit")
app.command(cls=terminal.Command, help=help_texts.LEAKTEST)(leaktest.leaktest)


def _version(wanted: bool) -> None:
    if wanted:
        from equipoise import __version__

        typer.echo(f"equipoise {__version__}")
        raise typer.Exit


@app.callback()
def equipoise(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Options that belong to no command."""


@app.command(cls=terminal.Command, help=help_texts.CHECK)
def check(protocol: options.ProtocolName, as_json: options.Json = False) -> None:
    """Prints every problem of a protocol."""
    from equipoise.exchange.protocols import inspect

    model, problems = inspect(protocol)
    refuse(ProtocolError, problems)
    if model is not None:
        terminal.say(help_texts.summary(model), as_json=as_json)


@app.command(cls=terminal.Command, help=help_texts.SCHEDULE)
def schedule(
    protocol: options.ProtocolName,
    day0: options.Day,
    responder: options.Responder = None,
    holiday: options.Holidays = None,
    as_json: options.Json = False,
) -> None:
    """Prints the dated visits of one participant."""
    from equipoise.exchange.protocols import load_protocol
    from equipoise.protocol.schedule import calendar

    closed = tuple(day.date() for day in holiday or ())
    plan = calendar(
        load_protocol(protocol), day0.date(), responder=responder, holidays=closed
    )
    terminal.say_table(help_texts.visit_rows(plan), as_json=as_json)


@app.command(cls=terminal.Command, help=help_texts.AMEND)
def amend(
    old: options.ProtocolName, new: options.ProtocolName, as_json: options.Json = False
) -> None:
    """Prints what differs between two versions of a protocol."""
    from equipoise.exchange.protocols import load_protocol

    terminal.say(
        help_texts.amendment(load_protocol(old), load_protocol(new)), as_json=as_json
    )


@app.command("map", cls=terminal.Command, help=help_texts.MAP)
def propose(
    file: options.File,
    protocol: options.ForProtocol,
    dictionary: options.Dictionary = None,
    out: options.NewFile = None,
) -> None:
    """Proposes a mapping for a data file."""
    from equipoise.exchange.mapping_proposal import propose_mapping
    from equipoise.exchange.protocols import load_protocol
    from equipoise.exchange.report_files import write_new

    proposal = propose_mapping(file, load_protocol(protocol), dictionary)
    typer.echo(proposal.text if out is None else write_new(out, proposal.text))


@app.command(cls=terminal.Command, help=help_texts.ANALYZE)
@rarely_collected()
def analyze(
    protocol: options.ProtocolName,
    data: options.Data,
    out: options.Out,
    mapping: options.Mapping = None,
    accept: options.Accept = None,
    dummy: options.Dummy = False,
    seed: options.Seed = 0,
    as_json: options.Json = False,
) -> None:
    """Analyzes a data file and writes the report."""
    import equipoise as eq
    from equipoise.exchange.protocols import logo_beside

    trial = eq.load_protocol(protocol)
    logo = logo_beside(protocol, trial)
    with terminal.progress(as_json=as_json) as tell:
        tell("reading the data")
        known = eq.read_data(data, trial, mapping=mapping, accept=accept or ())
        blind: Literal["dummy", "refuse"] = "dummy" if dummy else "refuse"
        results = eq.analyze(trial, known, blind=blind, seed=seed, progress=tell)
        publication = eq.report(trial, known, results, progress=tell, logo=logo)
    terminal.say_report(publication.headline, publication.save(out), as_json=as_json)


@app.command(cls=terminal.Command, help=help_texts.SIMULATE)
def simulate(
    protocol: options.ProtocolName,
    out: options.Out,
    scenario: options.ScenarioFile = None,
    seed: options.Seed = 1,
    n: options.Sizes = None,
    trials: options.Trials = None,
    effect: options.Effects = None,
    dropout: options.Dropouts = None,
    design: options.Designs = None,
    workers: options.Workers = 1,
    cluster: options.Cluster = None,
    precision: options.Precision = None,
    null: options.Null = False,
    as_json: options.Json = False,
) -> None:
    """Writes the data of a trial on simulated participants, or simulates many trials."""
    import equipoise as eq
    from equipoise.cli.simulate_trials import Variations, simulate_trials
    from equipoise.exchange.runs import Execution, executor
    from equipoise.exchange.scenarios import load_scenario
    from equipoise.simulate.trial import simulate as simulate_trial

    trial = eq.load_protocol(protocol)
    assumed = load_scenario(scenario or trial.trial.id)
    variations = Variations(n or (), effect or (), dropout or (), design or (), null)
    variations.check(trials)
    if trials is not None:
        execution = Execution(out, trials, executor(workers, cluster), precision)
        rows = simulate_trials(
            trial, assumed, seed, variations, execution, as_json=as_json
        )
        terminal.say_table(rows, as_json=as_json)
        return
    data = simulate_trial(trial, assumed, seed=seed, n=n[0] if n else None)
    eq.write_data(data, out)
    typer.echo(f"{len(data.participants)} simulated participants: {out}")


@app.command(cls=terminal.Command, help=help_texts.REHEARSE)
@rarely_collected()
def rehearse(
    protocol: options.ProtocolName,
    out: options.Out,
    scenario: options.ScenarioFile = None,
    seed: options.Seed = 1,
    n: options.Number = None,
    conduct: options.Conduct = False,
    as_json: options.Json = False,
) -> None:
    """Carries a trial out on virtual participants, up to the report."""
    import equipoise as eq
    from equipoise.exchange.protocols import logo_beside

    with terminal.progress(as_json=as_json) as tell:
        if conduct:
            from equipoise.rehearse_conduct.run import rehearse_conduct

            made = rehearse_conduct(protocol, scenario, seed=seed, n=n, progress=tell)
            headline, page = made.publication.headline, made.save(out)
            tell(f"{made.forms} forms were filled in by the people who would")
            terminal.say_report(headline, page, as_json=as_json)
            return
        trial = eq.load_protocol(protocol)
        logo = logo_beside(protocol, trial)
        rehearsal = eq.rehearse(
            trial, scenario, seed=seed, n=n, progress=tell, logo=logo
        )
        page = rehearsal.save(out)
    terminal.say_report(rehearsal.publication.headline, page, as_json=as_json)
