"""``equipoise design factorial``: two treatments crossed, such as a drug by a therapy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from equipoise.cli import options, terminal
from equipoise.cli.design_target import Sided, level, sided
from equipoise.cli.planning_options import NOTHING, Filing, filed
from equipoise.errors import DesignError

if TYPE_CHECKING:  # kept out of `equipoise --help`: scipy takes a second
    from equipoise.design.fixed.factorial_tests import Effect
    from equipoise.design.planning.factorial import FactorialTrial
    from equipoise.design.planning.plan import Plan

Success = Literal["each", "all", "any"]
Adjustment = Literal["none", "bonferroni", "holm"]


@filed
def factorial(
    sd: options.Sd,
    first: Annotated[
        float | None,
        typer.Option(help="main effect of the first treatment, points"),
    ] = None,
    second: Annotated[
        float | None,
        typer.Option(help="main effect of the second treatment, points"),
    ] = None,
    interaction: Annotated[
        float | None,
        typer.Option(
            help="effect of the first treatment with the second less that without it"
        ),
    ] = None,
    primary: Annotated[
        list[str] | None,
        typer.Option(
            "--primary",
            help="first, second or interaction; repeatable [default: first and second]",
        ),
    ] = None,
    success: Annotated[
        Success,
        typer.Option(
            help="power of each primary test, that all reject, or that any rejects"
        ),
    ] = "each",
    multiplicity: Annotated[
        Adjustment, typer.Option(help="adjustment of the primary tests")
    ] = "none",
    second_ratio: Annotated[
        float,
        typer.Option(
            help="participants with the second treatment for each without it",
            callback=options.above_0,
        ),
    ] = 1.0,
    power: options.PowerIfSize = None,
    alpha: options.OneError = None,
    sides: options.Sides = None,
    ratio: options.Ratio = 1.0,
    dropout: options.Dropout = 0.0,
    filing: Filing = NOTHING,
) -> None:
    r"""Sample size, power or detectable effect of a 2 x 2 factorial trial.

    Participants receive neither treatment, the first, the second, or both. A main effect
    is the difference of the margins: all with the treatment less all without it. With
    equal cells an interaction as large as a main effect needs four times as many
    participants; without --interaction it is assumed to be 0, and the plan states the
    interaction that the trial detects.

    What is omitted is calculated: the size without --n; the power with --n and all
    primary effects; with --n alone, the smallest value of the primary effects that were
    omitted, the same for all of them.

    --alpha is the error of each test before --multiplicity. --ratio is the number of
    participants with the first treatment for each without it. If all have to reject, no
    adjustment is needed.

    Example: ketamine and exposure therapy, 6 and 5 points, SD 11, both to be shown.
      equipoise design factorial --first 6 --second 5 --sd 11 --success all --power 0.9

    Example: the power for the interaction with 200 participants.
      equipoise design factorial --first 6 --second 5 --interaction 4 --sd 11 \
        --primary interaction --n 200
    """
    from equipoise.design.fixed.factorial_tests import FactorialTests
    from equipoise.design.planning.factorial import (
        FactorialTrial,
        detectable_effect,
        plan_factorial,
    )
    from equipoise.design.planning.question import nothing_left

    chosen = _primary(primary)
    _check_effects(chosen, success, multiplicity)
    values: dict[Effect, float | None] = {
        "first": first, "second": second, "interaction": interaction,
    }  # fmt: skip
    omitted = tuple(k for k in chosen if values[k] is None)
    names = " and ".join(f"--{k}" for k in (omitted or chosen))
    solved = nothing_left(names, filing.n, not omitted, power)
    trial = FactorialTrial(
        tests=FactorialTests(
            primary=chosen, sd=sd, second_ratio=second_ratio, success=success,
            multiplicity=multiplicity,
            target=sided(Sided(alpha, sides, power or 0.8, ratio)),
        ),
        effects={k: v or 0.0 for k, v in values.items()} | dict.fromkeys(omitted, sd),
        dropout=dropout,
    )  # fmt: skip
    if omitted:
        trial = detectable_effect(trial, omitted, filing.n or 0)
    plan = plan_factorial(trial, filing.n, solved, filing.source)
    filing.show(plan, _numbers(trial, plan), _text(trial, plan))


def _primary(given: list[str] | None) -> tuple[Effect, ...]:
    """The primary effects in the order of the table.

    Raises:
        DesignError: EQ801, another word, or one twice.
    """
    from equipoise.design.fixed.factorial_tests import EFFECTS

    if given is None:
        return ("first", "second")
    for k, name in enumerate(given):
        if name not in EFFECTS or name in given[:k]:
            raise DesignError.single(
                "EQ801",
                f"--primary is {' and '.join(given)}",
                where="design, --primary",
                fix="give first, second or interaction, each at most once",
            )
    return tuple(e for e in EFFECTS if e in given)


def _check_effects(
    chosen: tuple[Effect, ...], success: Success, multiplicity: Adjustment
) -> None:
    """Rejects choices of several tests where there is one, or that change nothing.

    Raises:
        DesignError: EQ809.
    """
    if len(chosen) == 1 and (success, multiplicity) != ("each", "none"):
        option = "--success" if success != "each" else "--multiplicity"
        what = f"{option} is given, and there is one primary effect"
        fix = f"omit {option}, or add a --primary"
    elif success == "all" and multiplicity != "none":
        what = "--multiplicity is given, and all tests have to reject"
        fix = "omit --multiplicity: the error is not increased if all have to reject"
    else:
        return
    raise DesignError.single("EQ809", what, where="design, --multiplicity", fix=fix)


def _numbers(trial: FactorialTrial, plan: Plan) -> dict[str, object]:
    from equipoise.design.fixed.factorial_tests import EFFECTS

    tests, target, n = trial.tests, trial.tests.target, plan.participants
    analyzed = n * (1 - trial.dropout)
    numbers: dict[str, object] = {}
    if plan.solved_for == "size":
        numbers["before_rounding"] = trial.total()
    return numbers | {
        "cells": dict(
            zip(("neither", "first", "second", "both"), tests.cells(n), strict=True)
        ),
        "cell_means": dict(
            zip(("first", "second", "both"), trial.cell_means(), strict=True)
        ),
        "effects": dict(trial.effects),
        "standard_errors": {k: tests.standard_error(k, analyzed) for k in EFFECTS},
        "detectable": {k: trial.detectable(k, n) for k in EFFECTS},
        "powers": tests.powers(trial.effects, analyzed),
        "power_all": tests.joint_power(trial.effects, analyzed, "all"),
        "power_any": tests.joint_power(trial.effects, analyzed, "any"),
        "primary": list(tests.primary),
        "success": tests.success,
        "multiplicity": tests.multiplicity,
        "sd": tests.sd,
        "ratio": target.ratio,
        "second_ratio": tests.second_ratio,
        "dropout": trial.dropout,
        "test": trial.question().test,
        "sides": target.sides,
        "alpha": target.alpha,
    }


def _text(trial: FactorialTrial, plan: Plan) -> dict[str, object]:
    from equipoise.design.planning.plan import power_text

    tests, n = trial.tests, plan.participants
    goal = {"each": "each test", "all": "all reject", "any": "any rejects"}
    facts: dict[str, object] = {
        "participants": n,
        "cells": " + ".join(map(str, tests.cells(n)))
        + " (neither, first, second, both)",
        "tests": level(tests.target),
        f"power ({goal[tests.success]})": power_text(plan.power),
    }
    for k, effect in trial.effects.items():
        name = "interaction" if k == "interaction" else f"{k} main effect"
        facts[name] = (
            f"{terminal.number(effect, 4)} "
            f"(detectable {terminal.number(trial.detectable(k, n), 4)})"
        )
    if plan.solved_for == "size":
        facts["before rounding"] = terminal.number(trial.total(), 4)
    return facts
