"""A trial with one participant who was randomized and one who was not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.allocation.services import syringes, unblinding
from equipoise.conduct.allocation.services.assignment import allocate
from equipoise.conduct.allocation.services.syringes import Content
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.record import append
from equipoise.conduct.capture import participants
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_saving import save
from equipoise.protocol.amend import content_hash
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.walking import release

Fill = Callable[..., None]
DAY0 = NOW.date() + timedelta(days=14)


@pytest.fixture
def fill(actor: Callable[[str], Actor]) -> Fill:
    """Fills a form in as a role."""

    def filled(
        identifier: str,
        role: str,
        form: str,
        values: dict[str, str],
        visit: str = "",
        minute: int | None = None,
        *,
        complete: bool = True,
        reason: str = "",
    ) -> None:
        who = actor(role)
        person = participants.find(identifier, who)
        made = save(
            place_of(person, form, visit, minute),
            values,
            actor=who,
            at=NOW + timedelta(days=15),  # the day after the infusion
            seen=10**6,
            complete=complete,
            reason=reason,
        )
        assert not made.errors
        assert not made.conflicts

    return filled


def prepared(identifier: str, weight: str, key: Path, pharmacist: Actor) -> None:
    """Fills and checks a syringe of the first infusion, of 20 mg/mL or 2 mg/mL."""
    arm = unblinding.open_one(
        key, identifier, why="pharmacy", reason="", actor=pharmacist.name, at=NOW
    ).arm
    volume, concentration = {
        "ketamine": ("1.76", 20.0), "midazolam": ("1.59", 2.0)
    }[arm]  # fmt: skip
    content = Content(
        arm=arm, drug=arm, dose_mg=35.25, weight_kg=float(weight),
        weighed_at=NOW.isoformat(), concentration=concentration, volume_ml=volume,
        total_ml="50.00", capped=False,
    )  # fmt: skip
    made = syringes.fill_syringe(
        key, identifier, "infusion-1", content, actor=pharmacist.name, at=NOW
    )
    syringes.check_syringe(made.number, agrees=True, actor="second", at=NOW)
    release(identifier, "infusion-1", made.number)


@pytest.fixture
def trial(
    study: Protocol, key: Path, actor: Callable[[str], Actor], fill: Fill
) -> Protocol:
    """P0001 was randomized and had an infusion; P0002 is at high risk of suicide."""
    for _ in range(2):
        made = participants.screen("north", actor=actor("coordinator"), at=NOW)
        participants.plan_day0(made, DAY0, actor=actor("coordinator"), at=NOW)
        name = made.identifier
        signed = {"version": "1.0", "signed_at": f"{NOW:%Y-%m-%dT%H:%M}", "copy": "yes"}
        fill(name, "investigator", "consent", signed)
        known = {
            "age": "31.5", "sex": "F", "weight_kg": "70", "ptsd_years": "4",
            "psychotropics": "no",
        }  # fmt: skip
        fill(name, "coordinator", "characteristics", known)
        risk = "yes" if name == "P0002" else "no"
        attested = {
            c.id: "yes" if c.kind == "inclusion" else "no"
            for c in study.eligibility
            if c.require is None
        }
        fill(name, "investigator", "eligibility", attested | {"E7": risk})
        on = {"status": "done", "date": NOW.date().isoformat()}
        fill(name, "coordinator", "visit", on, "screening")
    kit = allocate(study, key, "P0001", {}, actor="coordinator", at=NOW)
    facts = [Fact("randomize", "randomization", item="kit", value=kit.number)]
    append("P0001", facts, actor="c", protocol=content_hash(study), at=NOW)
    prepared("P0001", "70.5", key, actor("pharmacist"))
    infusion = {
        "syringe": syringes.syringes_of("P0001")[0].number,
        "weight_kg": "70.5",
        "started_at": f"{DAY0}T10:00",
        "stopped_at": f"{DAY0}T10:40",
        "interrupted": "no",
        "stopped_early": "no",
    }
    vitals = {"SYSBP": "121", "DIABP": "80", "PULSE": "70", "OXYSAT": "99",
              "measured_at": f"{DAY0}T09:00"}  # fmt: skip
    fill("P0001", "infusion team", "vitals", vitals, "infusion-1", -30)
    fill("P0001", "infusion team", "infusion", infusion, "infusion-1")
    done = {"status": "done", "date": DAY0.isoformat()}
    fill("P0001", "coordinator", "visit", done, "infusion-1")
    event = {
        "term": "=HYPERLINK(\"http://x\")", "started_on": DAY0.isoformat(),
        "severity": "mild", "serious": "no", "related": "yes", "ongoing": "yes",
    }  # fmt: skip
    fill("P0001", "investigator", "event#1", event)
    guess = {"guess": "ketamine"}
    fill("P0001", "rater", "guess:rater", guess, "week-2")
    scale = study.scales["caps5"].items
    items = {name: str(min(item.allowed)) for name, item in scale.items()}
    items |= {str(i): "2" for i in range(1, 21)}
    fill("P0001", "rater", "instrument:caps5", items, "week-2")
    return study
