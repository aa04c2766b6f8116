"""``equipoise design maintenance``: schedules after the induction, and trials of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import typer

from equipoise.cli import maintenance_numbers, options, terminal
from equipoise.cli.interim_notice import notice_interim
from equipoise.errors.counted import counted

if TYPE_CHECKING:  # kept out of `equipoise --help`: scipy takes a second
    from equipoise.design.requirements import Target
    from equipoise.report.maintenance.page import Part
    from equipoise.simulate.maintenance.assumptions import Assumptions
    from equipoise.simulate.maintenance.compare import Comparison
    from equipoise.simulate.maintenance.schedules import Schedule

USUAL = ("every:14", "every:28", "booster:7", "taper:7x4,14x4,28")
SECONDS = ("every:14", "every:7")

T = TypeVar("T")
Schedules = Annotated[
    list[str] | None, typer.Option("--schedule", help="schedule; repeatable")
]
Seconds = Annotated[
    list[str] | None,
    typer.Option("--second", help="schedule after loss, in a SMART; give two"),
]


def maintenance(
    protocol: options.ProtocolName,
    schedule: Schedules = None,
    people: Annotated[
        int, typer.Option("--participants", min=1, help="simulated for induction")
    ] = 5000,
    horizon: Annotated[int, typer.Option(help="days of maintenance")] = 182,
    seed: options.Seed = 1,
    out: Annotated[Path | None, typer.Option(help="output folder")] = None,
    scenario: options.ScenarioFile = None,
    arm: Annotated[
        str | None, typer.Option(help="[default: that of the primary endpoint]")
    ] = None,
    definition: Annotated[str, typer.Option(help="response or its loss")] = "relapse",
    assessed: Annotated[
        int, typer.Option("--assessment-interval", help="days between assessments")
    ] = 7,
    confirmed: Annotated[
        int, typer.Option("--confirmations", help="ratings in a row that define a loss")
    ] = 1,
    at_most: Annotated[
        int | None, typer.Option("--max-infusions", help="infusions allowed for safety")
    ] = None,
    recovery: Annotated[
        float | None, typer.Option(help="half-life in days of dissociation tolerance")
    ] = None,
    sensitivity: Annotated[bool, typer.Option(help="vary the assumptions")] = True,
    trial: Annotated[
        Literal["withdrawal", "smart"] | None, typer.Option(help="trial to simulate")
    ] = None,
    second: Seconds = None,
    decision: Annotated[int, typer.Option(help="day of second randomization")] = 56,
    trials: Annotated[int, typer.Option(min=1, help="simulated trials")] = 2000,
    power: options.Power = 0.8,
    alpha: options.Alpha = 0.05,
    dropout: Annotated[float, typer.Option(help="proportion withdrawing")] = 0.1,
    as_json: options.Json = False,
) -> None:
    r"""Compare schedules of infusions after the induction.

    Responders are simulated. With --trial the command also calculates the sample size
    of a trial that compares the schedules.

    A schedule is
      none                     no further infusion; always compared
      every:14                 every 14 days
      taper:7x4,14x4,28        intervals in days; the last one is repeated to the end
      booster:7                when a rating, every 7 days, shows loss of response;
                               also booster:7,most=6,within=2,infusions=1,least=7

    Example: four schedules over half a year for the reference trial, with 5000
    simulated participants, and the randomized withdrawal trials that would test them.
      equipoise design maintenance feder2021 --schedule every:14 --schedule every:28 \
        --schedule booster:7,most=6 --schedule taper:7x4,14x4,28 \
        --participants 5000 --seed 1 --trial withdrawal --out out/maintenance

    Example: a SMART of the first two schedules. Participants out of response on
    day 56 are randomized again, to one of the second.
      equipoise design maintenance feder2021 --schedule none --schedule every:28 \
        --trial smart --second every:14 --second every:7 --decision 56
    """
    from equipoise.design.requirements import Target
    from equipoise.exchange.output_files import write_files
    from equipoise.exchange.protocols import load_protocol
    from equipoise.exchange.scenarios import load_scenario
    from equipoise.report.maintenance import page
    from equipoise.report.maintenance.tables import outcomes
    from equipoise.simulate.maintenance.assumptions import Assumptions
    from equipoise.simulate.maintenance.compare import compare
    from equipoise.simulate.maintenance.schedules import read_schedule

    setup = TrialOptions(
        Target(power=power, alpha=alpha), dropout, trials, people, seed
    )
    plan = load_protocol(protocol)
    notice_interim(plan, "the schedules and their trial are simulated without them")
    stated = load_scenario(scenario or plan.trial.id)
    primary = next(e for e in plan.endpoints if e.level == "primary")
    assumed = Assumptions.of(
        plan,
        stated,
        arm or primary.estimand.treatment.arm,
        definition,
        recovery=float("inf") if recovery is None else _days(recovery),
    )
    schedules_read = [read_schedule(text) for text in schedule or USUAL]
    with terminal.progress(as_json=as_json) as tell:
        found = compare(
            assumed, schedules_read, people=people, horizon=horizon, seed=seed,
            assessed=assessed, confirmed=confirmed, allowed=at_most, progress=tell,
        )  # fmt: skip
        more: list[tuple[Part, maintenance_numbers.Rows]] = []
        if sensitivity:
            more.append(_sensitivity(assumed, found, setup, tell))
        if trial == "withdrawal":
            more.append(_withdrawal(found, setup, tell))
        if trial == "smart":
            texts = tuple(second or SECONDS)
            more.append(
                _smart(
                    assumed,
                    found,
                    schedules_read[:2],
                    texts,
                    decision,
                    at_most,
                    setup,
                    tell,
                )
            )
    first = page.Part("Schedules", outcomes(found), page.NOTE)
    tables = [(first, maintenance_numbers.schedules(found)), *more]
    if out is not None:
        facts = _facts(plan.trial.id, stated.scenario.id, people, seed)
        label = f"{plan.trial.label} ({plan.trial.id})"
        write_files(out, page.files(label, found, assumed, [p for p, _ in more], facts))
    _say(tables, out, as_json=as_json)


@dataclass(frozen=True, slots=True)
class TrialOptions:
    """Requirements of a trial, and how it is simulated."""

    target: Target
    dropout: float
    trials: int
    people: int
    seed: int

    @property
    def label(self) -> str:
        """The requirements as text."""
        return (
            f"power {self.target.power:g}, two-sided type I error {self.target.alpha:g}, "
            f"{100 * self.dropout:g}% withdraw"
        )


def _sized(make: Callable[..., T], *parts: Any, setup: TrialOptions) -> T | None:
    """A trial; None if no sample size is large enough."""
    from equipoise.errors import DesignError

    try:
        return make(
            *parts, setup.target, dropout=setup.dropout, trials=setup.trials,
            seed=setup.seed,
        )  # fmt: skip
    except DesignError as error:
        if error.code != "EQ802":
            raise
        return None


def _days(recovery: float) -> float:
    from equipoise.design.requirements import check_positive

    check_positive(recovery=recovery)
    return recovery


def _sensitivity(
    assumed: Assumptions,
    found: Comparison,
    setup: TrialOptions,
    tell: Callable[[str], None],
) -> tuple[Part, maintenance_numbers.Rows]:
    from equipoise.report.maintenance.page import Part
    from equipoise.report.maintenance.tables import sensitivities
    from equipoise.simulate.maintenance.compare import compare, variants

    changed, *others = variants(assumed).items()
    every = {changed[0]: found}
    for name, other in others:
        tell(name)
        every[name] = compare(
            other, [k.schedule for k in found.kept], people=setup.people, seed=setup.seed,
            horizon=found.horizon, assessed=found.assessed, confirmed=found.confirmed,
        )  # fmt: skip
    part = Part(
        "If an assumption is changed",
        sensitivities(every),
        "Days in response; in parentheses, the difference from schedule none. Each row "
        "has its own responders among the same participants.",
    )
    return part, maintenance_numbers.sensitivities(every)


def _withdrawal(
    found: Comparison, setup: TrialOptions, tell: Callable[[str], None]
) -> tuple[Part, maintenance_numbers.Rows]:
    from equipoise.report.maintenance.page import Part
    from equipoise.report.maintenance.tables import withdrawals
    from equipoise.simulate.maintenance.mean_days import mean_days
    from equipoise.simulate.maintenance.withdrawal import randomized_withdrawal

    made = []
    for kept in found.kept[1:]:
        name = kept.schedule.spelling
        tell(f"randomized withdrawal of {name}")
        trial = _sized(randomized_withdrawal, found, kept, setup=setup)
        made.append((name, trial, _sized(mean_days, found, kept, setup=setup)))
    part = Part(
        "Randomized withdrawal",
        withdrawals(made),
        f"Responders continue with a schedule or receive placebo infusions; log-rank test "
        f"of the first loss, {setup.label}. The sample size is from the expected log-rank "
        "statistic over the assessments, increased if "
        f"{counted(setup.trials, 'simulated trial')} "
        f"had too little power. By mean days: sample size to compare days in response as "
        f"rated (t test).",
    )
    return part, maintenance_numbers.withdrawals(made)


def _smart(
    assumed: Assumptions,
    found: Comparison,
    firsts: list[Schedule],
    seconds: tuple[str, ...],
    decision: int,
    allowed: int | None,
    setup: TrialOptions,
    tell: Callable[[str], None],
) -> tuple[Part, maintenance_numbers.Rows]:
    from equipoise.report.maintenance.page import Part
    from equipoise.report.maintenance.tables import smarts
    from equipoise.simulate.maintenance.schedules import read_schedule
    from equipoise.simulate.maintenance.smart import potential_outcomes, smart

    followed = potential_outcomes(
        assumed, firsts, [read_schedule(s) for s in seconds],
        decision=decision, people=setup.people, horizon=found.horizon, seed=setup.seed,
        assessed=found.assessed, allowed=allowed, progress=tell,
    )  # fmt: skip
    made = []
    for a, b in product(range(2), range(2)):
        one, other = (0, a), (1, b)
        name = f"{followed.named(one)} | {followed.named(other)}"
        tell(name)
        made.append((name, _sized(smart, followed, one, other, setup=setup)))
    part = Part(
        "SMART",
        smarts(followed, made),
        f"Responders are randomized to two schedules; participants rated out of response "
        f"on day {decision} are randomized again. Each row compares two embedded regimes "
        f"by weighted mean days in response as rated; {setup.label}, "
        f"{counted(setup.trials, 'simulated trial')}.",
    )
    return part, maintenance_numbers.smarts(followed, made)


def _facts(trial: str, scenario: str, people: int, seed: int) -> list[tuple[str, str]]:
    from equipoise import __version__

    return [
        ("protocol", trial),
        ("scenario", scenario),
        ("participants in the induction", str(people)),
        ("seed", str(seed)),
        ("software", f"equipoise {__version__}"),
    ]


def _say(
    tables: list[tuple[Part, maintenance_numbers.Rows]],
    out: Path | None,
    *,
    as_json: bool,
) -> None:
    if as_json:
        made: dict[str, object] = {part.title: rows for part, rows in tables}
        if out is not None:
            made["page"] = str(out / "maintenance.html")
        terminal.say_json(made)
        return
    for part, _ in tables:
        typer.echo(f"{part.title}\n")
        terminal.say_table(part.rows, as_json=False)
        typer.echo(f"\n{part.note}\n")
    if out is not None:
        typer.echo(f"The results are in {out / 'maintenance.html'}")
