"""Trials of these tests: a sealed feder2021 with a person of every role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connections
from django.test import TransactionTestCase

from equipoise.conduct.access.actor import Actor, actor_of
from equipoise.conduct.access.models import Membership
from equipoise.conduct.allocation.key import make_key
from equipoise.conduct.allocation.services import concealed_list
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.audit.record import append
from equipoise.conduct.capture.participant_facts import forget
from equipoise.conduct.study.models import ConsentVersion, Site
from equipoise.conduct.study.protocols import accept
from equipoise.exchange.protocols import load_protocol, texts
from equipoise.protocol.amend import content_hash
from equipoise.protocol.model import Protocol
from tests.conduct.tampering import sql

NOW = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
ROLES = (
    "administrator",
    "coordinator",
    "rater",
    "infusion team",
    "pharmacist",
    "investigator",
    "statistician",
    "monitor",
)
PASSWORD = "correct horse battery staple"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here may use both databases; those in a real browser run once.

    A browser sees pages, which are the same on every database.
    """
    here = Path(__file__).parent
    for item in items:
        if here not in item.path.parents:
            continue
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.once)
        if not item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.django_db(databases=["default", "vault"]))


@pytest.fixture(autouse=True, scope="session")
def emptied_tables() -> Iterator[None]:
    """Lets tests with real transactions empty tables that refuse it otherwise."""
    plain = TransactionTestCase._fixture_teardown

    def teardown(self: TransactionTestCase) -> None:
        kept: list[tuple[str, str]] = []
        for alias in ("default", "vault"):
            with connections[alias].cursor() as cursor:
                if connections[alias].vendor == "postgresql":
                    cursor.execute("SET session_replication_role = replica")
                    continue
                cursor.execute(
                    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
                )
                for name, sql in cursor.fetchall():
                    cursor.execute(f"DROP TRIGGER {name}")
                    kept.append((alias, sql))
        plain(self)
        for alias, sql in kept:
            with connections[alias].cursor() as cursor:
                cursor.execute(sql)
        for alias in ("default", "vault"):
            if connections[alias].vendor == "postgresql":
                with connections[alias].cursor() as cursor:
                    cursor.execute("SET session_replication_role = DEFAULT")

    TransactionTestCase._fixture_teardown = teardown
    yield
    TransactionTestCase._fixture_teardown = plain


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Each test has a trial of its own, though participants are called the same."""
    forget()


@pytest.fixture(scope="session")
def feder() -> Protocol:
    """The protocol of the reference trial."""
    return load_protocol("feder2021")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """The key of a vault."""
    path = tmp_path / "vault.key"
    make_key(path)
    settings.VAULT_KEY = path
    return path


@pytest.fixture
def study(db: None, feder: Protocol, key: Path) -> Protocol:
    """A trial that can begin: two sites, a consent version, a sealed list."""
    begun("feder2021", key, places=60)
    return feder


@pytest.fixture
def open_trial(db: None, key: Path) -> Protocol:
    """The same of a trial that conceals nothing from who treats: beat-the-blues."""
    settings.ANCHORS = key.parent / "anchors"
    return begun("beat-the-blues", key, places=20)


of_library = cache(texts)  # a thousand tests begin with the same protocol


def begun(name: str | Path, key: Path, *, places: int) -> Protocol:
    """Puts a protocol into force, and seals its list with the seed 7."""
    protocol, text, scales = of_library(name) if isinstance(name, str) else texts(name)
    accept(protocol, text, scales, actor="admin", at=NOW)
    Site.objects.create(code="north", name="North Hospital")
    Site.objects.create(code="south", name="South Hospital")
    ConsentVersion.objects.create(label="1.0", valid_from=NOW.date())
    made = concealed_list.seal(
        protocol, key, places=places, actor="statistician", at=NOW, seed=7
    )
    said = f"{made.hash} {made.method} {made.places} places"
    fact, hash_ = Fact("seal", value=said), content_hash(protocol)
    append(STUDY, [fact], actor="statistician", protocol=hash_, at=NOW)
    return protocol


@pytest.fixture
def before_sealing(people: dict[str, User]) -> None:
    """Nobody knows of a sealed list: one administrator gives every role alone."""
    sql("DELETE FROM audit_entry WHERE act = 'seal'")


@pytest.fixture
def people(study: Protocol) -> dict[str, User]:
    """Role -> a person who has it at the site ``north``."""
    return employed()


@pytest.fixture
def crew(open_trial: Protocol) -> dict[str, User]:
    """The same in the open trial; ``next door`` is a coordinator of ``south``."""
    neighbour = User.objects.create_user("next-door", password=PASSWORD)
    _hold(neighbour, "coordinator", Site.objects.get(code="south"))
    return employed() | {"next door": neighbour}


def employed() -> dict[str, User]:
    """Role -> a person who has it at the site ``north``, or at all sites."""
    north = Site.objects.get(code="north")
    made = {}
    for role in ROLES:
        made[role] = User.objects.create_user(role.replace(" ", "-"), password=PASSWORD)
        everywhere = role in ("administrator", "statistician")
        _hold(made[role], role, None if everywhere else north)
    return made


def _hold(user: User, role: str, site: Site | None) -> None:
    long_ago = NOW - timedelta(days=365)  # pages ask the real clock
    Membership.objects.create(
        user=user, role=role, site=site, since=long_ago, granted_by="setup"
    )


@pytest.fixture
def actor(people: dict[str, User]) -> Callable[[str], Actor]:
    """The actor of a role."""
    return lambda role: actor_of(people[role], at=NOW)
