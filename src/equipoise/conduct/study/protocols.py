"""The protocol in force, and its amendments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import lru_cache

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import STUDY, Entry, Head
from equipoise.conduct.audit.record import append, lock
from equipoise.conduct.audit.register import is_registered
from equipoise.conduct.sql_statements import rows
from equipoise.conduct.study.models import ProtocolVersion
from equipoise.errors import ConductError
from equipoise.instruments.load import parse_instrument
from equipoise.instruments.model import Instrument
from equipoise.protocol.amend import (
    Change,
    content_hash,
    differences,
    reused_version,
)
from equipoise.protocol.form_file import parse_form
from equipoise.protocol.forms import FormDefinition
from equipoise.protocol.load import parse_protocol
from equipoise.protocol.model import Protocol

FORM = "form:"  # before the id of a form, among the files that a protocol needs
_kept: ContextVar[list[str] | None] = ContextVar("kept", default=None)


@contextmanager
def one_version() -> Iterator[None]:
    """Uses one protocol version for everything inside, read once.

    What is checked under a version is also recorded under it, even if another process
    accepts an amendment meanwhile.
    """
    token = _kept.set([])
    try:
        yield
    finally:
        _kept.reset(token)


class OneVersion:
    """A request uses one protocol version throughout."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Passes the request on."""
        with one_version():
            return self.get_response(request)


def in_force() -> Protocol:
    """The protocol in force; EQ901 before there is one, EQ958 if it was changed since."""
    return version(hash_in_force())


def hash_in_force() -> str:
    """The content hash of the protocol in force (EQ901, there is no protocol yet)."""
    kept = _kept.get()
    if kept:
        return kept[0]
    newest = rows("SELECT hash FROM study_protocolversion ORDER BY id DESC LIMIT 1")
    if not newest:
        raise ConductError.single(
            "EQ901",
            "no protocol is in force",
            where="the study",
            fix="start the trial with `equipoise serve PROTOCOL`",
        )
    found = str(newest[0][0])
    if kept is not None:
        kept.append(found)
    return found


def record(
    chain: str, *facts: Fact, actor: str, at: datetime, head: Head | None = None
) -> list[Entry]:
    """Adds facts to a chain under the protocol in force (``audit.record.append``)."""
    return append(chain, facts, actor=actor, protocol=hash_in_force(), at=at, head=head)


@lru_cache(maxsize=16)
def version(hash_: str) -> Protocol:
    """The protocol with this content hash; versions never change, so it is cached."""
    stored = ProtocolVersion.objects.get(hash=hash_)
    if not is_registered(stored):
        raise ConductError.single(
            "EQ958",
            "the protocol in the database does not match the one that was accepted",
            where=f"version {stored.label}",
            fix="stop the trial, run `equipoise audit verify`, and restore a backup",
        )

    def find(name: str) -> Instrument:
        return parse_instrument(stored.instruments[name], origin=f"{name}.toml")

    def find_form(name: str) -> FormDefinition:
        return parse_form(stored.instruments[FORM + name], origin=f"{name}.toml")

    return parse_protocol(
        stored.text, origin="protocol.toml", find_instrument=find, find_form=find_form
    )


@transaction.atomic
def accept(
    protocol: Protocol,
    text: str,
    instruments: dict[str, str],
    *,
    actor: str,
    at: datetime,
    reason: str = "",
) -> tuple[Change, ...]:
    """Puts a protocol into force: the first one, or an amendment.

    ``instruments`` are the texts of the files that it uses, by the id of the
    instrument, or by ``form:`` and the id of the form. Returns the differences from the
    previous version.

    Raises:
        ConductError: EQ123, the amendment has the version of an earlier protocol.
    """
    lock(STUDY)  # serializes two amendments
    new = content_hash(protocol)
    known = ProtocolVersion.objects.order_by("-id").first()
    if known is not None and known.hash == new:
        return ()
    label = protocol.trial.version
    if ProtocolVersion.objects.filter(label=label).exists():
        what = (
            f"the amended protocol has version {label}, as a protocol accepted before"
        )
        raise ConductError(reused_version(what))
    (_kept.get() or []).clear()
    changes = () if known is None else differences(version(known.hash), protocol)
    ProtocolVersion.objects.create(
        hash=new,
        text=text,
        instruments=instruments,
        label=label,
        accepted_at=at,
        accepted_by=actor,
    )
    said = "; ".join(map(str, changes)) or label
    fact = Fact("protocol", value=f"{new} {said}", reason=reason)
    append(STUDY, [fact], actor=actor, protocol=new, at=at)
    return changes
