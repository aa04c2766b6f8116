"""What stands before the first participant: people, sites, a list with its commitment."""

from django.conf import settings
from django.contrib.auth.models import User

from equipoise.conduct.access.models import Membership, ParticipantAccount
from equipoise.conduct.allocation.services import assignment, concealed_list, unblinding
from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.conduct.inspection.verification import inspect
from equipoise.conduct.study.protocols import in_force
from equipoise.randomize.methods import allocation_sequence
from equipoise.rehearse_conduct.setup import SECOND, STAFF, START, user_name
from tests.rehearse_conduct.conftest import Begin


def test_everything_is_there_before_anybody_comes(begun: Begin) -> None:
    cast = begun()
    assert in_force().trial.id == "feder2021"
    roles = dict(Membership.objects.values_list("user__username", "role"))
    assert roles == STAFF
    assert roles[SECOND] == roles["pharmacist"] == "pharmacist"
    assert user_name("infusion team") in roles
    own = list(ParticipantAccount.objects.values_list("identifier", flat=True))
    assert own == [part.identifier for part in cast.parts]
    assert User.objects.get(username=own[0].lower()).check_password(
        cast.stage.passwords[own[0].lower()]
    )
    made = concealed_list.commitment()
    assert made is not None
    assert made.hash in (Entry.objects.get(chain=STUDY, act="seal").value or "")
    assert inspect(settings.VAULT_KEY, settings.ANCHORS).findings == ()


def test_the_seed_decides_the_list(begun: Begin) -> None:
    begun()
    for place, arm in enumerate(allocation_sequence(in_force(), 5, seed=1)):
        name = f"S{place}"
        assignment.allocate(
            in_force(), settings.VAULT_KEY, name, {}, actor="t", at=START
        )
        opened = unblinding.open_one(
            settings.VAULT_KEY, name, why="pharmacy", reason="t", actor="t",
            at=START,
        )  # fmt: skip
        assert opened.arm == arm
