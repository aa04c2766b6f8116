"""Placeholder participants for a trial without a scenario, with arbitrary valid values.

A leak test needs participants with data on every page; the values do not matter. They are
the same under every allocation schedule.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from equipoise.errors import ConductError
from equipoise.protocol.model import Protocol
from equipoise.rehearse_conduct.action_plan import Deed, Part
from equipoise.rehearse_conduct.application import staged
from equipoise.rehearse_conduct.browser import Browser, refused
from equipoise.rehearse_conduct.run import SITE, plan_of
from equipoise.rehearse_conduct.setup import STAFF
from equipoise.rehearse_conduct.users import Cast

BEGIN = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
SCREENING = timedelta(days=14)  # before day 0
STEPS = 5  # values that are tried, from the lowest to the highest
FILL_IN = ("coordinator", "investigator", "infusion team", "rater", "participant")
Tell = Callable[[str], None]


@contextmanager
def stood_in(
    protocol: str | Path, model: Protocol, *, n: int, list_seed: int, progress: Tell
) -> Iterator[Cast]:
    """A trial with ``n`` randomized placeholders; still blinded and running.

    Args:
        protocol: name in the library, or path of a protocol file.
        model: the same, read.
        n: participants.
        list_seed: of the allocation schedule.
        progress: called with a text for each step.

    Raises:
        ConductError: EQ964, no placeholder is eligible, or the application raised an error.
    """
    names = [f"P{number:04d}" for number in range(1, n + 1)]
    plan = plan_of(protocol, seed=list_seed, places=n + 10, people=names)
    users = [*STAFF, *(name.lower() for name in names)]
    progress("setting up the application")
    with (
        tempfile.TemporaryDirectory(prefix="equipoise-rehearsal-") as folder,
        staged(Path(folder), plan, users) as stage,
    ):
        cast = Cast(stage, [], {name: Browser(stage, name) for name in users})
        for browser in cast.browsers.values():
            browser.log_in()
        for number, name in enumerate(names):
            progress(f"placeholder {number + 1} of {n}: the protocol has no scenario")
            at = BEGIN + timedelta(days=number)
            cast.parts.append(_StandIn(cast, model, name, at).pass_through())
        yield cast


class _StandIn:
    """One placeholder participant, from screening to the last form."""

    def __init__(self, cast: Cast, model: Protocol, name: str, at: datetime) -> None:
        self._cast, self._model = cast, model
        self._name, self._at = name, at
        self._number = int(name[1:]) - 1
        self._deeds: list[Deed] = []

    def pass_through(self) -> Part:
        """Screens, randomizes, and fills in all forms."""
        own = self._address("")
        day0 = self._at + SCREENING
        self._ask("/api/participants", {"site": SITE})
        self._ask(own + "day0", {"day0": f"{day0:%Y-%m-%d}"})
        self._cast.kits[self._name] = self._randomized(own + "randomize")
        last = max(visit.day for visit in self._model.schedule.visits)
        self._everything(day0 + timedelta(days=last + 1), level=0)
        self._cast.done["forms"] += len(self._deeds)
        return Part(self._name, self._at, day0, [], self._at, self._deeds)

    def _ask(self, path: str, content: dict[str, str]) -> None:
        """A required request of the coordinator."""
        coordinator = self._cast.browser("coordinator")
        answer = coordinator.send("POST", path, at=self._at, content=content)
        if answer.status not in (200, 201):
            raise refused(coordinator.name, f"POST {path}", answer)

    def _randomized(self, address: str) -> str:
        """The kit, with the first values with which the placeholder is eligible."""
        coordinator, refusal = self._cast.browser("coordinator"), ""
        signed = {"version": "1.0", "signed_at": f"{self._at:%Y-%m-%dT%H:%M}"}
        for level in range(STEPS + 1):
            self._post("investigator", "consent", signed | {"copy": "yes"}, self._at)
            self._post("coordinator", "characteristics", self._own(level), self._at)
            self._everything(self._at, level=level, phases=("screening",))
            self._post("investigator", "eligibility", self._attested(), self._at)
            answer = coordinator.send("POST", address, at=self._at, content={})
            if answer.status == 200:
                return str(json.loads(answer.body)["kit"])
            refusal = " ".join(answer.text.split())[:300]
        raise ConductError.single(
            "EQ964",
            f"no placeholder participant could be randomized: {refusal}",
            where="the leak test",
            fix="enter a scenario for simulated participants: --scenario FILE",
        )

    def _everything(
        self, at: datetime, *, level: int, phases: tuple[str, ...] = ()
    ) -> None:
        """Every form of the schedule, by each role that may fill it in; ignores errors."""
        visits = {v.id: v.phase for v in self._model.schedule.visits}
        for role in FILL_IN:
            listed = self._cast.browser(role, self._name).get(
                self._address("forms"), at=at
            )
            for form in json.loads(listed.body) if listed.status == 200 else ():
                if phases and visits.get(form["visit"]) not in phases:
                    continue
                if form["may_fill"] and (form["visit"] or not phases):
                    self._fill(role, form, at, level)

    def _fill(self, role: str, form: dict[str, Any], at: datetime, level: int) -> None:
        visit, minute = form["visit"], form["minute"]
        path = self._path(form["form"], visit, minute)
        shown = self._cast.browser(role, self._name).get(path, at=at)
        if shown.status != 200 or (form["status"] == "complete" and not level):
            return
        fields = json.loads(shown.body)["fields"]
        values = {f["name"]: _answer(f, level, at) for f in fields}
        if form["form"] == "visit":
            values |= {"status": "done", "date": f"{at:%Y-%m-%d}"}
        self._post(role, form["form"], values, at, visit, minute)

    def _post(
        self,
        role: str,
        form: str,
        values: dict[str, str],
        at: datetime,
        visit: str = "",
        minute: int | None = None,
    ) -> None:
        content = {
            "values": values, "seen": 10**6, "complete": True, "reason": "stand-in",
        }  # fmt: skip
        browser = self._cast.browser(role, self._name)
        path = self._path(form, visit, minute)
        if browser.send("POST", path, at=at, content=content).status == 200:
            self._deeds.append(Deed(at, role, form, visit, minute, values))

    def _own(self, level: int) -> dict[str, str]:
        """Characteristics; the levels of strata alternate."""
        plan, place, found = self._model.randomization, self._number, {}
        for one in self._model.characteristics:
            kind = "choice" if one.type == "category" else "number"
            field: dict[str, Any] = {"kind": kind, "min": one.min, "max": one.max}
            field["choices"] = [{"value": value} for value in one.values]
            found[one.id] = _answer(field, level, self._at)
            if one.id in plan.strata:
                place, chosen = divmod(place, len(one.values))
                found[one.id] = one.values[chosen]
        return found

    def _attested(self) -> dict[str, str]:
        return {
            c.id: "yes" if c.kind == "inclusion" else "no"
            for c in self._model.eligibility
            if c.require is None
        }

    def _path(self, form: str, visit: str, minute: int | None) -> str:
        given = {"visit": visit} if visit else {}
        if minute is not None:
            given["minute"] = str(minute)
        query = f"?{urlencode(given)}" if given else ""
        return self._address(f"forms/{quote(form, safe='')}") + query

    def _address(self, end: str) -> str:
        return f"/api/participants/{self._name}/{end}"


def _answer(field: dict[str, Any], level: int, at: datetime) -> str:
    """The value at a level between the lowest and the highest."""
    share = level / STEPS
    if field.get("choices"):
        return str(
            field["choices"][round(share * (len(field["choices"]) - 1))]["value"]
        )
    if field["kind"] == "number":
        low = field["min"] if field["min"] is not None else 20.0
        high = field["max"] if field["max"] is not None else low + 50
        return f"{round(low + share * (high - low))}"
    if field["kind"] == "date":
        return f"{at:%Y-%m-%d}"
    return f"{at:%Y-%m-%dT%H:%M}" if field["kind"] == "datetime" else "free text"
