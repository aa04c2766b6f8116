"""The application of commands, and those from data to the report."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer

from equipoise.cli import (
    account_reset,
    audit,
    design,
    inspect,
    interim,
    leaktest,
    learn,
    library,
    new_scenario,
    options,
    protocol_file,
    randomize_compare,
    redcap,
    serve,
    terminal,
)
from equipoise.cli.file_format import with_file_format
from equipoise.cli.interim_notice import notice_interim
from equipoise.errors.counted import counted
from equipoise.numerics.garbage_collection import rarely_collected

ABOUT = """\
Run a trial from one protocol file: design, conduct, analysis and report.

\b
To begin, use the reference protocol and simulated participants:
  equipoise check feder2021
  equipoise rehearse feder2021 --seed 2021 --out out/feder2021

\b
To begin with a small trial that works:
  equipoise new my-trial

\b
To analyze your own trial, map its data file and write the report:
  equipoise map export.csv --protocol protocol.toml --out mapping.toml
  equipoise inspect protocol.toml export.csv
  equipoise analyze protocol.toml export.csv --out out/trial

Exit status: 0 done, 1 error in the input, 2 wrong usage.
"""

app = typer.Typer(
    no_args_is_help=True, add_completion=False, rich_markup_mode=None, help=ABOUT
)
for on_protocol in (protocol_file.check, protocol_file.schedule, protocol_file.amend):
    app.command(cls=terminal.Command)(on_protocol)
for on_library in (library.new, library.library):
    app.command(cls=terminal.Command)(on_library)


def _version(requested: bool) -> None:
    if requested:
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


@app.command("map", cls=terminal.Command)
@with_file_format
def propose(
    file: dict[str, Any],
    files: options.DataFiles,
    protocol: options.ForProtocol,
    dictionary: options.Dictionary = None,
    out: options.NewFile = None,
) -> None:
    """Propose a mapping for a data file, for several, or for a folder of them.

    Where the table is in the file is decided from its cells and reported; an option
    states it instead, and becomes a key of [file] in the proposal.

    Example: a REDCap export with its data dictionary. Read the proposal, correct it,
    delete the word CHECK from each entry that you have read, and save it as mapping.toml
    in the folder of the export.
      equipoise map export.csv --protocol protocol.toml --dictionary dictionary.csv
      equipoise map export.csv --protocol protocol.toml --out mapping.toml
      equipoise map trial.xlsx --protocol protocol.toml --sheet data --header-row 3
      equipoise map people.csv ratings.csv --protocol protocol.toml --out mapping.toml
    """
    from equipoise.exchange.mapping import file_format
    from equipoise.exchange.mapping_proposal import propose_mapping
    from equipoise.exchange.output_files import write_new
    from equipoise.exchange.protocols import load_protocol

    how = file_format(**file)
    with terminal.progress() as tell:
        trial = load_protocol(protocol)
        notice_interim(trial, "a mapping is the same with and without them")
        paths = files[0] if len(files) == 1 else files
        proposal = propose_mapping(paths, trial, dictionary, how=how, progress=tell)
    for note in proposal.notes:
        typer.echo(note, err=True)
    typer.echo(proposal.text if out is None else write_new(out, proposal.text))


@app.command(cls=terminal.Command)
@with_file_format
@rarely_collected()
def analyze(
    file: dict[str, Any],
    protocol: options.ProtocolName,
    data: options.Data,
    out: options.Out,
    mapping: options.Mapping = None,
    accept: options.Accept = None,
    dummy: options.Dummy = False,
    seed: options.Seed = 0,
    record: interim.Record = None,
    as_json: options.Json = False,
) -> None:
    """Analyze a data file and write the report.

    The protocol specifies the analysis. DATA is a file of a spreadsheet, text, SPSS,
    Stata, SAS, Parquet or Dataset-JSON, a folder or ZIP file of them, or a folder that
    Equipoise wrote. The mapping is --mapping, or else mapping.toml in the
    folder of the data or of the protocol, or else that of the library. An option for
    the shape of the file states a key of [file] that the mapping does not state.

    Example:
      equipoise analyze protocol.toml export.csv --out out/trial
      equipoise analyze protocol.toml export.csv --out out/trial --accept EQ312
      equipoise analyze protocol.toml trial.xlsx --out out/trial --sheet data
      equipoise analyze protocol.toml blinded.csv --out out/dry-run --dummy --seed 7

    If the protocol plans interim analyses, name their record. The estimate, interval and
    P value of the primary endpoint are then adjusted for them.
      equipoise analyze protocol.toml export.csv --out out/trial --record dmc/looks.json
    """
    import equipoise as eq
    from equipoise.exchange.protocols import logo_beside

    trial = eq.load_protocol(protocol)
    analysis = interim.final_or_ordinary(trial, record)
    logo = logo_beside(protocol, trial)
    with terminal.progress(as_json=as_json) as tell:
        tell("reading the data")
        # A dry run on shuffled arms may use a draft: its report states so.
        accepted = [*(accept or ()), *(["EQ355"] if dummy else [])]
        known = eq.read_data(data, trial, mapping=mapping, accept=accepted, file=file)
        for text in known.origin.accepted if dummy else ():
            if text.startswith("EQ355"):
                typer.echo(f"Notice: {text}", err=True)
        terminal.say_origin(known.origin, as_json=as_json)
        blind: Literal["dummy", "refuse"] = "dummy" if dummy else "refuse"
        results = analysis(trial, known, blind=blind, seed=seed, progress=tell)
        publication = eq.report(trial, known, results, progress=tell, logo=logo)
    terminal.say_report(
        publication.headline,
        publication.save(out),
        as_json=as_json,
        warnings=terminal.warnings(known.origin),
    )


app.command(cls=terminal.Command)(inspect.inspect)
app.command(cls=terminal.Command)(interim.interim)
app.command(cls=terminal.Command)(redcap.redcap)
app.command(cls=terminal.Command)(new_scenario.new_scenario)


@app.command(cls=terminal.Command)
def simulate(
    protocol: options.ProtocolName,
    out: options.Out,
    scenario: options.ScenarioFile = None,
    seed: options.Seed = 1,
    n: options.Sizes = None,
    trials: options.Trials = None,
    effect: options.Effects = None,
    drug_effect: options.DrugEffects = None,
    expectancy: options.Expectancies = None,
    unblinding: options.Unblindings = None,
    dropout: options.Dropouts = None,
    design: options.Designs = None,
    workers: options.Workers = 1,
    cluster: options.Cluster = None,
    precision: options.Precision = None,
    null: options.Null = False,
    estimate: options.PriorEstimate = None,
    se: options.PriorError = None,
    sceptical: options.Sceptical = None,
    sceptical_sd: options.ScepticalSd = None,
    as_json: options.Json = False,
) -> None:
    r"""Simulate the data of one trial, or of many trials.

    The data of one trial are written item by item. With --trials, each trial is
    simulated and analyzed as the protocol specifies, and power, bias and coverage are
    printed with their Monte Carlo errors. Completed trials stay in the output folder:
    repeat the same command to continue after an interruption.

    Several sample sizes, effects, factors of discontinuation or designs make a grid:
    all combinations, with the same random numbers, as a table (grid.csv), curves
    (power.svg) and a page (grid.html). A design is "fixed" or group sequential: a
    spending function or family, and the fractions of participants at the interim
    analyses of the primary endpoint. If the protocol plans interim analyses, they are
    the design unless --design names another, and the result is a grid.

    Example:
      equipoise simulate feder2021 --seed 2021 --out out/virtual
      equipoise simulate feder2021 --scenario my-scenario.toml --n 300 --out out/virtual
      equipoise simulate feder2021 --trials 10000 --workers 2 --out out/power
      equipoise simulate feder2021 --trials 10000 --precision 0.005 --null --out out/error

    A grid of 3 sample sizes, 3 effects and 2 designs, on 2 processes:
      equipoise simulate feder2021 --trials 2000 --workers 2 --out out/grid \
        --size 20 --size 30 --size 40 --effect 0 --effect 0.5 --effect 1 \
        --design fixed --design lan-demets-of:0.5,1

    Rejections without any effect of the drug, if participants feel it and expect more:
      equipoise simulate feder2021 --trials 2000 --out out/unblinded --size 140 \
        --drug-effect 0 --drug-effect 1 --unblinding 0 --unblinding 1 --expectancy 4

    Assurance: the power averaged over a published difference of -7 (SE 3):
      equipoise simulate feder2021 --trials 2000 --out out/assurance --size 60 \
        --effect 0 --effect 0.5 --effect 1 --effect 1.5 --estimate -7 --se 3

    On the workers of a Dask cluster (started with `dask scheduler`, `dask worker`):
      equipoise simulate feder2021 --trials 100000 --cluster tcp://host:8786 --out out/many
    """
    import equipoise as eq
    from equipoise.cli.simulate_trials import (
        Variations,
        prior_of_difference,
        simulate_trials,
    )
    from equipoise.exchange.runs import Execution, executor
    from equipoise.exchange.scenarios import load_scenario
    from equipoise.simulate.trial import simulate as simulate_trial

    trial = eq.load_protocol(protocol)
    assumed = load_scenario(scenario or trial.trial.id)
    variations = Variations(
        sizes=n or (),
        effects=effect or (),
        drug_effects=drug_effect or (),
        expectancies=expectancy or (),
        unblindings=unblinding or (),
        dropouts=dropout or (),
        designs=design or (),
        null=null,
        prior=prior_of_difference(estimate, se, sceptical, sceptical_sd),
    )
    variations.check(trials)
    if precision is not None and trials is None:
        raise typer.BadParameter("--precision has no effect without --trials")
    if trials is not None:
        execution = Execution(out, trials, executor(workers, cluster), precision)
        rows = simulate_trials(
            trial, assumed, seed, variations, execution, as_json=as_json
        )
        terminal.say_rows(rows, as_json=as_json)
        return
    notice_interim(
        trial,
        "the simulated data are those of a trial that continues to its planned end",
    )
    data = simulate_trial(trial, assumed, seed=seed, n=n[0] if n else None)
    eq.write_data(data, out)
    typer.echo(f"{counted(len(data.participants), 'simulated participant')}: {out}")


@app.command(cls=terminal.Command)
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
    """Rehearse a complete trial with simulated participants.

    The rehearsal runs from screening to the report. With --conduct the participants
    pass through the running application: every form is posted over HTTP by a user of
    the role that enters it, up to database lock, unblinding, export and report. The
    application runs in a folder that is deleted at the end.

    Example:
      equipoise rehearse feder2021 --seed 2021 --out out/feder2021
      equipoise rehearse feder2021 --conduct --out out/conduct
      equipoise rehearse protocol.toml --scenario scenario.toml --n 60 --out out/rehearsal
    """
    import equipoise as eq
    from equipoise.exchange.protocols import logo_beside

    with terminal.progress(as_json=as_json) as tell:
        if conduct:
            from equipoise.rehearse_conduct.run import rehearse_conduct

            made = rehearse_conduct(protocol, scenario, seed=seed, n=n, progress=tell)
            headline, page = made.publication.headline, made.save(out)
            tell(f"{made.forms} forms entered")
            terminal.say_report(headline, page, as_json=as_json)
            return
        trial = eq.load_protocol(protocol)
        logo = logo_beside(protocol, trial)
        rehearsal = eq.rehearse(
            trial, scenario, seed=seed, n=n, progress=tell, logo=logo
        )
        page = rehearsal.save(out)
    terminal.say_report(rehearsal.publication.headline, page, as_json=as_json)


for command in (
    leaktest.leaktest,
    serve.serve,
    serve.backup,
    serve.restore,
    account_reset.confirm_reset,
    account_reset.recover,
):
    app.command(cls=terminal.Command)(command)
app.add_typer(design.app, name="design")
app.add_typer(audit.app, name="audit")
app.add_typer(learn.app, name="learn")
app.add_typer(randomize_compare.app, name="randomize")
