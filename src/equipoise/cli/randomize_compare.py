"""``equipoise randomize compare``: methods in the strata of a protocol."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from equipoise.cli import options, randomize, terminal
from equipoise.cli.interim_notice import notice_interim
from equipoise.errors import DesignError
from equipoise.errors.counted import counted

if TYPE_CHECKING:
    from equipoise.protocol.model import Protocol
    from equipoise.randomize.comparison import Compared
    from equipoise.randomize.trial_factors import TrialFactors

app = randomize.app  # the command belongs to the same group
SITE = "site"


@app.command(cls=terminal.Command)
def compare(
    protocol: options.ProtocolName,
    n: options.Number = None,
    sites: Annotated[
        int | None, typer.Option("--sites", min=1, help="number of equal sites")
    ] = None,
    proportion: Annotated[
        list[str] | None,
        typer.Option(
            "--proportion",
            help="of the levels of a factor, such as sex=F:70,M:30; may be repeated "
            "[default: equal]",
        ),
    ] = None,
    trials: Annotated[
        int, typer.Option("--trials", min=20, help="simulated trials")
    ] = 1000,
    seed: options.Seed = 1,
    power: options.Power = 0.9,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="folder for the page, the figure and the numbers"),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Compare randomization methods for a protocol's arms, ratios and strata.

    Balance of the trial, of each level of a factor and of the strata; predictability;
    and what imbalance costs the analysis. Complete randomization, permuted blocks in one
    list and by stratum, urn, big stick and minimization, with usual settings and those
    of the protocol. Predictability of lists is exact; other numbers are simulated.

    Randomization keeps the type I error of an analysis that adjusts for the factors,
    however unbalanced a trial is: the cost of imbalance is power.

    Example: 140 participants at 12 sites of equal size.
      equipoise randomize compare feder2021 --n 140 --sites 12

    Example: three sites, of which one recruits half.
      equipoise randomize compare feder2021 --n 60 --proportion site=A:50,B:25,C:25
    """
    from equipoise.exchange.output_files import write_files
    from equipoise.exchange.protocols import load_protocol
    from equipoise.numerics.progress import progress
    from equipoise.randomize import comparison
    from equipoise.randomize.compared_methods import compared_methods
    from equipoise.report.randomization_comparison import files

    trial = load_protocol(protocol)
    notice_interim(trial, "the methods are compared at the stated sample size")
    factors = _factors(trial, sites, [_parsed(text) for text in proportion or ()])
    people = trial.size.participants if n is None else n
    ratios = {arm.id: arm.ratio for arm in trial.arms}
    methods = compared_methods(
        ratios, trial.randomization, stratified=bool(factors.proportions)
    )
    with progress("methods", len(methods)) as advance:
        found = comparison.compare(
            ratios,
            factors,
            people,
            methods,
            trials=trials,
            seed=seed,
            power=power,
            advance=advance,
        )
    content = _content(trial, factors, people, trials, seed, power, found)
    if out is not None:
        write_files(out, files(content, found))
    if as_json:
        terminal.say_json(content)
        return
    _say(content, found, out)


def _say(content: dict[str, Any], found: list[Compared], out: Path | None) -> None:
    from equipoise.report.randomization_comparison import LEGEND, PAGE, table_row

    typer.echo(f"{content['headline']}\n")
    terminal.say_table([table_row(one) for one in found], as_json=False)
    typer.echo(f"\n{LEGEND}\n")
    for name, own in content["proportions"].items():
        levels = ", ".join(f"{k} {terminal.percent(v)}" for k, v in own.items())
        typer.echo(f"Assumed levels of {name}: {levels}")
    typer.echo(
        f"{counted(content['trials'], 'simulated trial')}, seed {content['seed']}"
    )
    if out is not None:
        typer.echo(f"The figure, the table and the numbers are in {out / PAGE}")


