"""Trial in progress for a demonstration, built by the users of a rehearsal.

Each action is performed on its page at its own time, in order for each participant, and
for all of them where they share something. The last one is a few minutes ago, so that the
audit trail looks like that of a real trial.
"""

from __future__ import annotations

import secrets
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Condition

from equipoise.conduct.folder import Trial
from equipoise.protocol.governance import SafetyRule
from equipoise.protocol.model import Protocol
from equipoise.rehearse_conduct import demo_participants as stages
from equipoise.rehearse_conduct.action_plan import Deed, Part
from equipoise.rehearse_conduct.actions import perform
from equipoise.rehearse_conduct.application import served, variables
from equipoise.rehearse_conduct.bedside import Bedside
from equipoise.rehearse_conduct.browser import Browser
from equipoise.rehearse_conduct.demo_participants import Shown
from equipoise.rehearse_conduct.demo_today import Action, today_of, today_of_trial
from equipoise.rehearse_conduct.enrolment import (
    enter,
    give_account,
    plan_day0,
    randomize,
)
from equipoise.rehearse_conduct.pharmacy import Delivery, stock_up
from equipoise.rehearse_conduct.study_closure import acknowledge
from equipoise.rehearse_conduct.users import Cast

Tell = Callable[[str], None]
VIALS = 200  # of each drug
NOT_DONE = {stages.TO_SIGN: "laboratory"}  # a form that is late today
NO_ACCOUNT = (stages.NEW, stages.EXCLUDED)


class Stopped(Exception):  # noqa: N818 - not an error of its own
    """Another action failed."""


class Turns:
    """Serializes actions that share something, in order of their times."""

    def __init__(self, actions: list[Action]) -> None:
        self._left = deque(actions)
        self._moved = Condition()
        self._stopped = False

    def take(self, action: Action) -> None:
        """Performs an action when all before it are done.

        Raises:
            Stopped: one of them failed.
        """
        with self._moved:
            self._moved.wait_for(lambda: self._stopped or self._left[0] is action)
            if self._stopped:
                raise Stopped
        action.do()
        with self._moved:
            self._left.popleft()
            self._moved.notify_all()

    def stop(self) -> None:
        """Ends all waiting after an action has failed."""
        with self._moved:
            self._stopped = True
            self._moved.notify_all()


def build(
    trial: Trial,
    protocol: Protocol,
    shown: list[Shown],
    passwords: dict[str, str],
    *,
    now: datetime,
    progress: Tell,
) -> Cast:
    """Brings every participant to the current stage, through the pages.

    Args:
        trial: a demonstration with users and a concealed schedule, without participants.
        protocol: in force.
        shown: participants with their stages.
        passwords: user name -> password, of the participants too.
        now: with the clock of the site.
        progress: called with a text for each step.

    Returns:
        All users, with counts of their actions.

    Raises:
        ConductError: EQ964, the application rejected something.
    """
    own = variables(trial, secrets.token_hex(32))
    with (
        tempfile.TemporaryDirectory(prefix="equipoise-demonstration-") as place,
        served(own, passwords, Path(place)) as stage,
    ):
        cast = Cast(
            stage,
            [one.part for one in shown],
            {name: Browser(stage, name) for name in passwords},
            practised=True,
        )
        _perform(cast, protocol, shown, now, progress)
    return cast


def _perform(
    cast: Cast, protocol: Protocol, shown: list[Shown], now: datetime, tell: Tell
) -> None:
    first = min(one.part.screened_at for one in shown) - timedelta(days=3)
    staff = [b for name, b in cast.browsers.items() if name not in _accounts(shown)]
    tell(f"{len(staff)} users log in")
    with ThreadPoolExecutor(len(staff)) as pool:
        list(pool.map(lambda browser: browser.log_in(first), staff))
    stock_up(
        cast, protocol, first, Delivery(VIALS, f"{now.year + 2}-12-31", "Wholesaler")
    )
    lanes = [list(_actions(cast, protocol, one, now)) for one in shown]
    lanes.append(today_of_trial(cast, now))
    for lane in lanes:
        lane.sort(key=lambda action: action.at)
    together = [action for lane in lanes for action in lane if action.in_turn]
    turns = Turns(sorted(together, key=lambda action: action.at))
    done, total = 0, sum(map(len, lanes))

    def note(action: Action) -> None:
        nonlocal done
        with cast.lock:
            done += 1
            today = f"{action.at.day} {action.at:%B}"
            if done % 25 == 0 or done == total:
                tell(f"trial in progress, {today}: {done} of {total} steps")

    with ThreadPoolExecutor(len(lanes)) as pool:
        jobs = [pool.submit(_walk, lane, turns, note) for lane in lanes]
        failed = [job.exception() for job in as_completed(jobs)]
    for error in failed:
        if error is not None and not isinstance(error, Stopped):
            raise error


def _walk(lane: list[Action], turns: Turns, note: Callable[[Action], None]) -> None:
    """Performs the actions for one participant, in order of time."""
    try:
        for action in lane:
            if action.in_turn:
                turns.take(action)
            else:
                action.do()
            note(action)
    except BaseException:
        turns.stop()
        raise


def _accounts(shown: list[Shown]) -> set[str]:
    return {one.part.identifier.lower() for one in shown}


def _actions(
    cast: Cast, protocol: Protocol, one: Shown, now: datetime
) -> Iterator[Action]:
    """All actions for a participant until now."""
    if one.stage != stages.NEW:
        yield from _so_far(cast, protocol, one)
    yield from today_of(cast, one, now)


def _so_far(cast: Cast, protocol: Protocol, one: Shown) -> Iterator[Action]:
    """All actions until yesterday."""
    part, name = one.part, one.part.identifier
    start = part.screened_at
    yield Action(start, partial(enter, cast, part), in_turn=True)
    yield Action(start, partial(plan_day0, cast, part))
    if one.stage not in NO_ACCOUNT:
        at = start + timedelta(minutes=10)
        yield Action(at, partial(give_account, cast, part, at), in_turn=True)
    bedside = Bedside(cast, name)

    def filled(deeds: list[Deed]) -> Iterator[Action]:
        for deed in deeds:
            if deed.form != NOT_DONE.get(one.stage):
                do = partial(perform, cast, bedside, deed)
                yield Action(deed.at, do, in_turn=deed.form == "prepare")

    yield from filled(part.before)
    if part.randomized_at is not None:
        yield Action(part.randomized_at, partial(randomize, cast, part), in_turn=True)
    yield from filled(part.after)
    for at in _acknowledged(protocol, part):
        yield Action(at, partial(acknowledge, cast, name, at))


def _acknowledged(protocol: Protocol, part: Part) -> list[datetime]:
    """When the investigator acknowledges alerts: an hour after their cause.

    Alerts of an infusion day appear at the bedside, and are acknowledged at its end.
    """
    deeds = [*part.before, *part.after]
    home = {deed.visit: deed.at for deed in deeds if deed.form == "discharge"}
    raised = {
        home.get(deed.visit, deed.at) if deed.form == "vitals" else deed.at
        for deed in deeds
        if deed.values.get("serious") == "yes"
        or any(_is_met(rule, deed) for rule in protocol.safety_rules)
    }
    return sorted(at + timedelta(hours=1) for at in raised)


def _is_met(rule: SafetyRule, deed: Deed) -> bool:
    """Whether a form has a value that meets a rule, at any time."""
    form, item = "vitals", rule.measurement
    if rule.item is not None:
        instrument, _, item = rule.item.partition(".")
        form = f"instrument:{instrument}"
    return deed.form == form and rule.is_met_by(deed.values.get(item, ""))
