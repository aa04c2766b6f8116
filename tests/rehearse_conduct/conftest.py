"""A trial of this process: set up as for a rehearsal, everybody logged in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as known
from django.utils import timezone
from pytest_django import Settings

from equipoise.exchange.protocols import load_protocol
from equipoise.exchange.scenarios import load_scenario
from equipoise.rehearse_conduct.action_plan import Part, parts
from equipoise.rehearse_conduct.enrolment import randomize, screen
from equipoise.rehearse_conduct.form_pages import fill_in
from equipoise.rehearse_conduct.run import plan_of
from equipoise.rehearse_conduct.setup import STAFF, set_up
from equipoise.rehearse_conduct.users import Cast
from equipoise.simulate.trial import simulate
from tests.conduct.conftest import feder, key, people, study  # noqa: F401  fixtures
from tests.rehearse_conduct.seated import seated

Begin = Callable[..., Cast]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that sets a trial up may use both databases."""
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in here:
        if {"begun", "study"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.django_db(databases=["default", "vault"]))


@pytest.fixture(scope="session")
def scripted() -> list[Part]:
    """The parts of a small trial of feder2021."""
    protocol = load_protocol("feder2021")
    data = simulate(protocol, load_scenario("feder2021"), seed=1, n=1)
    return list(parts(protocol, data))


@pytest.fixture
def begun(
    db: None, settings: Settings, tmp_path: Path, scripted: list[Part]
) -> Iterator[Begin]:
    """Sets the trial up; those who are named are logged in."""
    real = timezone.now
    settings.VAULT_KEY = tmp_path / "vault.key"
    settings.ANCHORS = tmp_path / "anchors"
    settings.REHEARSAL_KEY = "key"
    clock = "equipoise.rehearse_conduct.clock.Clock"
    settings.MIDDLEWARE = [*known.MIDDLEWARE, clock]
    names = [part.identifier for part in scripted]
    users = [*STAFF, *(name.lower() for name in names)]
    passwords = {name: f"a long password of {name}" for name in users}
    plan = plan_of("feder2021", seed=1, places=11, people=names)

    def begin(*who: str) -> Cast:
        set_up(plan | {"passwords": passwords})
        cast = seated(scripted, passwords)
        for name in who:
            cast.browsers[name].log_in()
        return cast

    yield begin
    timezone.now = real


def enrolled(cast: Cast) -> Part:
    """Brings the first participant to randomization."""
    part = cast.parts[0]
    cast.browsers[part.identifier.lower()].log_in()
    screen(cast, part)
    for deed in part.before:
        fill_in(cast, part.identifier, deed)
    randomize(cast, part)
    return part
