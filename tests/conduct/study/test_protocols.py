"""Versions of the protocol: each can be read again, and what differs is on record."""

import pytest

from equipoise import library
from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.audit.record import entries
from equipoise.conduct.study.models import ProtocolVersion
from equipoise.conduct.study.protocols import accept, in_force, version
from equipoise.errors import ConductError
from equipoise.exchange.protocols import library_form, load_protocol
from equipoise.protocol.amend import content_hash
from equipoise.protocol.load import parse_protocol
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW

TEXT = library.text("protocols", "feder2021")


def put(protocol: Protocol, text: str, reason: str = "") -> tuple:
    scales = {name: library.text("instruments", name) for name in protocol.scales}
    scales |= {
        f"form:{name}": library.text("forms", name) for name in protocol.standard_forms
    }
    return accept(protocol, text, scales, actor="admin", at=NOW, reason=reason)


def amended() -> tuple[Protocol, str]:
    text = TEXT.replace('version = "1.0"', 'version = "1.1"', 1)
    text = text.replace("window = [-4, 2]", "window = [-5, 2]", 1)
    scales = load_protocol("feder2021").scales
    made = parse_protocol(
        text, origin="x", find_instrument=scales.__getitem__, find_form=library_form
    )
    return made, text


def test_nothing_runs_without_a_protocol(db: None) -> None:
    with pytest.raises(ConductError, match="EQ901"):
        in_force()


def test_what_was_accepted_is_in_force_and_the_same(db: None, feder: Protocol) -> None:
    assert put(feder, TEXT) == ()
    assert content_hash(in_force()) == content_hash(feder)
    assert put(feder, TEXT) == ()  # again: nothing new
    assert ProtocolVersion.objects.count() == 1


def test_an_amendment_says_what_differs_and_the_old_version_stays(
    db: None, feder: Protocol
) -> None:
    put(feder, TEXT)
    new, text = amended()
    changes = put(new, text, reason="a day more")
    assert {c.place for c in changes} == {
        "trial.version",
        "schedule.visits[baseline].window",
    }
    assert in_force().trial.version == "1.1"
    assert version(content_hash(feder)).trial.version == "1.0"
    last = entries(STUDY).last()
    assert last is not None
    assert last.reason == "a day more"
    assert "schedule.visits[baseline].window" in (last.value or "")
