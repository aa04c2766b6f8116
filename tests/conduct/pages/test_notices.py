"""What stands above the list of today, for whom, and for how long."""

from datetime import timedelta

from django.contrib.auth.models import User

from equipoise.conduct.access import recovery
from equipoise.conduct.access.models import Proposal
from equipoise.conduct.audit.hash_chain import Fact
from tests.conduct.conftest import NOW, ROLES
from tests.conduct.pages.conftest import Clock
from tests.conduct.screened import screened, write
from tests.conduct.walking import browser

WHY = "everybody else has left the trial"


def test_a_recovery_is_on_everybodys_page_and_on_that_of_the_list(
    people: dict[str, User], clock: Clock
) -> None:
    left = ["statistician", "investigator"]
    recovery.begin(
        "olga", "Olga Orlova", "administrator", people=("Peter Paulsen", "Rita Roth"),
        reason=WHY, without=left, at=clock(),
    )  # fmt: skip
    line = "Peter Paulsen and Rita Roth of the sponsor will restore access"
    for role in ROLES:
        client = browser(people[role])
        page = client.get("/").content.decode()
        assert line in page, role
        assert 'href="/list/"' in page
        shown = client.get("/list/").content.decode()
        assert WHY in shown
        assert "Unavailable: investigator, statistician" in shown
    clock.forward(days=2)
    recovery.finish(at=clock())
    one = browser(people["rater"])
    assert "of the sponsor restored access" in one.get("/").content.decode()
    clock.forward(days=15)
    assert "restored access" not in browser(people["rater"]).get("/").content.decode()


def test_an_emergency_unblinding_is_told_to_investigators_and_sponsor(
    people: dict[str, User], clock: Clock
) -> None:
    person, line = screened(), "P0001 was unblinded on 4 January by Ines"
    people["investigator"].first_name = "Ines"
    people["investigator"].save()
    fact = Fact("unblind", "unblinding", reason="status epilepticus")
    write(person.identifier, [fact])  # by "test"
    assert "P0001 was unblinded on 4 January by test" in browser(
        people["investigator"]
    ).get("/").content.decode()  # fmt: skip
    other = screened(2, "south")
    write(other.identifier, [Fact("unblind", "unblinding", reason="seizures again")])
    told = {"investigator", "administrator", "monitor", "statistician"}
    for role in ROLES:
        page = browser(people[role]).get("/").content.decode()
        assert ("P0001 was unblinded" in page) == (role in told), role
        everywhere = role in ("administrator", "statistician")
        assert ("P0002 was unblinded" in page) == everywhere, role
        assert "epilepticus" not in page
    assert line not in page
    clock.forward(days=15)
    page = browser(people["monitor"]).get("/").content.decode()
    assert "was unblinded" not in page
    assert timedelta(days=14) < clock() - NOW


def test_a_refusal_is_told_to_who_proposed_with_its_reason(
    people: dict[str, User], clock: Clock
) -> None:
    other = screened(2)
    one, second = browser(people["statistician"]), browser(people["investigator"])
    one.post(f"/participants/{other}/lock/")
    why = {"reason": "the weight at baseline was mistyped"}
    one.post(f"/participants/{other}/unlock/", why)
    key = Proposal.objects.get().pk
    told = "rejected: unlock P0002. The weight is that of the source"
    assert told not in one.get("/").content.decode()
    second.post(f"/proposals/{key}/refuse/", {"reason": told.partition(". ")[2]})
    page = one.get("/").content.decode()
    assert told in page
    assert 'href="/lock/"' in page
    for role in set(ROLES) - {"statistician", "participant"}:
        assert told not in browser(people[role]).get("/").content.decode(), role
    clock.forward(days=15)
    assert told not in browser(people["statistician"]).get("/").content.decode()
