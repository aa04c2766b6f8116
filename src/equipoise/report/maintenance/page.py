"""The HTML page of a comparison of maintenance schedules, in one file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from equipoise.report.blocks import Document
from equipoise.report.figures.maintenance import maintenance
from equipoise.report.formats.html_page import templates
from equipoise.report.maintenance.tables import Rows, differences, frame, outcomes
from equipoise.simulate.maintenance.assumptions import Assumptions
from equipoise.simulate.maintenance.compare import Comparison

NOTE = (
    "In brackets: Monte Carlo standard error for this number of simulated participants; "
    "it does not cover uncertainty about the scenario. Days in response: without rating "
    "error; as rated: each assessment counts for the days since the one before. First "
    "loss: median day of the first loss by assessments, with a 95% interval. Per 10 "
    "days: infusions per ten additional days in response compared with no infusions. "
    "Dissociation: points above rest at the peak, summed over the maintenance infusions. "
    "Ratings: those that the schedule itself requires."
)


BANNER = (
    "Simulated participants under assumptions: the duration of the benefit is not known. "
    "This compares schedules under a specified scenario; it is not evidence about any of "
    "them."
)
VERSUS = "Days in response more than another schedule"
VERSUS_NOTE = "Within the same simulated participants; in brackets: Monte Carlo error."


@dataclass(frozen=True, slots=True)
class Part:
    """A table of the page, with its title and note."""

    title: str
    rows: Rows
    note: str = ""


def files(
    trial: str,
    comparison: Comparison,
    assumed: Assumptions,
    more: Sequence[Part] = (),
    facts: Sequence[tuple[str, str]] = (),
) -> dict[str, bytes]:
    """The files: page, figure and table.

    Args:
        trial: its label.
        comparison: of the schedules.
        assumed: the assumptions of the comparison.
        more: further tables, such as sensitivities and trials.
        facts: provenance, as term and text.

    Returns:
        File name -> content.
    """
    drawing = maintenance(comparison)
    document = Document(
        title="Maintenance of response: schedules of further infusions",
        subtitle=trial,
        about=_about(comparison),
        banners=(BANNER,),
        watermark="",
        sections=(),
        facts=tuple(facts),
    )
    html = (
        templates()
        .get_template("maintenance.html")
        .render(
            document=document,
            figure=drawing,
            parts=[
                Part("Schedules, over the same responders", outcomes(comparison), NOTE),
                Part(VERSUS, differences(comparison), VERSUS_NOTE),
                *more,
            ],
            labels=[(k.schedule.spelling, k.schedule.label) for k in comparison.kept],
            assumptions=assumptions(assumed),
        )
    )  # fmt: skip
    table = frame(comparison).to_csv(index=False, lineterminator="\n")
    return {
        "maintenance.html": html.encode(),
        "maintenance.svg": drawing.svg,
        "maintenance.csv": table.encode(),
    }


def assumptions(assumed: Assumptions) -> list[tuple[str, str]]:
    """The assumptions of a comparison, as term and text."""
    acute = assumed.dissociation
    never = acute.recovery == float("inf")
    return [
        ("induction", f"infusions on days {', '.join(map(str, assumed.induction))}"),
        ("maintenance starts", f"day {assumed.start}, for responders as rated on that day"),
        ("benefit", f"+{100 * assumed.build_up:g}% of the missing benefit per infusion"),
        ("half-life of the benefit", f"{assumed.half_life:g} days"),
        ("drug", f"{assumed.drug:g} points at full benefit, log SD of sensitivity "
         f"{assumed.sensitivity:g}"),
        ("being treated", f"{assumed.placebo:g} points, {assumed.expectancy:g} more with "
         f"belief; come with a time constant of {assumed.placebo_days:g} days and stay"),
        ("scores", f"baseline {assumed.baseline:g} (SD {assumed.baseline_sd:g}), SD "
         f"{assumed.after_sd:g} afterwards"),
        ("correlation over time", f"{assumed.stable:g} + "
         f"{assumed.retest - assumed.stable:g} · exp(−days / {assumed.days:g})"),
        ("dissociation", f"rest {acute.rest:g}, first peak {acute.peak:g}, factor "
         f"{acute.attenuation:g} from each infusion to the next"),
        ("attenuation is lost", "never" if never else f"half in {acute.recovery:g} days"),
    ]  # fmt: skip


def _about(comparison: Comparison) -> str:
    in_a_row = "s in a row" if comparison.confirmed > 1 else ""
    return (
        f"{comparison.responders} responders of {comparison.treated} simulated "
        f"participants with induction, followed for {comparison.horizon} days under each "
        "schedule; "
        f"assessed every {comparison.assessed} days, a loss is {comparison.confirmed} "
        f"assessment{in_a_row} out of response."
    )
