"""``equipoise design doses`` and ``adaptive``: adaptive designs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import inf, isfinite, isnan
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from equipoise.cli import design, options, terminal
from equipoise.cli.design_command import DesignCommand
from equipoise.cli.terminal import number, percent
from equipoise.errors import DesignError
from equipoise.errors.counted import counted

if TYPE_CHECKING:  # kept out of `equipoise --help`: scipy takes a second
    from equipoise.design.adaptive.allocation_cost import (
        AllocationComparison,
        RuleCharacteristics,
    )
    from equipoise.design.adaptive.dose_dropping import Simulated
    from equipoise.design.adaptive.dose_selection import OperatingCharacteristics
    from equipoise.design.adaptive.doses import Doses
    from equipoise.design.adaptive.familywise_error import Familywise

app = design.app  # the two commands belong to the same group
Rule = Literal["play-the-winner", "neyman", "optimal", "thompson"]
Trials = Annotated[int, typer.Option(min=2, help="number of simulated trials")]

TESTS = {
    "binary": "score test of two proportions; the report prints Fisher's, which has "
    "less power",
    "estimated": "t test, variance estimated",
    "known": "normal test, variance known",
}  # of the differences, by the kind of outcome


@app.command(cls=DesignCommand)
def doses(
    effects: Annotated[
        list[float], typer.Argument(metavar="EFFECTS", help="differences from control")
    ],
    sd: Annotated[float, typer.Option(help="standard deviation in an arm")] = 1.0,
    first: Annotated[
        int | None, typer.Option(help="participants on each dose, stage 1")
    ] = None,
    second: Annotated[
        int | None, typer.Option(help="on each selected dose, stage 2")
    ] = None,
    power: options.Power = 0.9,
    fraction: Annotated[float, typer.Option(help="participants in stage 1")] = 0.5,
    alpha: Annotated[float, typer.Option(help="one-sided familywise error")] = 0.025,
    ratio: Annotated[float, typer.Option(help="ratio, control to a dose")] = 1.0,
    keep: Annotated[int, typer.Option(help="maximum number of doses in stage 2")] = 1,
    futility: Annotated[
        float, typer.Option(help="z that a dose must exceed to continue")
    ] = -inf,
    binding: options.Binding = False,
    test: Annotated[
        Literal["combination", "pooled"], typer.Option(help="test over both stages")
    ] = "combination",
    binary: Annotated[
        bool, typer.Option("--binary", help="EFFECTS are rates, control first")
    ] = False,
    estimated: Annotated[
        bool, typer.Option("--estimated", help="estimate the variance in each stage")
    ] = False,
    trials: Trials = 50_000,
    seed: options.Seed = 1,
    as_json: options.Json = False,
) -> None:
    """Two-stage trial that drops the less effective doses.

    EFFECTS are the assumed differences from the control, one for each dose; above 0
    favors the dose. Without --first, the command searches for the smallest trial with
    the power. The familywise error is controlled in the strong sense, whichever doses
    are dropped (combination test).

    Example: ketamine 0.2 and 0.5 mg/kg against midazolam, the larger dose with the
    difference of the reference trial; power to select the better dose.
      equipoise design doses 5 11.88 --sd 10.51 --power 0.9
      equipoise design doses 5 11.88 --sd 10.51 --first 12 --second 18 --futility 0

    Example: response rates, the control first.
      equipoise design doses 0.2 0.4 0.67 --binary --first 20 --second 20
    """
    from equipoise.design.adaptive.doses import Doses
    from equipoise.design.adaptive.sample_size import sample_size

    if first is None and second is None and keep == 1 and not binary:
        trial = sample_size(
            effects,
            sd,
            power=power,
            share=fraction,
            ratio=ratio,
            alpha=alpha,
            futility=futility,
            test=test,
            binding=binding,
        )
    else:
        trial = Doses(
            doses=len(effects) - binary,
            first=_given(first),
            second=_given(second),
            ratio=ratio,
            alpha=alpha,
            keep=keep,
            futility=futility,
            test=test,
            binding=binding,
        )  # fmt: skip
    kind = "binary" if binary else "estimated" if estimated else "known"
    _doses(trial, effects, sd, kind, trials, seed, as_json)


@app.command(cls=DesignCommand)
def adaptive(
    first: Annotated[float, typer.Argument(help="response rate of the first arm")],
    second: Annotated[float, typer.Argument(help="response rate of the second arm")],
    n: Annotated[int, typer.Option(help="number of participants")],
    rule: Annotated[Rule, typer.Option(help="allocation rule")] = "optimal",
    burn_in: Annotated[int, typer.Option(help="per arm before the rule")] = 5,
    delay: Annotated[int, typer.Option(help="randomizations before a response")] = 0,
    drift: Annotated[float, typer.Option(help="rise of the rates in the trial")] = 0.2,
    cap: Annotated[float, typer.Option(help="maximum allocation probability")] = 0.9,
    gamma: Annotated[float, typer.Option(help="pull of the biased coin")] = 2.0,
    alpha: options.Alpha = 0.05,
    trials: Trials = 10_000,
    seed: options.Seed = 1,
    as_json: options.Json = False,
) -> None:
    """Compare response-adaptive with equal allocation.

    Both have the same number of participants.

    Example: the response rates of the reference trial, 60 participants, each response
    known after three more randomizations, and a time trend of 0.2 over the trial.
      equipoise design adaptive 0.67 0.2 --n 60 --rule optimal --delay 3 --drift 0.2
    """
    from equipoise.design.adaptive.allocation_cost import compare_allocation
    from equipoise.design.adaptive.response_adaptive import AdaptiveTrial

    trial = AdaptiveTrial(
        n=n, rates=(first, second), rule=rule, burn_in=burn_in, delay=delay,
        gamma=gamma, cap=cap,
    )  # fmt: skip
    with terminal.progress(as_json=as_json) as tell:
        comparison = compare_allocation(
            trial, alpha=alpha, drift=drift, trials=trials, seed=seed, tell=tell
        )
    _say_comparison(comparison, as_json=as_json)


def _given(size: int | None) -> int:
    if size is None:
        raise DesignError.single(
            "EQ805",
            "the sample size is searched only for one selected dose and normal outcomes",
            where="design, --first and --second",
            fix="give both --first and --second, or neither with --keep 1",
        )
    return size


def _doses(
    made: Doses,
    effects: list[float],
    sd: float,
    kind: str,
    trials: int,
    seed: int,
    as_json: bool,
) -> None:
    from equipoise.design.adaptive.dose_dropping import binary_trials, normal_trials
    from equipoise.design.adaptive.dose_selection import operating_characteristics
    from equipoise.design.adaptive.familywise_error import familywise

    exact = made.keep == 1 and kind == "known"

    def simulated(assumed: Sequence[float]) -> Simulated:
        if kind == "binary":
            rates = [effects[0], *(effects[0] + e for e in assumed)]
            return binary_trials(made, rates, trials=trials, seed=seed)
        variance: Literal["known", "estimated"] = (
            "estimated" if kind == "estimated" else "known"
        )
        return normal_trials(
            made, assumed, sd, trials=trials, seed=seed, variance=variance
        )

    def error(assumed: Sequence[float]) -> float:
        if exact:
            return operating_characteristics(made, assumed, sd).error
        return simulated(assumed).characteristics.error

    assumed = [e - effects[0] for e in effects[1:]] if kind == "binary" else effects
    with terminal.progress(as_json=as_json) as tell:
        tell(f"simulating {counted(trials, 'trial')}")
        found = simulated(assumed)
        tell("calculating the familywise error, with and without effective doses")
        errors = familywise(assumed, error)
    told = (
        operating_characteristics(made, assumed, sd) if exact else found.characteristics
    )
    whole = _without_dropping(made, effects, sd, told.best) if exact else None
    _say_doses(
        _Answer(made, assumed, told, found, errors, exact, whole, kind), as_json=as_json
    )


def _without_dropping(
    made: Doses, effects: list[float], sd: float, power: float
) -> float | None:
    """Size of a trial without interim analysis with this power for the best dose."""
    from equipoise.design.adaptive.fixed_dunnett import size_of_all_doses

    largest = max(effects)
    if largest <= 0 or effects.count(largest) > 1 or not made.alpha < power < 0.9999:
        return None
    words = {"ratio": made.ratio, "alpha": made.alpha}
    return size_of_all_doses(effects, sd, power=power, **words)[1]


@dataclass(frozen=True, slots=True)
class _Answer:
    """Results for a trial that drops doses."""

    made: Doses
    effects: Sequence[float]
    told: OperatingCharacteristics
    found: Simulated
    errors: Familywise
    exact: bool
    without_dropping: float | None
    kind: str

    @property
    def how(self) -> str:
        return "integration" if self.exact else "simulation"


def _say_doses(answer: _Answer, *, as_json: bool) -> None:
    told = answer.told
    if as_json:
        terminal.say_json(
            {
                "design": _plain(asdict(answer.made)),
                "effects": list(answer.effects),
                "by": answer.how,
                "test": TESTS[answer.kind],
                "behaviour": _plain(asdict(told)),
                "familywise_error": _plain(asdict(answer.errors)),
                "participants_without_dropping": answer.without_dropping,
                "estimates": _plain(asdict(answer.found.estimates)),
                "trials": answer.found.trials,
            }
        )
        return
    rows = [
        {
            "dose": str(dose),
            "effect": f"{effect:g}",
            "continues": percent(going),
            "declared effective": percent(claim),
            "bias if it continues": number(bias, 3),
        }
        for dose, (effect, going, claim, bias) in enumerate(
            zip(answer.effects, told.going, told.claimed, told.bias, strict=True),
            start=1,
        )
    ]
    terminal.say_table(rows, as_json=False)
    typer.echo("")
    terminal.say(_facts(answer), as_json=False)


def _facts(answer: _Answer) -> dict[str, str]:
    made, told, found = answer.made, answer.told, answer.found
    one, two = (f"{n:g} on each dose" for n in (made.first, made.second))
    estimates, whole = found.estimates, answer.without_dropping
    known = number(estimates.spread / found.trials**0.5, 3)
    facts = {
        "stage 1": f"{one}, {made.first * made.ratio:g} on control",
        "stage 2": f"{two} of at most {made.keep}, {made.second * made.ratio:g} on control",
        "participants": f"{made.largest:g} at most, {number(told.size, 1)} on average",
        "without dropping": f"{whole:g} for the same power, best dose" if whole else "",
        "power, best dose": percent(told.best),
        "power, any effective dose": percent(told.power),
        "stops at the interim analysis": percent(told.stopped),
        "familywise error, no dose effective": percent(answer.errors.none_works, 2),
        "familywise error, some effective": percent(answer.errors.some_work, 2),
        "bias, both stages together": _estimate(estimates.bias, estimates.spread),
        "bias, corrected": _estimate(
            estimates.corrected_bias, estimates.corrected_spread
        ),
        "test": TESTS[answer.kind],
        "method": f"{answer.how}; bias by {counted(found.trials, 'trial')}, "
        f"standard error {known}",
    }
    return {name: value for name, value in facts.items() if value}


def _estimate(bias: float, spread: float) -> str:
    if isnan(bias):
        return "not defined"
    return f"{number(bias, 3)} (root mean square error {number(spread, 3)})"


def _say_comparison(found: AllocationComparison, *, as_json: bool) -> None:
    if as_json:
        terminal.say_json(_plain(asdict(found)) | {"test": TESTS["binary"]})
        return
    equal, other = _rows(found, found.equal), _rows(found, found.adaptive)
    rows = [
        {"": name, "equal": value, found.adaptive.rule: other[name]}
        for name, value in equal.items()
    ]
    terminal.say_table(rows, as_json=False)
    typer.echo(f"\n{found.sentence}\nTest: {TESTS['binary']}.")


def _rows(
    found: AllocationComparison, column: RuleCharacteristics
) -> Mapping[str, str]:
    drift = f"type I error, drift {found.drift:g}"
    worse, spread = number(column.worse, 1), number(column.worse_sd, 1)
    return {
        "power": _uncertain(found, column.power),
        "type I error": _uncertain(found, column.error),
        drift: _uncertain(found, column.error_drifting),
        "expected failures": number(column.failures, 1),
        "on the worse arm": f"{worse} (SD {spread})",
        "more than half on the worse arm": percent(column.misled),
        "bias of the difference": number(column.bias, 4),
    }


def _uncertain(found: AllocationComparison, share: float) -> str:
    """A probability with its Monte Carlo error."""
    return f"{percent(share)} ({number(100 * found.error_of(share), 1)})"


def _plain(content: Mapping[str, Any]) -> dict[str, Any]:
    """Values for JSON: a number that is not finite becomes null."""
    return {name: _value(value) for name, value in content.items()}


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        return _plain(value)
    if isinstance(value, tuple):
        return [_value(part) for part in value]
    return None if isinstance(value, float) and not isfinite(value) else value