def _content(
    trial: Protocol,
    factors: TrialFactors,
    n: int,
    trials: int,
    seed: int,
    power: float,
    found: list[Compared],
) -> dict[str, Any]:
    from equipoise.protocol.amend import content_hash
    from equipoise.version import __version__

    return {
        "headline": headline(found, n, len(factors.strata), power),
        "trial": trial.trial.id,
        "title": trial.trial.title,
        "protocol_sha256": content_hash(trial),
        "software": f"equipoise {__version__}",
        "participants": n,
        "ratios": {arm.id: arm.ratio for arm in trial.arms},
        "proportions": {k: dict(v) for k, v in factors.proportions.items()},
        "strata": len(factors.strata),
        "trials": trials,
        "seed": seed,
        "planned_power": power,
        "methods": [asdict(one) for one in found],
    }


def headline(found: list[Compared], n: int, strata: int, power: float) -> str:
    """The method that loses least, the one least guessed, and the protocol's own.

    Args:
        found: all methods, at least one.
        n: participants of the trial.
        strata: number of strata.
        power: of a trial without imbalance.
    """
    from equipoise.randomize.compared_methods import OWN
    from equipoise.report.randomization_comparison import estimate_text

    own = next((one for one in found if one.name.endswith(OWN)), None)
    chosen = {
        "Least information lost": min(found, key=lambda one: one.loss.value),
        "least guessed": min(found, key=lambda one: one.guessed.value),
        "the protocol": own,
    }
    parts = [
        f"{label}: {one.name.removesuffix(OWN)}, loss in "
        f"participants {estimate_text(one.loss, 1)}, guessed "
        f"{estimate_text(one.guessed, 1, 100)}%"
        for label, one in chosen.items()
        if one is not None
    ]
    where = f"{strata} strata" if strata > 1 else "one stratum"
    return (
        f"{counted(n, 'participant')} in {where}, planned power {terminal.percent(power)}. "
        f"{'; '.join(parts)}."
    )


def _parsed(text: str) -> tuple[str, dict[str, float]]:
    """``sex=F:70,M:30`` as factor and proportions."""
    name, _, levels = text.partition("=")
    own: dict[str, float] = {}
    try:
        for pair in levels.split(","):
            level, _, value = pair.rpartition(":")
            if not level.strip() or level.strip() in own:
                raise ValueError(pair)
            own[level.strip()] = float(value)
        total = sum(own.values())
        if not all(0 < value < float("inf") for value in own.values()):
            raise ValueError(text)
    except ValueError as error:
        raise _rejected(
            f"{text!r} does not give a positive number for each level once"
        ) from error
    return name.strip(), {level: value / total for level, value in own.items()}


def _factors(
    trial: Protocol, sites: int | None, stated: list[tuple[str, dict[str, float]]]
) -> TrialFactors:
    """The strata of the protocol, and sites, with stated or equal proportions."""
    from equipoise.randomize.strata import levels
    from equipoise.randomize.trial_factors import TrialFactors

    given = dict(stated)
    if len(given) < len(stated):
        raise _rejected("the proportions of a factor are given twice")
    if sites is not None and SITE in given:
        raise _rejected("the sites are given by --sites and by --proportion")
    names = [f"{SITE} {k + 1}" for k in range(sites or 0)] or list(given.get(SITE, ()))
    own = levels(trial, names)
    if names and SITE not in own:
        own = {SITE: tuple(names), **own}
    for name, values in own.items():
        if not values:
            raise _rejected(f"the levels of {name!r} are not known")
        if name in given and set(given[name]) != set(values):
            raise _rejected(f"the levels of {name!r} are {', '.join(values)}")
    unknown = given.keys() - own.keys()
    if unknown:
        raise _rejected(f"{min(unknown)!r} is not a factor of the randomization")
    equal = {name: dict.fromkeys(v, 1 / len(v)) for name, v in own.items()}
    return TrialFactors({name: given.get(name, equal[name]) for name in own})


def _rejected(what: str) -> DesignError:
    return DesignError.single(
        "EQ843",
        what,
        where="--proportion, --sites",
        fix="give the levels of a factor as --proportion sex=F:70,M:30, or a number of "
        "equal sites with --sites 12",
    )
