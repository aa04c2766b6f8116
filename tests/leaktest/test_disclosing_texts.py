"""A planted arm is found; what everybody may read is not a leak."""

import pytest

from equipoise.exchange.protocols import load_protocol
from equipoise.leaktest.crawl import Seen
from equipoise.leaktest.disclosing_texts import leaks, telling
from tests.protocol.faults import read
from tests.protocol.test_check_treatments import BOTH

FEDER = load_protocol("feder2021")


def found(text: str, address: str = "/participants/P0001/") -> list[str]:
    page = Seen("rater", address, 200, text)
    return [leak.word for leak in leaks(FEDER, [page])]


def test_what_tells() -> None:
    assert {"ketamine", "midazolam"} <= telling(FEDER)


def test_a_psychotherapy_of_every_arm_discloses_none() -> None:
    shared, own = (
        read(*BOTH)[0],
        read(*BOTH, ('["midazolam", "wet"]', '["midazolam"]'))[0],
    )
    assert shared is not None
    assert own is not None
    assert "written exposure therapy" not in telling(shared)
    assert "ketamine" in telling(shared)
    assert "written exposure therapy" in telling(own)


@pytest.mark.parametrize(
    "text",
    [
        "<td>ketamine</td>",
        'data-arm="midazolam"',
        '{"arm":"ketamine"}',
        "P0001 KETAMINE 35 mg",
    ],
)
def test_a_planted_arm_is_found(text: str) -> None:
    assert found(text)


def test_the_name_of_the_trial_tells_nothing() -> None:
    assert not found(f"<title>{FEDER.trial.label}</title> {FEDER.trial.title}")


def test_a_form_that_asks_for_a_guess_names_arms() -> None:
    choices = '<option value="ketamine">Ketamine</option>'
    assert not found(choices, "/participants/P0001/forms/guess%3Arater/?visit=week-2")
    assert found(choices, "/participants/P0001/forms/visit/")


def test_guesses_in_an_export_are_guesses() -> None:
    text = "[guesses.csv]\nP0001,rater,week-2,ketamine\n[participants.csv]\nP0001,"
    assert not found(text, "/api/export?format=csv")
    assert found(text + "ketamine", "/api/export?format=csv") == ["ketamine"]


def test_what_was_looked_for_may_be_said_again() -> None:
    text = 'nobody has "ketamine" in the identifier'
    assert not found(text, "/participants/?q=ketamine")
    assert found(text, "/participants/?q=P0001")


def test_a_guess_in_an_audit_trail_is_a_guess() -> None:
    row = '<tr data-form="{}">\n<td>week-2</td>\n<td>ketamine</td>\n</tr>'
    guess = row.format("guess:rater")
    assert not found(guess, "/audit/P0001/")
    assert found(row.format("randomization"), "/audit/P0001/")
    assert found(guess.replace("</tr>", "<tr>") + row, "/audit/P0001/")
