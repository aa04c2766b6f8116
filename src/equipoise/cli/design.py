"""``equipoise design``: sample sizes and interim analyses, from assumptions."""

from __future__ import annotations

import typer

from equipoise.cli import (
    design_events,
    design_maintenance,
    design_means,
    design_proportions,
    design_sequential,
    terminal,
)

app = typer.Typer(
    cls=terminal.Group,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Calculate sample sizes and interim analyses.",
)
for command in (
    design_means.means,
    design_proportions.proportions,
    design_events.events,
    design_sequential.group_sequential,
    design_maintenance.maintenance,
):
    app.command(cls=terminal.Command)(command)
