"""The menu offers what the rights allow."""

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.pages.context import menu

SITE = frozenset({"north"})


def test_a_rater_is_offered_forms_and_nothing_else() -> None:
    rater = Actor("r", {"rater": SITE})
    assert [entry.label for entry in menu(rater, "/")] == ["Today", "Participants"]
    assert [entry.here for entry in menu(rater, "/participants/P1/")] == [False, True]


def test_a_participant_has_one_page() -> None:
    own = Actor("p", {"participant": SITE}, own="P0001")
    assert [entry.label for entry in menu(own, "/")] == ["Today"]


def test_an_act_at_any_site_counts() -> None:
    assert Actor("i", {"investigator": SITE}).may_anywhere("freeze", "lock")
    assert not Actor("r", {"rater": SITE}).may_anywhere("freeze", "lock")


def test_a_page_beside_belongs_to_its_entry() -> None:
    pharmacist = Actor("p", {"pharmacist": SITE})
    here = [entry.label for entry in menu(pharmacist, "/syringes/1/") if entry.here]
    assert here == ["Pharmacy"]


def test_who_may_seal_the_list_finds_it() -> None:
    statistician = Actor("s", {"statistician": frozenset({"*"})})
    assert "/list/" in [entry.url for entry in menu(statistician, "/")]
    assert "/list/" not in [e.url for e in menu(Actor("m", {"monitor": SITE}), "/")]


def test_who_reads_forms_finds_the_versions_of_the_consent() -> None:
    for role in ("monitor", "coordinator", "investigator"):
        assert "/consent/" in [e.url for e in menu(Actor("m", {role: SITE}), "/")], role
    assert "/consent/" not in [e.url for e in menu(Actor("r", {"rater": SITE}), "/")]
