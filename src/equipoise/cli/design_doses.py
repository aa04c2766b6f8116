"""``equipoise design doses``: a trial of several doses that drops the less effective."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from math import inf, isnan
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from equipoise.cli import options, terminal
from equipoise.cli.design_target import Sided, level, sided
from equipoise.cli.planning_options import NOTHING, Filing, filed
from equipoise.cli.terminal import number, percent
from equipoise.errors import DesignError
from equipoise.errors.counted import counted

if TYPE_CHECKING:  # kept out of `equipoise --help`: scipy takes a second
    from equipoise.design.planning.doses import DoseTrial, Kind
    from equipoise.design.planning.plan import Plan

FISHER = "the report prints Fisher's, which has less power"


@partial(filed, without=("n",))
def doses(
    effects: Annotated[
        list[float], typer.Argument(metavar="EFFECTS", help="differences from control")
    ],
    sd: Annotated[
        float | None,
        typer.Option(
            help="standard deviation within an arm [default: 1]",
            callback=options.above_0,
        ),
    ] = None,
    first: Annotated[
        int | None,
        typer.Option(help="participants with an outcome on each dose, stage 1"),
    ] = None,
    second: Annotated[
        int | None, typer.Option(help="the same on each selected dose, stage 2")
    ] = None,
    fraction: Annotated[
        float | None,
        typer.Option(
            help="proportion of a selected dose in stage 1 [default: 0.5]",
            callback=options.fraction,
        ),
    ] = None,
    keep: Annotated[int, typer.Option(help="maximum number of doses in stage 2")] = 1,
    futility: Annotated[
        float, typer.Option(help="z that a dose must exceed to continue")
    ] = -inf,
    binding: options.Binding = False,
    test: Annotated[
        Literal["combination", "pooled"], typer.Option(help="test over both stages")
    ] = "combination",
    binary: Annotated[
        bool, typer.Option("--binary", help="EFFECTS are proportions, control first")
    ] = False,
    estimated: Annotated[
        bool, typer.Option("--estimated", help="estimate the variance in each stage")
    ] = False,
    trials: Annotated[
        int, typer.Option(min=2, help="number of simulated trials")
    ] = 50_000,
    seed: options.Seed = 1,
    power: options.PowerIfSize = None,
    alpha: options.OneError = None,
    sides: options.Sides = None,
    ratio: Annotated[
        float,
        typer.Option(
            help="participants on a dose for each on control", callback=options.above_0
        ),
    ] = 1.0,
    dropout: options.Dropout = 0.0,
    filing: Filing = NOTHING,
) -> None:
    """Two-stage trial that drops the less effective doses.

    EFFECTS are the assumed differences from the control, one for each dose; above 0
    favors the dose. Without --first and --second, the command searches for the smallest
    trial with the power to find the best dose effective; with them, it calculates the
    power. Participants are the maximum: as many doses continue as can.

    A dose is found effective in the direction of benefit alone: --alpha is the
    familywise error, two-sided as everywhere, and half of it is used in that direction;
    with --sides 1, all of it. The familywise error is controlled in the strong sense,
    whichever doses are dropped (combination test).

    Example: ketamine 0.2 and 0.5 mg/kg against midazolam, the larger dose with the
    difference of the reference trial; power to select the better dose.
      equipoise design doses 5 11.88 --sd 10.51 --power 0.9
      equipoise design doses 5 11.88 --sd 10.51 --first 12 --second 18 --futility 0

    Example: response rates, the control first.
      equipoise design doses 0.2 0.4 0.67 --binary --first 20 --second 20
    """
    from equipoise.design.adaptive.doses import Doses
    from equipoise.design.planning.doses import DoseTrial, plan_doses

    searched = first is None and second is None
    kind: Kind = "binary" if binary else "estimated" if estimated else "known"
    _check_options(
        sizes=not searched,
        ignored={
            "--power": power if not searched else None,
            "--fraction": fraction if not searched else None,
            "--sd": sd if binary else None,
            "--estimated": estimated or None if binary else None,
        },
    )
    if searched and (keep > 1 or binary):
        _given(first)
    share = fraction or 0.5
    target = sided(Sided(alpha, sides, power or 0.8, ratio))
    made = DoseTrial(
        design=Doses(
            doses=len(effects) - binary,
            first=share if searched else _given(first),
            second=1 - share if searched else _given(second),
            ratio=1 / ratio, alpha=target.one_sided, keep=keep, futility=futility,
            test=test, binding=binding,
        ),
        effects=tuple(e - effects[0] for e in effects[1:]) if binary else tuple(effects),
        sd=sd or 1.0, kind=kind, control=effects[0] if binary else 0.0,
        dropout=dropout, target=target, trials=trials, seed=seed,
    )  # fmt: skip
    if searched:
        made = made.with_smallest_size()
    with terminal.progress(as_json=filing.as_json) as tell:
        tell(f"simulating {counted(trials, 'trial')}")
        made.simulated()
        tell("calculating the power and the familywise error")
        plan = plan_doses(made, "size" if searched else "power", filing.source)
        numbers = _numbers(made)
    if not filing.as_json:
        terminal.say_table(_rows(made), as_json=False)
        typer.echo("")
    filing.show(plan, numbers, _facts(made, plan))


def _given(size: int | None) -> int:
    if size is None:
        raise DesignError.single(
            "EQ805",
            "the sample size is searched only for one selected dose and normal outcomes",
            where="design, --first and --second",
            fix="give both --first and --second, or neither with --keep 1",
        )
    return size


def _check_options(*, sizes: bool, ignored: dict[str, object]) -> None:
    """Rejects options that would change nothing.

    Raises:
        DesignError: EQ809.
    """
    for name, value in ignored.items():
        if value is not None:
            with_sizes = sizes and name in ("--power", "--fraction")
            reason = "--first and --second are" if with_sizes else "--binary is"
            raise DesignError.single(
                "EQ809",
                f"{name} is given, and has no effect because {reason} given",
                where=f"design, {name}",
                fix=f"omit {name}",
            )


def _numbers(made: DoseTrial) -> dict[str, object]:
    found, target = made.simulated(), made.target
    return {
        "design": terminal.plain(asdict(made.design)),
        "arms": made.arms(made.design),
        "effects": list(made.effects),
        "sd": None if made.kind == "binary" else made.sd,
        "by": _how(made),
        "test": _test(made),
        "behaviour": terminal.plain(asdict(made.characteristics())),
        "familywise_error": terminal.plain(asdict(made.errors())),
        "participants_without_dropping": made.without_dropping(),
        "estimates": terminal.plain(asdict(found.estimates)),
        "trials": found.trials,
        "sides": target.sides,
        "alpha": target.alpha,
        "ratio": target.ratio,
        "dropout": made.dropout,
    }


def _how(made: DoseTrial) -> str:
    return "integration" if made.exact else "simulation"


def _test(made: DoseTrial) -> str:
    from equipoise.design.planning.doses import MEASURES

    name = MEASURES[made.kind]
    return f"{name}; {FISHER}" if made.kind == "binary" else name


def _rows(made: DoseTrial) -> list[dict[str, str]]:
    told = made.characteristics()
    results = zip(made.effects, told.going, told.claimed, told.bias, strict=True)
    return [
        {
            "dose": str(dose),
            "effect": f"{effect:g}",
            "continues": percent(going),
            "declared effective": percent(claim),
            "bias if it continues": number(bias, 3),
        }
        for dose, (effect, going, claim, bias) in enumerate(results, start=1)
    ]


def _facts(made: DoseTrial, plan: Plan) -> dict[str, Any]:
    design, told, found = made.design, made.characteristics(), made.simulated()
    (dose, control), (later, again) = made.arms(design)
    estimates, whole, errors = found.estimates, made.without_dropping(), made.errors()
    known = number(estimates.spread / found.trials**0.5, 3)
    average = number(told.size / (1 - made.dropout), 1)
    uncertain = ""
    if "power" in plan.errors:
        uncertain = f" (standard error {number(100 * plan.errors['power'], 1)})"
    facts = {
        "stage 1": f"{dose} on each dose, {control} on control",
        "stage 2": f"{later} on each dose of at most {design.keep}, {again} on control",
        "participants": f"{plan.participants} at most, {average} on average",
        "without dropping": f"{whole:g} for the same power, best dose" if whole else "",
        "power, best dose": percent(told.best) + uncertain,
        "power, any effective dose": percent(told.power),
        "stops at the interim analysis": percent(told.stopped),
        "familywise error, no dose effective": percent(errors.none_works, 2),
        "familywise error, some effective": percent(errors.some_work, 2),
        "bias, both stages together": _estimate(estimates.bias, estimates.spread),
        "bias, corrected": _estimate(
            estimates.corrected_bias, estimates.corrected_spread
        ),
        "test": f"{_test(made)}, {level(made.target)}",
        "method": f"{_how(made)}; bias by {counted(found.trials, 'trial')}, "
        f"standard error {known}",
    }
    return {name: value for name, value in facts.items() if value}


def _estimate(bias: float, spread: float) -> str:
    if isnan(bias):
        return "not defined"
    return f"{number(bias, 3)} (root mean square error {number(spread, 3)})"
