"""Who is in which set, and why somebody is not."""

from equipoise.analyze.population.membership import exclusions, membership
from tests.analyze.population.full import full_protocol, trial
from tests.analyze.small import SCORES, data, protocol, without_response

DRUGS = {p: "active drug" if r[0] == "active" else "saline" for p, r in SCORES.items()}


def test_a_participant_without_infusion_or_rating_is_named_with_the_reason() -> None:
    scores = {**SCORES, "A5": ("active", 20, None, None, None, None)}
    known = data(scores, drugs=DRUGS)
    rows = exclusions(protocol(), known).rows
    assert (
        "A5",
        "Active",
        "Participants with an infusion",
        "not in the set",
        "no record of treatment received",
    ) in rows
    assert any(r[0] == "A5" and r[4] == "no hamd17.total after baseline" for r in rows)
    assert (
        "A5",
        "Active",
        "Analysis of: Change to week 2",
        "not in the analysis",
        "No rating after baseline",
    ) in rows
    counts = {e.id: e for e in membership(protocol(), known)}
    assert counts["sets.itt.active"].estimate == 5
    assert counts["sets.safety.active"].estimate == 4
    assert counts["sets.safety.active"].percent == 80


def test_who_received_the_other_treatment_is_analyzed_with_it() -> None:
    known = data(drugs={**DRUGS, "P1": "active drug"})
    listing = exclusions(protocol(), known)
    assert listing.rows == (
        (
            "P1",
            "Placebo",
            "Participants with an infusion",
            "analyzed as Active",
            "received that treatment",
        ),
    )
    assert listing.group == "16.2.3"
    counts = {e.id: e.estimate for e in membership(protocol(), known)}
    assert counts["sets.safety.active"] == 5


def test_nobody_excluded_is_said() -> None:
    note = exclusions(full_protocol(), trial()).note
    assert note == "Every randomized participant is in every analysis set."
    note = exclusions(protocol(), data()).note
    assert note == "Every participant in the data is in every analysis set."


def test_a_set_that_cannot_be_determined_has_no_number_and_is_named() -> None:
    counts = {e.id: e for e in membership(protocol(), data(drugs={}))}
    assert counts["sets.safety.active"].estimate is None
    assert "not known" in str(counts["sets.safety.active"].note)
    assert counts["sets.itt.active"].estimate == 4
    note = exclusions(protocol(), data(drugs={})).note
    assert note.startswith(
        "Every participant in the data is in every analysis set whose"
    )
    assert "Participants with an infusion: not known who is in it" in note


def test_who_was_rated_too_late_for_the_model_is_named() -> None:
    late = without_response(["week-1", "week-2"], {"A1": SCORES["A1"]})
    rows = exclusions(protocol(), data(SCORES | late)).rows
    assert [(r[0], r[4]) for r in rows] == [
        ("A1", "No rating that the estimand uses at the visits of the analysis")
    ]
