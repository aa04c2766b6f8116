"""Sampling process: many allocations through the real view, in a separate database.

Run with ``EQUIPOISE_HOME`` set and the plan on standard input; writes JSON: for each
allocation arm, stratum, kit, seconds, and bytes; and the syringe of each.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any

SITE_TIME = "2000-01-02T08:00"  # of the simulated consent
GROUPS = 5  # values that are tried, from the lowest to the highest
KEPT = "WHERE id NOT IN (SELECT syringe_id FROM allocation_syringediscard)"
Asked = Callable[[str], tuple[int, bytes]]


def allocations(plan: dict[str, Any], people: int) -> dict[str, Any]:
    """Sets up a trial, and allocates participants.

    Args:
        plan: as for ``rehearse_conduct.setup``.
        people: their number; strata alternate.
    """
    from django.conf import settings

    from equipoise.rehearse_conduct.setup import set_up

    set_up(plan)
    return drawn(people, key=settings.VAULT_KEY, anchors=settings.ANCHORS)


def drawn(people: int, *, key: Path, anchors: Path) -> dict[str, Any]:
    """Allocates participants, and unblinds all of them.

    Eligible participants are randomized by a request to the API, which is timed; where the
    protocol has no eligible participant without further data, by the service.

    Args:
        people: their number.
        key: file of the key of the allocation database.
        anchors: folder of the external checkpoints.

    Returns:
        For each allocation ``arms``, ``strata``, ``kits``, ``seconds``, ``answers``
        (bytes of the response), ``sizes`` (bytes of the encrypted arm), ``syringes`` and
        ``contents`` (bytes of the encrypted content); ``requested`` is whether requests
        were made.
    """
    from django.utils import timezone

    from equipoise.conduct.allocation.services import unblinding

    made, now = list(_participants(people)), timezone.now()
    level = _eligible(made[0])
    ask = _asking() if level is not None else None
    found: dict[str, list[Any]] = {n: [] for n in ("kits", "seconds", "answers")}
    if level is not None:
        _fill_in(made, level)
    for person in made:
        started = perf_counter()
        kit, size = _given(person, ask, key, now)
        found["seconds"].append(perf_counter() - started)
        found["kits"].append(int(kit))
        found["answers"].append(size)
    opened = unblinding.open_all(key, reason="leak test", actor="s", at=now)
    arms = [row.arm for row in opened]
    return {
        "arms": arms,
        "strata": [json.dumps(_levels(n), sort_keys=True) for n in range(people)],
        "sizes": _sizes("allocation_allocation", "arm"),
        "syringes": _syringes(made, arms, key, now),
        "contents": _sizes("allocation_syringerow", "content", KEPT),
        "requested": ask is not None,
        **found,
    }


def _participants(people: int) -> Iterator[Any]:
    from django.utils import timezone

    from equipoise.conduct.capture.models import Participant
    from equipoise.conduct.study.models import Site

    site, now = Site.objects.order_by("id")[0], timezone.now()
    for number in range(1, people + 1):
        yield Participant.objects.create(
            identifier=f"S{number:05d}", place=number, created_at=now, site=site
        )


def _levels(number: int) -> dict[str, str]:
    """Strata of a participant: all levels alternate."""
    from equipoise.conduct.study.models import Site
    from equipoise.conduct.study.protocols import in_force
    from equipoise.protocol.population import SITE

    protocol = in_force()
    known = {c.id: c.values for c in protocol.characteristics}
    known[SITE] = (Site.objects.order_by("id")[0].code,)
    found, place = {}, number
    for name in protocol.randomization.strata:
        place, level = divmod(place, len(known[name]))
        found[name] = known[name][level]
    return found


def _eligible(person: Any) -> int | None:
    """The values with which a participant is eligible, tried on a temporary one."""
    from django.db import transaction

    from equipoise.conduct.capture.current_values import current
    from equipoise.conduct.capture.eligibility import judge, refusals
    from equipoise.conduct.study.protocols import in_force

    for level in range(GROUPS + 1):
        with transaction.atomic():
            _fill_in([person], level)
            refused = refusals(judge(in_force(), current(person.identifier)))
            transaction.set_rollback(True)
        if not refused:
            return level
    return None


def _fill_in(people: list[Any], level: int) -> None:
    """Records everything that randomization requires."""
    from django.db import transaction
    from django.utils import timezone

    from equipoise.conduct.audit.record import append
    from equipoise.conduct.study.protocols import hash_in_force

    now, protocol = timezone.now(), hash_in_force()
    with transaction.atomic():
        for person in people:
            facts = list(_facts(int(person.identifier[1:]) - 1, level))
            append(person.identifier, facts, actor="s", protocol=protocol, at=now)


def _facts(number: int, level: int) -> Iterator[Any]:
    from equipoise.conduct.audit.hash_chain import Fact
    from equipoise.conduct.forms import from_protocol as forms
    from equipoise.conduct.study.protocols import in_force

    protocol = in_force()
    plain = {
        f.name: _answer(f, level) for f in forms.characteristics_form(protocol).fields
    }
    attested = {
        c.id: "yes" if c.kind == "inclusion" else "no"
        for c in protocol.eligibility
        if c.require is None
    }
    strata = {name: own for name, own in _levels(number).items() if name in plain}
    filled = {
        ("consent", ""): {"version": "1.0", "signed_at": SITE_TIME, "copy": "yes"},
        ("characteristics", ""): plain | strata,
        ("eligibility", ""): attested,
    }
    for score, visit in _rated(protocol):
        form = forms.instrument_form(protocol, score.partition(".")[0])
        values = {field.name: _answer(field, level) for field in form.fields}
        filled[form.id, visit] = values
    for (form_id, visit), values in filled.items():
        for item, value in values.items():
            yield Fact("answer", form_id, visit, item=item, value=value)
        yield Fact("complete", form_id, visit)


def _rated(protocol: Any) -> Iterator[tuple[str, str]]:
    """Scores that randomization requires, each with its visit."""
    for criterion in protocol.eligibility:
        rule = criterion.require
        if rule is not None and rule.score:
            yield rule.score, rule.visit or ""
    for endpoint in protocol.endpoints:
        if endpoint.level == "primary" and endpoint.variable.score:
            yield endpoint.variable.score, protocol.schedule.baseline


def _answer(field: Any, level: int) -> str:
    """The value at a level between the lowest and the highest."""
    share = level / GROUPS
    if field.choices:
        return str(field.choices[round(share * (len(field.choices) - 1))].value)
    low = field.min if field.min is not None else 20.0
    high = field.max if field.max is not None else low + 50
    return f"{round(low + share * (high - low))}"


def _asking() -> Asked:
    """Requests of a coordinator, in this process."""
    from django.contrib.auth.models import User
    from django.test import Client
    from django.utils import timezone

    from equipoise.conduct.access.models import Membership

    user, made = User.objects.get_or_create(username="leak-test")
    if made:
        Membership.objects.create(
            user=user, role="coordinator", site=None, since=timezone.now(),
            granted_by="leak test",
        )  # fmt: skip
    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    client.force_login(user, backend="equipoise.conduct.access.sessions.Accounts")

    def ask(identifier: str) -> tuple[int, bytes]:
        address = f"/api/participants/{identifier}/randomize"
        answer = client.post(address, content_type="application/json")
        head = "".join(f"{name}: {value}\r\n" for name, value in answer.items())
        return answer.status_code, head.encode() + b"\r\n" + answer.content

    return ask


def _given(person: Any, ask: Asked | None, key: Path, now: datetime) -> tuple[str, int]:
    """The kit of a participant, and the bytes of the response."""
    from equipoise.conduct.allocation.services import assignment
    from equipoise.conduct.study.protocols import in_force

    if ask is None:
        levels = _levels(int(person.identifier[1:]) - 1)
        made = assignment.allocate(
            in_force(), key, person.identifier, levels, actor="s", at=now
        )
        return made.number, 0
    status, answer = ask(person.identifier)
    if status != 200:
        said = answer.decode(errors="replace")[-300:]
        raise RuntimeError(f"randomize answered {status}: {said}")
    return str(json.loads(answer.partition(b"\r\n\r\n")[2])["kit"]), len(answer)


def _syringes(
    people: list[Any], arms: list[str], key: Path, now: datetime
) -> list[int]:
    """Number of a syringe of each participant, with the content of the arm.

    Every second participant's first syringe was discarded: the number is that of its
    replacement.
    """
    from equipoise.conduct.allocation.services import syringes
    from equipoise.conduct.study.protocols import in_force

    protocol = in_force()
    found = []
    for place, (person, arm) in enumerate(zip(people, arms, strict=True)):
        kind = protocol.infused(arm)
        drug = (kind.drug or "") if kind else ""
        content = syringes.Content(
            arm=arm, drug=drug, dose_mg=35.0 if drug else 0.0, weight_kg=70.0,
            weighed_at="", concentration=10.0 if drug else None, volume_ml="3.50",
            total_ml="50.00", capped=False, lot="L-1" if drug else "",
            expiry="2199-12-31" if drug else "", vials=1 if drug else 0,
            use_by="2027-01-05T09:00+00:00",
        )  # fmt: skip
        filled = syringes.fill_syringe(
            key, person.identifier, "infusion-1", content, actor="s", at=now
        )
        if place % 2:
            syringes.discard_syringe(
                key, filled.number, reason=f"{drug} fell", actor="s", at=now
            )
            filled = syringes.fill_syringe(
                key, person.identifier, "infusion-1", content, actor="s", at=now
            )
        found.append(int(filled.number))
    return found


def _sizes(table: str, column: str, rows: str = "") -> list[int]:
    """Bytes of the encrypted column of each row, read without the services."""
    from django.db import connections

    with connections["vault"].cursor() as cursor:
        cursor.execute(f"SELECT length({column}) FROM {table} {rows} ORDER BY seq")  # noqa: S608
        return [int(row[0]) for row in cursor.fetchall()]


if __name__ == "__main__":
    import django

    django.setup()
    asked = json.load(sys.stdin)
    json.dump(allocations(asked["plan"], asked["people"]), sys.stdout)
