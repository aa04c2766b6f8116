"""The listing of individual times, on the small trial."""

from equipoise.analyze.time_to_event.listing import times_listing
from equipoise.dataset.trialdata import UnblindedTrialData
from tests.analyze.small import SCORES, data, protocol, with_strategy

TRIAL = protocol()


def listed(
    known: UnblindedTrialData, trial: object = TRIAL
) -> dict[str, tuple[str, ...]]:
    (found,) = times_listing(trial, known)  # type: ignore[arg-type]
    assert found.id == "relapse-times"
    assert all(len(row) == len(found.columns) for row in found.rows)
    return {row[1]: row[2:] for row in found.rows}


def test_every_participant_at_risk_has_a_row() -> None:
    assert listed(data()) == {
        "A1": ("Active", "14", "28", "lost", "42", "28", "loss found at a rating"),
        "A2": ("Active", "14", "42", "censored", "42", "28",
               "not lost at the last planned rating"),
        "P2": ("Placebo", "14", "14", "lost", "28", "14", "loss found at a rating"),
    }  # fmt: skip


def test_the_reason_of_censoring() -> None:
    left = data(
        SCORES | {"A2": ("active", 24, 15, 12, 12, None)},
        milestones=[("A2", "lost-to-follow-up", 30, "moved")],
    )
    assert listed(left)["A2"] == (
        "Active", "14", "28", "censored", "28", "14", "lost to follow-up on day 30: moved"
    )  # fmt: skip
    silent = data(SCORES | {"A2": ("active", 24, 15, 12, 12, None)})
    assert listed(silent)["A2"][-1] == "no later rating"


def test_intercurrent_events_are_named() -> None:
    known = data(milestones=[("A2", "new-treatment", 20, None)])
    row = listed(known)["A2"]
    assert row == ("Active", "14", "14", "lost", "20", "6", "new treatment")
    trial = with_strategy("relapse", "hypothetical")
    row = listed(known, trial)["A2"]
    assert row == ("Active", "14", "14", "censored", "20", "6", "new treatment")


def test_what_is_not_known_is_said() -> None:
    (found,) = times_listing(TRIAL, data())
    assert "the data hold no record of disposition" in found.note
    (found,) = times_listing(
        TRIAL, data(milestones=[("A2", "treatment-completed", 0, None)])
    )
    assert "no record" not in found.note
    nobody = {p: row for p, row in SCORES.items() if p not in ("A1", "A2", "P2")}
    (found,) = times_listing(TRIAL, data(nobody))
    assert (found.rows, found.note) == ((), "No participant was at risk.")


def test_no_such_endpoint_no_listing() -> None:
    bare = TRIAL.model_copy(
        update={
            "endpoints": tuple(e for e in TRIAL.endpoints if e.type != "time-to-event")
        }
    )
    assert times_listing(bare, data()) == []
