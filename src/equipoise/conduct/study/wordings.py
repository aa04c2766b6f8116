"""Wording of instruments as displayed, recorded in the audit trail."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from equipoise import library
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.audit.record import entries
from equipoise.conduct.study.protocols import hash_in_force, in_force, record
from equipoise.instruments.wording import Wording, parse_wording

SHOWN = "wording.json"  # in the folder of the trial: written when the server starts


def show(texts: Mapping[str, str], *, actor: str, at: datetime) -> None:
    """Displays these wordings from now on; the audit trail has the SHA-256 of each.

    ``texts`` are id of an instrument -> text of its wording, checked.
    """
    new = {name: hashlib.sha256(t.encode()).hexdigest() for name, t in texts.items()}
    last: dict[str, str] = {}
    for said in entries(STUDY).filter(act="wording").values_list("value", flat=True):
        name, _, hash_ = (said or "").partition(" ")
        last[name] = hash_
    changed = [
        Fact("wording", form="study", value=f"{name} {new.get(name, 'none')}")
        for name in sorted({*new, *last})
        if new.get(name, "none") != last.get(name, "none")
    ]
    if changed:
        record(STUDY, *changed, actor=actor, at=at)
    (settings.HOME / SHOWN).write_text(json.dumps(dict(texts)), "utf-8")
    _wording.cache_clear()


def wording_of(instrument: str) -> Wording | None:
    """The wording of an instrument; None where there is no wording."""
    return _wording(settings.HOME / SHOWN, hash_in_force(), instrument)


@lru_cache(maxsize=64)
def _wording(path: Path, protocol: str, name: str) -> Wording | None:
    if path.exists():
        text = json.loads(path.read_text("utf-8")).get(name)
    else:  # not started by a command, such as in a test
        known = name in library.names("wording")
        text = library.text("wording", name) if known else None
    if text is None:
        return None
    return parse_wording(text, in_force().scales[name], origin=f"wording/{name}.toml")
