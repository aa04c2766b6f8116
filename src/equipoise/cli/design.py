"""``equipoise design``: sample sizes and interim analyses, from assumptions."""

from __future__ import annotations

import typer

from equipoise.cli import (
    design_adaptive,
    design_assurance,
    design_clusters,
    design_counts,
    design_doses,
    design_events,
    design_factorial,
    design_maintenance,
    design_margins,
    design_means,
    design_one_proportion,
    design_plans,
    design_proportions,
    design_sequential,
    design_trend,
    terminal,
)
from equipoise.cli.design_command import DesignCommand

app = typer.Typer(
    cls=terminal.Group,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Calculate sample sizes and interim analyses.",
)
for command in (
    design_means.means,
    design_proportions.proportions,
    design_one_proportion.one_proportion,
    design_trend.trend,
    design_events.events,
    design_counts.counts,
    design_plans.mmrm,
    design_clusters.clusters,
    design_factorial.factorial,
    design_assurance.assurance,
    design_sequential.group_sequential,
    design_maintenance.maintenance,
    design_doses.doses,
    design_adaptive.adaptive,
):
    app.command(cls=DesignCommand)(command)
app.add_typer(design_margins.group("noninferiority"), name="noninferiority")
app.add_typer(design_margins.group("equivalence"), name="equivalence")
