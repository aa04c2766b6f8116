"""``equipoise audit``: is everything what was written down; anchors; a loss reconciled."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli import options, terminal
from equipoise.errors import ConductError, Problem

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Folder = Annotated[
    Path, typer.Argument(metavar="FOLDER", help="folder of the trial, of `serve`")
]
Database = Annotated[
    str, typer.Option("--database", help="postgresql://… if it is not the one known")
]
Anchors = Annotated[
    Path | None, typer.Option("--anchors", help="folder of a copy of the anchors")
]
VERIFY = """Works every chain out again and compares it with the anchors and the vault.

Finds an edited value, an edited or removed entry, a removed end of a chain, a chain that
was rebuilt, a changed list, and a vault older than its anchor. Compare with a copy of the
anchors from another machine: whoever can change the databases may change the anchors
beside them.

    $ equipoise audit verify trial-feder2021 --anchors /media/copy/anchors
"""
ANCHOR = """Writes down outside the databases what the chains are now.

    $ equipoise audit anchor trial-feder2021
"""
RECONCILE = """Shows what a restored older copy lacks; with --reason, lets the trial go on.

Kits that the audit or your paper knows are given back; identifiers that were used are
never used again. The loss stays on record.

    $ equipoise audit reconcile trial-feder2021
    $ equipoise audit reconcile trial-feder2021 --by anna --reason "disk lost"
"""


@app.callback()
def audit() -> None:
    """Is everything what was written down."""


@app.command(cls=terminal.Command, help=VERIFY)
def verify(
    folder: Folder,
    database: Database = "",
    anchors: Anchors = None,
    as_json: options.Json = False,
) -> None:
    """Verifies entries, chains, vault and anchors."""
    key, beside = _enter(folder, database)
    from equipoise.conduct.inspection.verifying import inspect  # needs Django set up

    with terminal.progress(as_json=as_json) as tell:
        found = inspect(key, anchors or beside, tell)
    if found.findings:
        raise ConductError(*map(_problem, found.findings))
    said = {name: value for name, value in asdict(found).items() if name != "findings"}
    terminal.say({"verified": "nothing is wrong", **said}, as_json=as_json)


@app.command(cls=terminal.Command, help=ANCHOR)
def anchor(folder: Folder, database: Database = "", anchors: Anchors = None) -> None:
    """Writes an anchor."""
    _, beside = _enter(folder, database)
    from equipoise.conduct.allocation import services  # needs Django set up
    from equipoise.conduct.audit.anchor import anchor as write

    head = services.head()
    made = write(anchors or beside, vault=(head.count, head.hash), at=_now())
    typer.echo(f"anchored {len(made.heads)} chains and {head.count} allocations")


@app.command(cls=terminal.Command, help=RECONCILE)
def reconcile(
    folder: Folder,
    reason: Annotated[str, typer.Option(help="what was lost, and why")] = "",
    by: Annotated[str, typer.Option(help="who accepts the loss")] = "",
    kit: Annotated[
        list[str] | None, typer.Option(help="PARTICIPANT=KIT, from paper")
    ] = None,
    database: Database = "",
    anchors: Anchors = None,
    as_json: options.Json = False,
) -> None:
    """Shows a loss, and accepts it with a reason."""
    key, beside = _enter(folder, database)
    from equipoise.conduct.enrolment import reconciling, standing  # needs Django set up

    found = standing.missing(anchors or beside)
    if reason and by:
        given = dict(pair.split("=", 1) for pair in kit or ())
        found = reconciling.reconcile(
            key=key, anchors=anchors or beside, reason=reason, actor=by, at=_now(),
            given=given,
        )  # fmt: skip
    said = {"missing": found.words() or "nothing", "reconciled": bool(reason and by)}
    terminal.say(said, as_json=as_json)


def _enter(folder: Path, database: str) -> tuple[Path, Path]:
    """Loads the trial; where its key and its anchors are."""
    from equipoise.conduct.folder import enter, reopen

    enter(reopen(folder, database=database))
    from django.conf import settings  # not before the set-up

    return settings.VAULT_KEY, settings.ANCHORS


def _problem(finding: str) -> Problem:
    return Problem(
        code="EQ941",
        what=finding,
        where="the audit",
        mend="keep both databases and the anchors as they are, and tell who is "
        "responsible for the trial",
    )


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  the rim asks the clock
