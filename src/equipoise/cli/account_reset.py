"""``confirm-reset`` and ``recover``: the second person where the trial has nobody else."""

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

RECOVER = """\
Open the way again where nobody is left as the second person: an act of the sponsor.

Some acts take two people of the trial: a new role near the arms, an unlocked participant,
the unblinding. If an administrator or everybody who could confirm is gone, two named
people of the sponsor bring one person in. The command is called twice. The first call
announces it: it stands in the audit, on the page *Sealed list* and on everybody's page of
today, and leaves by mail where mail is configured. The second call, 24 hours later or
more, makes the account and shows a link and a code: each of the two people hands one of
them over, and the new person needs both. It is refused while an administrator and a
second person are left; --without names those who have left or cannot be reached.

\b
Example:
  equipoise recover trial-feder2021 --user olga --name "Olga Orlova" \\
    --by "Peter Paulsen, CEO" --by "Rita Roth, quality" --without ines \\
    --reason "Ines, the only investigator, left on 3 May"
  # a day later
  equipoise recover trial-feder2021 --finish --address https://trial.example.org
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
    from equipoise.conduct.account_reset import confirm_at_terminal

    now = datetime.now(UTC)  # noqa: TID251  the rim asks the clock
    reset, code = confirm_at_terminal(username, by=by, reason=reason, at=now)
    typer.echo(f"code for {username}: {code}")
    typer.echo(f"{reset.requested_by} has the link; the person needs both.")


def recover(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="of the trial")],
    user: Annotated[str, typer.Option(help="user name of who is brought in")] = "",
    name: Annotated[str, typer.Option(help="full name of that person")] = "",
    role: Annotated[
        str, typer.Option(help="administrator or statistician, of all sites")
    ] = "administrator",
    by: Annotated[
        list[str] | None, typer.Option(help="who of the sponsor; twice, in full")
    ] = None,
    reason: Annotated[str, typer.Option(help="what has happened")] = "",
    without: Annotated[
        list[str] | None, typer.Option(help="user name of who cannot be reached")
    ] = None,
    hours: Annotated[float, typer.Option(help="waiting time, 24 or more")] = 24.0,
    finish: Annotated[bool, typer.Option("--finish", help="the second call")] = False,
    address: Annotated[
        str, typer.Option(help="of the application, for the link")
    ] = "http://127.0.0.1:8000",
    database: Database = "",
) -> None:
    """Begins a recovery, or finishes the one that was begun."""
    needs_conduct()
    from equipoise.conduct.folder import enter, reopen

    enter(reopen(folder, database=database))
    from equipoise.conduct.access import recovery

    now = datetime.now(UTC)  # noqa: TID251  the rim asks the clock
    if finish:
        link, code = recovery.finish(at=now)
        one = recovery.recoveries()[-1]
        place = f"{address.rstrip('/')}/join/{link.account}/{link.token}/"
        typer.echo(f"link, for {one.people[0]} to hand over: {place}")
        typer.echo(f"code, for {one.people[1]} to hand over: {code}")
        return
    two = (*(by or ()), "", "")[:2] if len(by or ()) <= 2 else ("", "")
    made = recovery.begin(
        user, name, role, people=two, reason=reason, without=without or (),
        hours=hours, at=now,
    )  # fmt: skip
    typer.echo(f"announced: {made.name} as {made.role}.")
    typer.echo(f"Finish it from {made.due:%Y-%m-%d %H:%M} UTC on: --finish")
