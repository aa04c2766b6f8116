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
File = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="commitment.json, or any unblinded export"),
]
VERIFY = """Works every chain out again and compares it with the anchors and the vault.

Finds an edited value, an edited or removed entry, a removed end of a chain, a chain that
was rebuilt, a changed list, and a vault older than its anchor. Compare with a copy of the
anchors from another machine: whoever can change the databases may change the anchors
beside them.

An outside auditor needs no key of the vault: without it (or with --without-key) all is
checked that needs none, and the report says in words what was not checked.

    $ equipoise audit verify trial-feder2021 --anchors /media/copy/anchors
    $ equipoise audit verify copy-for-the-auditor --without-key
"""
COMMITMENT = """Checks a disclosed list against the hash that was published at its sealing.

Needs the file alone: no trial, no database and no key. With --published it compares with
the hash that you wrote down before the first participant; with --protocol it draws the
whole list again from its seed.

    $ equipoise audit commitment commitment.json --published 5f3c... --protocol feder2021
    $ equipoise audit commitment feder2021-unblinded.xlsx
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
    without_key: Annotated[
        bool, typer.Option("--without-key", help="as an auditor who has no key")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Verifies entries, chains, vault and anchors."""
    path, beside = _enter(folder, database, reading=True)
    key = None if without_key or not path.exists() else path
    from equipoise.conduct.inspection.verification import inspect  # needs Django set up

    with terminal.progress(as_json=as_json) as tell:
        found = inspect(key, anchors or beside, tell)
    if found.findings:
        raise ConductError(*map(_problem, found.findings))
    said = {name: value for name, value in asdict(found).items() if name != "findings"}
    well = "nothing is wrong" if key else "nothing is wrong in what needs no key"
    terminal.say({"verified": well, **said}, as_json=as_json)


@app.command(cls=terminal.Command, help=COMMITMENT)
def commitment(
    file: File,
    published: Annotated[
        str, typer.Option(help="the hash as it was published, 64 hexadecimal digits")
    ] = "",
    protocol: Annotated[
        str, typer.Option(help="draws the list again; name in the library, or a path")
    ] = "",
    as_json: options.Json = False,
) -> None:
    """Recomputes the commitment of a disclosed list."""
    from equipoise.exchange import disclosed_list
    from equipoise.exchange.protocols import load_protocol

    told = disclosed_list.load(file)
    drawn = load_protocol(protocol) if protocol else None
    wrong = list(disclosed_list.wrong_with(told, published, drawn))
    if wrong:
        raise ConductError(*(_broken(what, file) for what in wrong))
    said = {
        "commitment": disclosed_list.committed(told.lines, told.seed, told.salt),
        "places": len(told.lines),
        "allocations": len(told.allocations),
        "published": "is the same"
        if published
        else "compare it with the one that you wrote down before the first participant",
        "drawn again": "gives the same list"
        if protocol
        else "not done: give --protocol to draw the list from its seed",
    }
    terminal.say(said, as_json=as_json)


@app.command(cls=terminal.Command, help=ANCHOR)
def anchor(folder: Folder, database: Database = "", anchors: Anchors = None) -> None:
    """Writes an anchor."""
    _, beside = _enter(folder, database)
    from equipoise.conduct.enrolment.database_currency import (
        anchor_all,  # Django is set up
    )

    made = anchor_all(anchors or beside, at=_now())
    typer.echo(f"anchored {len(made.heads)} chains and {made.vault[0]} allocations")


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
    from equipoise.conduct.enrolment import (  # needs Django set up
        database_currency,
        reconciliation,
    )

    found = database_currency.missing(anchors or beside)
    if reason and by:
        given = dict(pair.split("=", 1) for pair in kit or ())
        found = reconciliation.reconcile(
            key=key, anchors=anchors or beside, reason=reason, actor=by, at=_now(),
            given=given,
        )  # fmt: skip
    said = {"missing": found.words() or "nothing", "reconciled": bool(reason and by)}
    terminal.say(said, as_json=as_json)


def _enter(folder: Path, database: str, *, reading: bool = False) -> tuple[Path, Path]:
    """Loads the trial; where its key and its anchors are."""
    from equipoise.conduct.folder import enter, reopen

    enter(reopen(folder, database=database, reading=reading))
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


def _broken(what: str, file: Path) -> Problem:
    return Problem(
        code="EQ946",
        what=what,
        where=str(file),
        mend="keep the file as it is, and ask who is responsible for the trial for "
        "another copy; if that one is the same, the list was not the one committed to",
    )


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  the rim asks the clock
