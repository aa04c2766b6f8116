"""Options for the boundaries of interim analyses, which several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from equipoise.errors import DesignError

if TYPE_CHECKING:  # kept out of `equipoise --help`: scipy takes a second
    from equipoise.design.sequential.boundaries import Rule

Efficacy = Literal[
    "obrien-fleming",
    "pocock",
    "wang-tsiatis",
    "haybittle-peto",
    "lan-demets-of",
    "lan-demets-pocock",
    "hwang-shih-decani",
    "kim-demets",
]
Futility = Literal[
    "lan-demets-of", "lan-demets-pocock", "hwang-shih-decani", "kim-demets"
]
Spending = Annotated[
    Efficacy, typer.Option("--spending", help="boundary or spending function")
]
Parameter = Annotated[float | None, typer.Option("--parameter", help="of --spending")]
FutilityRule = Annotated[
    Futility | None,
    typer.Option("--futility", help="spending function for futility"),
]
FutilityParameter = Annotated[
    float | None, typer.Option("--futility-parameter", help="of --futility")
]


def rules(
    spending: Efficacy,
    parameter: float | None,
    futility: Futility | None,
    futility_parameter: float | None,
    binding: bool,
) -> tuple[Rule, Rule | None]:
    """The rules for efficacy and futility, from the options of a command.

    Raises:
        DesignError: EQ809, an option of futility without ``--futility``.
    """
    from equipoise.design.sequential.boundaries import Rule

    if futility is None and (futility_parameter is not None or binding):
        name = "--binding" if binding else "--futility-parameter"
        raise DesignError.single(
            "EQ809",
            f"{name} has no effect without --futility",
            where=f"design, {name}",
            fix="give --futility with a spending function, or omit the option",
        )
    lower = Rule(kind=futility, parameter=futility_parameter) if futility else None
    return Rule(kind=spending, parameter=parameter), lower


def rule_numbers(rule: Rule | None) -> dict[str, object] | None:
    """A rule for JSON."""
    return None if rule is None else {"kind": rule.kind, "parameter": rule.parameter}
