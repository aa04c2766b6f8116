"""Blinded export, by role and site: recorded in the audit trail before the download."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import IO
from zipfile import ZipFile

from django.db.models import Sum

from equipoise.conduct.access.actor import Actor, refused
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import STUDY, Head
from equipoise.conduct.audit.record import append
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.export.form_tables import CODEBOOK, codebook
from equipoise.conduct.export.history import histories
from equipoise.conduct.export.rows import alert_rows, export_tables, rows_of
from equipoise.conduct.export.snapshot import Sight, Snapshot, sight_of, take
from equipoise.conduct.export.writers import (
    FORMATS,
    Cells,
    Format,
    temporary,
)
from equipoise.conduct.safety.alerts import alarms
from equipoise.conduct.study.models import Site
from equipoise.conduct.study.protocols import in_force, version
from equipoise.dataset.tables import OPTIONAL, Table
from equipoise.errors import ConductError

Tell = Callable[[int], None]


def silent(done: int) -> None:
    """Reports no progress of an export."""


@dataclass(frozen=True, slots=True)
class Export:
    """An exported file."""

    name: str  # of the file; states the snapshot and nothing else
    file: IO[bytes]  # open at its start; it is deleted when it is closed
    snapshot: Snapshot

    def content(self) -> bytes:
        """The complete file, which is closed by this."""
        with self.file:
            return self.file.read()


@dataclass(frozen=True, slots=True)
class Prepared:
    """An export that is recorded, and not written yet."""

    people: int  # number of participants that it reads
    # Reads and writes them, and reports the number after each one. Into a file that is
    # open for reading and writing, or into a temporary one.
    make: Callable[[Tell, IO[bytes] | None], Export]


def export(actor: Actor, form: Format, *, at: datetime) -> Export:
    """The data that a user may export (EQ911), as a file: blinded for every user.

    The same snapshot gives the same bytes.
    """
    return prepare(actor, form, at=at).make(silent, None)


def prepare(actor: Actor, form: Format, *, at: datetime) -> Prepared:
    """Takes the snapshot and records the export; see ``export``."""
    snapshot = begin(actor, form, at=at)
    tables = export_tables(version(snapshot.protocol)) | OPTIONAL

    def make(tell: Tell, into: IO[bytes] | None) -> Export:
        found = rows(snapshot, actor, tell)
        return write(snapshot, form, tables, found, sight_of(actor), into=into)

    return Prepared(len(snapshot.heads), make)


def begin(actor: Actor, form: str, *, at: datetime) -> Snapshot:
    """Takes the snapshot, and records who exports it."""
    require_right(actor)
    snapshot = take(actor)
    fact = Fact("export", item=form, value=snapshot.hash)
    append(STUDY, [fact], actor=actor.name, protocol=snapshot.protocol, at=at)
    return snapshot


def require_right(actor: Actor) -> None:
    """Requires the right to export at any site (EQ911)."""
    if not actor.may_anywhere("export"):
        raise refused("you may not export here", "your roles")


def stated(form: Mapping[str, str]) -> Format:
    """The requested format, CSV by default; EQ965 for any other."""
    for name in FORMATS:
        if form.get("format", "csv") == name:
            return name
    raise ConductError.single(
        "EQ965",
        "there is no such export format",
        where="format",
        fix=f"choose one of {', '.join(FORMATS)}",
    )


def rows(
    snapshot: Snapshot, actor: Actor, tell: Tell = silent
) -> Iterator[tuple[str, Cells]]:
    """Every row of a snapshot that a user may export, participant by participant.

    ``tell`` is called after each participant with the number that is done.
    """
    protocol, sight = version(snapshot.protocol), sight_of(actor)
    tables, known = export_tables(protocol), alarms(snapshot.heads, snapshot.heads)
    for done, person in enumerate(histories(snapshot), start=1):
        yield from rows_of(protocol, tables, person, sight)
        own = known.get(person.identifier, [])
        yield from (("alerts", row) for row in alert_rows(person, own, sight))
        tell(done)


def entries_for(actor: Actor) -> int:
    """Number of entries that an export of a user would read now."""
    codes = [c for c in Site.objects.values_list("code", flat=True)
             if actor.may("export", c)]  # fmt: skip
    people = Participant.objects.filter(site__code__in=codes).values("identifier")
    found = Head.objects.filter(chain__in=people).aggregate(all=Sum("seq"))
    return found["all"] or 0


def write(
    snapshot: Snapshot,
    form: Format,
    tables: Mapping[str, Table],
    found: Iterator[tuple[str, Cells]],
    sight: Sight,
    beside: Mapping[str, str] | None = None,
    into: IO[bytes] | None = None,
) -> Export:
    """Writes rows into a file, in bounded memory; an incomplete file is removed.

    ``beside`` are name -> text of further files of the archive, in a workbook as sheets;
    ``sight`` is that of the user: the file states whether something was concealed;
    ``into`` is a temporary file if absent.
    """
    listed = {**tables, CODEBOOK.name: CODEBOOK}
    entry = FORMATS[form]
    sink, file = entry.sink(listed), into or temporary()
    trial, texts = in_force().trial.id, dict(beside or {})
    if entry.described:
        about = {
            "schema": 1,
            "trial": trial,
            "protocol": snapshot.protocol,
            "snapshot": snapshot.hash,
            "concealed": not sight.is_whole,
        }
        texts = {"snapshot.json": json.dumps(about, indent=2) + "\n"} | texts
    texts |= entry.texts
    try:
        for row in codebook(listed):
            sink.add(CODEBOOK.name, row)
        for table, row in found:
            sink.add(table, row)
        with ZipFile(file, "w") as archive:
            sink.finish(archive, texts)
        file.seek(0)
    except BaseException:  # a full disk, or a user who does not wait
        sink.drop()
        with suppress(OSError):  # its buffer has no room either
            file.close()
        raise
    return Export(f"{trial}-{snapshot.hash[:12]}.{entry.suffix}", file, snapshot)
