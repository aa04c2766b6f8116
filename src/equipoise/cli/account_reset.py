"""``confirm-reset`` and ``recover``: approval where no user of the trial can approve."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.serve import Database, needs_conduct


def confirm_reset(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="folder of the trial")
    ],
    username: Annotated[str, typer.Argument(metavar="USER", help="user name")],
    by: Annotated[str, typer.Option(help="your full name")],
    reason: Annotated[str, typer.Option(help="how you verified the user's request")],
    database: Database = "",
) -> None:
    r"""Approve the reset of an account as the operator.

    An administrator cannot reset an account alone: a second approver confirms the new
    link in the application. If no other user can, the operator of the server confirms
    it here, and hands the code that is shown to the user of the account. The audit
    trail records it.

    Example:
      equipoise confirm-reset trial-feder2021 ines --by "Otto Operator" \
        --reason "she asked me herself, in my office"
    """
    needs_conduct()
    from equipoise.conduct.folder import enter, reopen

    enter(reopen(folder, database=database))
    from equipoise.conduct.account_reset import confirm_at_terminal

    now = datetime.now(UTC)  # noqa: TID251  the I/O layer reads the clock
    reset, code = confirm_at_terminal(username, by=by, reason=reason, at=now)
    typer.echo(f"Code for {username}: {code}")
    typer.echo(f"{reset.requested_by} has the link; {username} needs both.")


def recover(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="folder of the trial")
    ],
    user: Annotated[str, typer.Option(help="user name of the new user")] = "",
    name: Annotated[str, typer.Option(help="full name of the new user")] = "",
    role: Annotated[
        str, typer.Option(help="administrator or statistician, of all sites")
    ] = "administrator",
    by: Annotated[
        list[str] | None, typer.Option(help="a representative, by name; give two")
    ] = None,
    reason: Annotated[str, typer.Option(help="reason for the recovery")] = "",
    without: Annotated[
        list[str] | None, typer.Option(help="user who cannot be reached; repeatable")
    ] = None,
    hours: Annotated[float, typer.Option(help="waiting time, 24 or more")] = 24.0,
    finish: Annotated[bool, typer.Option("--finish", help="the second run")] = False,
    address: Annotated[
        str, typer.Option(help="address of the application, for the link")
    ] = "http://127.0.0.1:8000",
    database: Database = "",
) -> None:
    r"""Give a new user access on behalf of the sponsor.

    Some actions need two users of the trial: granting a role with access to arms,
    unlocking a participant, unblinding. If the administrator or all approvers have
    left, two named representatives of the sponsor give one user access. Run the command
    twice. The first run announces the recovery in the audit trail, on the pages
    *Allocation list* and *Today* of every user, and by mail if mail is configured. The
    second run, at least 24 hours later, creates the account and shows a link and a
    code: each representative hands over one of them, and the new user needs both. The
    command does not run while an administrator and a second approver are left;
    --without names users who have left or cannot be reached.

    Example:
      equipoise recover trial-feder2021 --user olga --name "Olga Orlova" \
        --by "Peter Paulsen, CEO" --by "Rita Roth, quality" --without ines \
        --reason "Ines, the only investigator, left on 3 May"
      # a day later
      equipoise recover trial-feder2021 --finish --address https://trial.example.org
    """
    needs_conduct()
    from equipoise.conduct.folder import enter, reopen

    enter(reopen(folder, database=database))
    from equipoise.conduct.access import recovery

    now = datetime.now(UTC)  # noqa: TID251  the I/O layer reads the clock
    if finish:
        link, code = recovery.finish(at=now)
        first, second = recovery.recoveries()[-1].people
        page = f"{address.rstrip('/')}/join/{link.account}/{link.token}/"
        typer.echo(f"Link, for {first} to hand over: {page}")
        typer.echo(f"Code, for {second} to hand over: {code}")
        return
    two = (*(by or ()), "", "")[:2] if len(by or ()) <= 2 else ("", "")
    started = recovery.begin(
        user, name, role, people=two, reason=reason, without=without or (),
        hours=hours, at=now,
    )  # fmt: skip
    typer.echo(f"Announced: {started.name} as {started.role}.")
    typer.echo(f"Run again with --finish after {started.due:%Y-%m-%d %H:%M} UTC.")
