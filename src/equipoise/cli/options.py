"""The arguments and options that commands share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from equipoise.errors import DesignError, Problem


def within(
    low: float, high: float, *, closed: bool = False
) -> Callable[[typer.CallbackParam, Any], Any]:
    """A check of an option: a number between two others, named as it was typed.

    Args:
        low: it is above.
        high: it is below.
        closed: whether it may be ``low`` itself.

    Returns:
        Callback of the option: the value, or DesignError EQ801.
    """

    def check(param: typer.CallbackParam, value: Any) -> Any:
        for number in value if isinstance(value, list | tuple) else [value]:
            if number is None or low < number < high or (closed and number == low):
                continue
            name = param.opts[0]
            start = f"from {low:g}" if closed else f"above {low:g}"
            raise DesignError(
                Problem(
                    code="EQ801",
                    what=f"{name} is {number:g}",
                    where=f"design, {name}",
                    fix=f"give a finite number {start} and below {high:g}",
                )
            )
        return value

    return check


above_0 = within(0, 1e9)
fraction = within(0, 1)

ProtocolName = Annotated[
    str,
    typer.Argument(metavar="PROTOCOL", help="name in the library, or path of a file"),
]
Out = Annotated[Path, typer.Option("--out", help="output folder")]
Json = Annotated[bool, typer.Option("--json", help="print JSON")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="seed of the random numbers")]
Accept = Annotated[
    list[str] | None,
    typer.Option("--accept", help="accept problems of this code, such as EQ312"),
]
Mapping = Annotated[
    Path | None, typer.Option("--mapping", help="mapping.toml of the data file")
]
ScenarioFile = Annotated[
    str | None,
    typer.Option("--scenario", help="what is assumed about the participants"),
]
Number = Annotated[
    int | None,
    typer.Option("--n", min=1, help="number randomized [default: as planned]"),
]
Conduct = Annotated[
    bool,
    typer.Option("--conduct", help="enter every form in the running application"),
]
Allocations = Annotated[
    int, typer.Option("--allocations", min=100, help="for the statistical tests")
]
Day = Annotated[
    datetime, typer.Option("--day0", formats=["%Y-%m-%d"], help="date of day 0")
]
Holidays = Annotated[
    list[datetime] | None,
    typer.Option("--holiday", formats=["%Y-%m-%d"], help="a day without visits"),
]
Responder = Annotated[
    bool | None,
    typer.Option(
        "--responder/--non-responder", help="response status of the participant"
    ),
]
DataFiles = Annotated[
    list[Path],
    typer.Argument(metavar="FILE...", help="data file, several, or a folder of them"),
]
Data = Annotated[Path, typer.Argument(metavar="DATA", help="data file or folder")]
ForProtocol = Annotated[str, typer.Option("--protocol", help="name or path")]
Dictionary = Annotated[
    Path | None, typer.Option("--dictionary", help="REDCap data dictionary (CSV)")
]
NewFile = Annotated[Path | None, typer.Option("--out", help="new file for the mapping")]
Dummy = Annotated[
    bool, typer.Option("--dummy", help="analyze blinded data with shuffled arms")
]
Trials = Annotated[
    int | None,
    typer.Option("--trials", min=1, help="number of trials: power, bias, coverage"),
]
Workers = Annotated[int, typer.Option("--workers", min=1, help="number of processes")]
Precision = Annotated[
    float | None,
    typer.Option("--precision", help="stop at this Monte Carlo error of every power"),
]
Null = Annotated[
    bool, typer.Option("--null", help="no effect in any arm: power is the type I error")
]
Sizes = Annotated[
    list[int] | None,
    typer.Option(
        "--n", "--size", min=1,
        help="number randomized [default: as planned]; several make a grid",
    ),
]  # fmt: skip
Effects = Annotated[
    list[float] | None,
    typer.Option(
        help="factor of the difference from the last arm: 0 is no effect; makes a grid"
    ),
]
DrugEffects = Annotated[
    list[float] | None,
    typer.Option(
        "--drug-effect",
        help="factor of the drug's effect on symptoms alone: with 0 participants still "
        "feel and expect it; makes a grid",
    ),
]
Expectancies = Annotated[
    list[float] | None,
    typer.Option(
        "--expectancy", help="factor of the effect of expectancy; makes a grid"
    ),
]
Unblindings = Annotated[
    list[float] | None,
    typer.Option(
        "--unblinding",
        help="factor of how strongly acute effects reveal the arm: 0 is a perfect "
        "blind; makes a grid",
    ),
]
Dropouts = Annotated[
    list[float] | None,
    typer.Option("--dropout", help="factor of the discontinuations; makes a grid"),
]
Designs = Annotated[
    list[str] | None,
    typer.Option(
        "--design",
        help="fixed, interim (those of the protocol), or interim analyses such as "
        "lan-demets-of:0.5,1; makes a grid [default: as the protocol states]",
    ),
]
PriorEstimate = Annotated[
    float | None,
    typer.Option(
        "--estimate",
        help="published difference of the primary endpoint, treatment minus control: "
        "averages the power of the effects (assurance)",
    ),
]
PriorError = Annotated[
    float | None,
    typer.Option("--se", help="standard error of --estimate", callback=above_0),
]
Sceptical = Annotated[
    float | None,
    typer.Option(
        help="with --estimate: weight of a prior around 0",
        callback=within(0, 1, closed=True),
    ),
]
ScepticalSd = Annotated[
    float | None,
    typer.Option(
        help="with --sceptical: SD of the prior around 0 [default: --se]",
        callback=above_0,
    ),
]
Binding = Annotated[bool, typer.Option("--binding", help="binding futility rule")]
Power = Annotated[
    float, typer.Option(help="power at the assumed effect", callback=fraction)
]
PowerIfSize = Annotated[
    float | None,
    typer.Option(
        "--power", help="power at the assumed effect [default: 0.8]", callback=fraction
    ),
]
Alpha = Annotated[
    float, typer.Option(help="two-sided type I error", callback=within(0, 0.5))
]
OneError = Annotated[
    float | None,
    typer.Option(
        "--alpha",
        help="type I error [default: 0.05 two-sided, 0.025 one-sided]",
        callback=within(0, 0.5),
    ),
]
Sides = Annotated[
    int | None, typer.Option("--sides", min=1, max=2, help="sides of the test")
]
Ratio = Annotated[
    float,
    typer.Option(help="allocation ratio, first arm to second", callback=above_0),
]
Dropout = Annotated[
    float,
    typer.Option(
        help="proportion without an outcome", callback=within(0, 1, closed=True)
    ),
]
Sd = Annotated[
    float, typer.Option(help="standard deviation within an arm", callback=above_0)
]
HypothesisName = Literal["superiority", "noninferiority", "equivalence"]
Hypothesis = Annotated[
    HypothesisName,
    typer.Option("--hypothesis", help="what the trial is to show"),
]
Margin = Annotated[
    float | None,
    typer.Option(help="largest difference that is accepted", callback=above_0),
]
Cluster = Annotated[
    str | None,
    typer.Option("--cluster", help="address of the Dask scheduler of a cluster"),
]
