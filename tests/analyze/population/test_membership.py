"""Who is in which set, and why somebody is not."""

from equipoise.analyze.population.membership import exclusions, membership
from tests.analyze.small import SCORES, data, protocol


def test_a_participant_without_infusion_or_rating_is_named_with_the_reason() -> None:
    scores = {**SCORES, "A5": ("active", 20, None, None, None, None)}
    drugs = {
        p: ("active drug" if r[0] == "active" else "saline") for p, r in SCORES.items()
    }
    known = data(scores, drugs=drugs)
    rows = exclusions(protocol(), known).rows
    assert (
        "A5",
        "Active",
        "Participants with an infusion",
        "not in the set",
        "no infusion",
    ) in rows
    assert any(r[0] == "A5" and r[4] == "no hamd17.total after baseline" for r in rows)
    counts = {e.id: e.estimate for e in membership(protocol(), known)}
    assert counts["sets.itt.active"] == 5
    assert counts["sets.safety.active"] == 4


def test_who_received_the_other_treatment_is_analyzed_with_it() -> None:
    drugs = {
        p: ("active drug" if r[0] == "active" else "saline") for p, r in SCORES.items()
    }
    known = data(drugs={**drugs, "P1": "active drug"})
    rows = exclusions(protocol(), known).rows
    assert rows == (
        (
            "P1",
            "Placebo",
            "Participants with an infusion",
            "analyzed as Active",
            "received that treatment",
        ),
    )
    counts = {e.id: e.estimate for e in membership(protocol(), known)}
    assert counts["sets.safety.active"] == 5


def test_nobody_excluded_is_said() -> None:
    assert exclusions(protocol(), data()).note.startswith(
        "Every randomized participant"
    )


def test_a_set_that_cannot_be_worked_out_has_no_number() -> None:
    counts = {e.id: e.estimate for e in membership(protocol(), data(drugs={}))}
    assert counts["sets.safety.active"] is None
    assert counts["sets.itt.active"] == 4
