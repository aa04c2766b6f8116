"""``equipoise design noninferiority`` and ``equivalence``: the plans with a margin.

Each command is the one of its outcome with ``--hypothesis``, so that both are one plan.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from textwrap import fill
from typing import Any

import typer

from equipoise.cli import design_events, design_means, design_proportions, terminal
from equipoise.cli.design_command import DesignCommand
from equipoise.cli.options import HypothesisName

EXAMPLES = {
    ("means", "noninferiority"): "--difference 0 --sd 10 --margin 3 --dropout 0.1",
    ("means", "equivalence"): "--difference 0 --sd 8 --margin 5 --alpha 0.05",
    ("proportions", "noninferiority"): "0.85 0.85 --margin 0.1",
    ("proportions", "equivalence"): "0.5 0.5 --margin 0.2 --alpha 0.05",
    ("events", "noninferiority"): "--hazard-ratio 1 --margin 1.5 --median 28 "
    "--accrual 365 --follow-up 182",
    ("events", "equivalence"): "--hazard-ratio 1 --margin 1.5 --median 28 "
    "--accrual 365 --follow-up 182",
}
MARGINS = {
    "means": "--margin is a difference of means; a positive difference favors the first "
    "arm.",
    "proportions": "--margin is a difference of proportions of a good outcome, such as "
    "0.1.",
    "events": "--margin is the hazard ratio of the first arm to the second that is not "
    "accepted, such as 1.3.",
}
SHOWN = {
    "noninferiority": "The trial shows that the first arm is not worse by the margin.",
    "equivalence": "The trial shows that the difference lies within the margins (two "
    "one-sided tests).",
}
COMMANDS: dict[str, tuple[Callable[..., None], tuple[str, ...]]] = {
    "means": (design_means.means, ("sides",)),
    "proportions": (design_proportions.proportions, ("sides", "test")),
    "events": (
        design_events.events,
        ("sides", "variance", "looks", "planned", "spending", "parameter", "futility",
         "futility_parameter", "binding"),
    ),
}  # fmt: skip


def with_hypothesis(
    command: Callable[..., None], hypothesis: HypothesisName, without: tuple[str, ...]
) -> Callable[..., None]:
    """A command for one hypothesis, with the options that have an effect for it.

    Args:
        command: of the outcome, with a parameter ``hypothesis``.
        hypothesis: of the new command.
        without: parameters that the hypothesis leaves without effect.
    """
    signature = inspect.signature(command, eval_str=True)
    left = [
        p
        for p in signature.parameters.values()
        if p.name not in ("hypothesis", *without)
    ]
    name = command.__name__
    sentence = "Non-inferiority" if hypothesis == "noninferiority" else "Equivalence"

    def run(**values: Any) -> None:
        command(**values, hypothesis=hypothesis)

    run.__name__ = name
    text = (
        f"{SHOWN[hypothesis]} {MARGINS[name]} --alpha is the error of one side, 0.025 "
        f"unless given. The plan is that of `equipoise design {name} --hypothesis "
        f"{hypothesis}`; its help explains the other options."
    )
    example = f"  equipoise design {hypothesis} {name} {EXAMPLES[name, hypothesis]}"
    example = example.replace(" --accrual", " \\\n    --accrual")
    run.__doc__ = (
        f"{sentence} of {'hazards (log-rank)' if name == 'events' else name}.\n\n"
        f"{fill(text, 86)}\n\nExample:\n{example}\n"
    )
    run.__module__ = command.__module__
    run.__annotations__ = {p.name: p.annotation for p in left}
    run.__signature__ = signature.replace(parameters=left)  # type: ignore[attr-defined]
    return run


def group(hypothesis: HypothesisName) -> typer.Typer:
    """The commands of one hypothesis, by outcome."""
    made = typer.Typer(
        cls=terminal.Group, no_args_is_help=True, rich_markup_mode=None,
        help=f"Plan a trial for {hypothesis}: means, proportions or events.",
    )  # fmt: skip
    for command, without in COMMANDS.values():
        more = ("lower", "upper") if hypothesis == "noninferiority" else ()
        made.command(cls=DesignCommand)(
            with_hypothesis(command, hypothesis, (*without, *more))
        )
    return made
