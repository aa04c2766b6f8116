"""Words of an outcome."""

from equipoise.analyze.binary.outcome_labels import by_arm_text, outcome_words, state
from tests.analyze.feder import feder
from tests.analyze.small import protocol

TRIAL = protocol()


def test_a_response_a_remission_and_an_event_have_their_words() -> None:
    words = outcome_words(feder(), feder().endpoint("response"))
    assert (words.arm, words.versus) == ("Ketamine", "Midazolam")
    assert words.none("Midazolam") == "no participant in Midazolam responded"
    assert words.every("Ketamine") == "every participant in Ketamine responded"
    assert words.without == "non-responders"
    remission = outcome_words(feder(), feder().endpoint("remission"))
    assert remission.none("X") == "no participant in X was in remission"
    event = outcome_words(TRIAL, TRIAL.endpoint("harm"))
    assert event.none("Active") == "no participant in Active had such an event"
    assert (event.without, event.failure) == (
        "without the outcome",
        "not having the outcome",
    )


def test_what_is_lost_and_counts_by_arm() -> None:
    assert state(TRIAL, TRIAL.endpoint("relapse")) == "response"
    assert by_arm_text(TRIAL, {"placebo": 2, "active": 1}) == "1 Active, 2 Placebo"
