"""``equipoise audit``: verify the audit trail, write checkpoints, reconcile a loss."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli import options, terminal
from equipoise.cli.interim_notice import notice_interim
from equipoise.errors import ConductError, Problem

app = typer.Typer(
    cls=terminal.Group,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Verify the audit trail; write checkpoints.",
)

Folder = Annotated[
    Path, typer.Argument(metavar="FOLDER", help="folder of the trial, as in `serve`")
]
Database = Annotated[
    str, typer.Option("--database", help="postgresql://… [default: that of the trial]")
]
Checkpoints = Annotated[
    Path | None, typer.Option(help="folder of a copy of the external checkpoints")
]
File = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="commitment.json, or any unblinded export"),
]


@app.command(cls=terminal.Command)
def verify(
    folder: Folder,
    database: Database = "",
    checkpoints: Checkpoints = None,
    without_key: Annotated[
        bool, typer.Option("--without-key", help="check as an auditor without the key")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Verify the audit trail and the allocation database.

    Every hash chain is recomputed and compared with the external checkpoints. The
    command detects an edited value, an edited or removed entry, a shortened or rebuilt
    chain, a changed allocation list, and an allocation database that is older than its
    checkpoint. Use a copy of the checkpoints from another machine: a user who can
    change the databases may be able to change the checkpoints next to them.

    An external auditor does not need the key of the allocation database. Without it (or
    with --without-key) the command checks everything that needs no key, and lists what
    it did not check.

    Example:
      equipoise audit verify trial-feder2021 --checkpoints /media/copy/anchors
      equipoise audit verify copy-for-the-auditor --without-key
    """
    path, default = _enter(folder, database, reading=True)
    key = None if without_key or not path.exists() else path
    from equipoise.conduct.inspection.verification import inspect  # needs Django set up

    with terminal.progress(as_json=as_json) as tell:
        inspection = inspect(key, checkpoints or default, tell)
    if inspection.findings:
        raise ConductError(*map(_problem, inspection.findings))
    facts = asdict(inspection)
    del facts["findings"]
    verified = "no problems" if key else "no problems in what needs no key"
    terminal.say({"verified": verified, **facts}, as_json=as_json)


@app.command(cls=terminal.Command)
def commitment(
    file: File,
    published: Annotated[str, typer.Option(help="the hash, 64 hex digits")] = "",
    protocol: Annotated[str, typer.Option(help="name or path")] = "",
    as_json: options.Json = False,
) -> None:
    """Check a disclosed allocation list against its commitment.

    The commitment was published when the list was sealed. The command needs only the
    file: no trial, no database and no key. With --published it compares the hash that
    you recorded before the first participant; with --protocol it generates the complete
    list again from its seed.

    Example:
      equipoise audit commitment commitment.json --published 5f3c... --protocol feder2021
      equipoise audit commitment feder2021-unblinded.xlsx
    """
    from equipoise.exchange import disclosed_list
    from equipoise.exchange.protocols import load_protocol

    disclosed = disclosed_list.load(file)
    model = load_protocol(protocol) if protocol else None
    if model is not None:
        notice_interim(model, "the allocation does not depend on them")
    problems = list(disclosed_list.wrong_with(disclosed, published, model))
    if problems:
        raise ConductError(*(_broken(what, file) for what in problems))
    facts = {
        "commitment": disclosed_list.committed(
            disclosed.lines, disclosed.seed, disclosed.salt
        ),
        "places": len(disclosed.lines),
        "allocations": len(disclosed.allocations),
        "published": "matches"
        if published
        else "compare it with the hash that you recorded before the first participant",
        "drawn again": "the generated list is the same"
        if protocol
        else "not done: give --protocol to generate the list from its seed",
    }
    terminal.say(facts, as_json=as_json)


@app.command(cls=terminal.Command)
def checkpoint(
    folder: Folder, database: Database = "", checkpoints: Checkpoints = None
) -> None:
    """Write a checkpoint of all hash chains.

    Checkpoints are stored outside the databases.

    Example:
      equipoise audit checkpoint trial-feder2021
    """
    _, default = _enter(folder, database)
    from equipoise.conduct.enrolment import database_currency  # needs Django set up

    made = database_currency.anchor_all(checkpoints or default, at=_now())
    chains, allocations = len(made.heads), made.vault[0]
    typer.echo(f"Checkpoint of {chains} hash chains and {allocations} allocations")


@app.command(cls=terminal.Command)
def reconcile(
    folder: Folder,
    reason: Annotated[str, typer.Option(help="what was lost, and why")] = "",
    by: Annotated[str, typer.Option(help="your name, to accept the loss")] = "",
    kit: Annotated[
        list[str] | None, typer.Option(help="PARTICIPANT=KIT, from paper; repeatable")
    ] = None,
    database: Database = "",
    checkpoints: Checkpoints = None,
    as_json: options.Json = False,
) -> None:
    """Show or reconcile the records missing from an older copy.

    The records are reconciled if you give --by and --reason. A kit that the audit trail
    or your paper records show is assigned to the same participant again; identifiers
    that were used are never reused. The loss stays on record.

    Example:
      equipoise audit reconcile trial-feder2021
      equipoise audit reconcile trial-feder2021 --by anna --reason "disk lost"
    """
    key, default = _enter(folder, database)
    from equipoise.conduct.enrolment import (  # needs Django set up
        database_currency,
        reconciliation,
    )

    anchors = checkpoints or default
    missing = database_currency.missing(anchors)
    if reason and by:
        given = dict(pair.split("=", 1) for pair in kit or ())
        missing = reconciliation.reconcile(
            key=key, anchors=anchors, reason=reason, actor=by, at=_now(), given=given
        )
    facts = {"missing": missing.words() or "none", "reconciled": bool(reason and by)}
    terminal.say(facts, as_json=as_json)


def _enter(folder: Path, database: str, *, reading: bool = False) -> tuple[Path, Path]:
    """Loads the trial; paths of its key and of its checkpoints."""
    from equipoise.conduct.folder import enter, reopen

    enter(reopen(folder, database=database, reading=reading))
    from django.conf import settings  # not before the set-up

    return settings.VAULT_KEY, settings.ANCHORS


def _problem(finding: str) -> Problem:
    return Problem(
        code="EQ941",
        what=finding,
        where="the audit trail",
        fix="do not change the databases or the checkpoints, and inform the person "
        "responsible for the trial",
    )


def _broken(what: str, file: Path) -> Problem:
    return Problem(
        code="EQ946",
        what=what,
        where=str(file),
        fix="keep this file unchanged, and ask the person responsible for the trial for "
        "another copy; if that copy is identical, the list is not the committed one",
    )


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  the I/O layer reads the clock
