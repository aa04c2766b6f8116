"""A running trial that is stratified by site: each site has its own list."""

from pathlib import Path

import pytest

from equipoise import library
from equipoise.conduct.access.actor import actor_of
from equipoise.conduct.allocation.key import Vault
from equipoise.conduct.allocation.models import Place
from equipoise.conduct.allocation.services import assignment
from equipoise.conduct.allocation.services.concealed_list import bound
from equipoise.conduct.enrolment import allocation_list
from equipoise.conduct.enrolment.randomization import randomize
from equipoise.conduct.inspection.verification import inspect
from equipoise.conduct.operation.installation import found
from equipoise.conduct.study.models import Site
from equipoise.conduct.study.protocols import in_force
from equipoise.errors import ConductError
from equipoise.randomize.allocation_list import allocation_list as printed_list
from tests.conduct.conftest import NOW, employed
from tests.conduct.screened import eligible

SEED = 7


@pytest.fixture
def by_site(db: None, key: Path, tmp_path: Path) -> Path:
    """The reference trial, stratified by its two sites, with a concealed schedule."""
    text = library.text("protocols", "feder2021")
    path = tmp_path / "protocol.toml"
    stratified = 'block_sizes = [4, 6]\nstrata = ["site"]'
    path.write_text(text.replace("block_sizes = [4, 6]", stratified, 1), "utf-8")
    found(path, {"north": "North Hospital", "south": "South Hospital"}, at=NOW)
    statistician = actor_of(employed()["statistician"], at=NOW)
    allocation_list.seal(
        places=10, key=key, anchors=tmp_path, actor=statistician, at=NOW, seed=SEED
    )
    return tmp_path


def coordinator(site: str) -> object:
    """A coordinator of a site."""
    from django.contrib.auth.models import User

    from tests.conduct.conftest import _hold

    user, made = User.objects.get_or_create(username=f"coordinator-{site}")
    if made:
        _hold(user, "coordinator", Site.objects.get(code=site))
    return actor_of(user, at=NOW)


def test_each_site_is_allocated_from_its_own_list(by_site: Path, key: Path) -> None:
    for number, site in enumerate(["north", "south", "north", "south", "south"], 1):
        randomize(
            eligible(number, site), key=key, anchors=by_site, actor=coordinator(site),
            at=NOW,
        )  # fmt: skip
    rows = assignment.given()
    assert [row.place.stratum for row in rows] == [
        "north", "south", "north", "south", "south",
    ]  # fmt: skip
    assert [row.place.position for row in rows] == [1, 1, 2, 2, 3]
    assert inspect(key, by_site).findings == ()


def test_the_concealed_lists_are_those_that_the_method_gives(
    by_site: Path, key: Path
) -> None:
    """The same seed and sites in `equipoise randomize`, which a statistician can repeat."""
    listed = printed_list(in_force(), 10, seed=SEED, sites=("north", "south"))
    vault = Vault(key)
    for site in ("north", "south"):
        places = Place.objects.filter(stratum=site).order_by("position")
        arms = [vault.open(place.arm, bound(place)) for place in places]
        assert arms == [arm for arm, _ in listed.arms[site]]
    assert listed.arms["north"] != listed.arms["south"]


def test_a_site_that_was_added_later_has_no_list(by_site: Path, key: Path) -> None:
    Site.objects.create(code="west", name="West Hospital")
    with pytest.raises(ConductError, match="EQ935") as refused:
        randomize(
            eligible(1, "west"), key=key, anchors=by_site, actor=coordinator("west"),
            at=NOW,
        )  # fmt: skip
    assert "no list of the stratum 'west'" in str(refused.value)
    assert assignment.given() == []
