"""``equipoise confirm-reset``: the second person where the trial has nobody else."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.serve import Database, needs_conduct

CONFIRM = """\
Confirm a new link for an account, where nobody of the trial can.

An administrator alone cannot give somebody a new link: a second person confirms it in the
application. With one administrator and nobody else left, whoever runs the server does it
here, and hands the code that is shown to the person concerned. It stands in the audit.

\b
Example:
  equipoise confirm-reset trial-feder2021 ines --by "Otto Operator" \\
    --reason "she asked me herself, in my office"
"""


def confirm_reset(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="of the trial")],
    username: Annotated[str, typer.Argument(metavar="USER", help="whose account")],
    by: Annotated[str, typer.Option(help="who confirms")],
    reason: Annotated[str, typer.Option(help="how you know that the person asked")],
    database: Database = "",
) -> None:
    """Confirms a reset at the terminal."""
    needs_conduct()
    from equipoise.conduct.folder import enter, reopen

    enter(reopen(folder, database=database))
    from equipoise.conduct.resetting.confirming import confirm_at_terminal

    now = datetime.now(UTC)  # noqa: TID251  the rim asks the clock
    reset, code = confirm_at_terminal(username, by=by, reason=reason, at=now)
    typer.echo(f"code for {username}: {code}")
    typer.echo(f"{reset.requested_by} has the link; the person needs both.")
