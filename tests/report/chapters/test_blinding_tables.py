"""Tables of blinding, against the guesses."""

import pytest

from equipoise.report.chapters import blinding_tables as tables
from tests.analyze.feder import feder
from tests.report.chapters.test_continuous_tables import cells_of
from tests.report.made import data, results, texts

PARTICIPANT = feder().endpoint("blind_participant")
RATER = feder().endpoint("blind_rater")


def test_guesses_add_up_and_the_indices_stand_below() -> None:
    table = tables.guesses_table(feder(), results(), PARTICIPANT)
    found = texts(table)
    rows = data().guesses
    own = rows[
        (rows["by"] == "participant")
        & (rows["participant"].map(data().arm) == "ketamine")
    ]
    counts = [row[0].partition("/")[0] for row in list(found.values())[:3]]
    assert sum(map(int, counts)) == len(own)
    guessed = (own["guess"] == "midazolam").sum()
    assert found["Guessed Midazolam"][0] == f"{guessed}/{len(own)}"
    assert found["James index (95% CI)"][2].startswith("0.")
    for _, arm, _, row in cells_of(table):
        assert row.contrast == (arm or "ketamine - midazolam")


def test_the_heading_counts_those_who_were_asked() -> None:
    for endpoint, text in (
        (PARTICIPANT, "Participants who were asked, N = 30"),
        (RATER, "Participants whose rater was asked, N = 30"),
    ):
        assert tables.guesses_table(feder(), results(), endpoint).subtitle == text
        influence = tables.influence_table(feder(), results(), endpoint)
        assert influence is not None
        assert influence.subtitle == "Participants as stated in each row"


def test_those_who_named_an_arm_are_not_all_who_were_asked() -> None:
    found = texts(tables.influence_table(feder(), results(), PARTICIPANT))
    asked = found["Unadjusted, participants who were asked (did not know included)"]
    named = found["Unadjusted, participants who named an arm"]
    rows = data().guesses
    rows = rows[(rows["by"] == "participant") & (rows["guess"] != "don't know")]
    assert named[0] == str(rows["participant"].nunique())
    assert int(asked[0]) > int(named[0])
    assert asked[1] != named[1]


def test_no_row_says_held_fixed_and_each_has_its_number() -> None:
    for endpoint, n in ((PARTICIPANT, 7), (RATER, 6)):
        table = tables.influence_table(feder(), results(), endpoint)
        assert table is not None
        found = texts(table)
        assert len(found) == n
        assert not [label for label in found if "held fixed" in label.lower()]
        assert all(row[0].isdigit() for row in found.values())
        assert found["E-value"][1].count("for the interval") == 1
        assert "unmeasured factor" in table.note


def test_without_an_effect_there_is_no_table() -> None:
    alone = RATER.model_copy(
        update={"variable": RATER.variable.model_copy(update={"effect_on": None})}
    )
    assert tables.influence_table(feder(), results(), alone) is None


@pytest.mark.parametrize(
    ("label", "inside"),
    [
        ("Change in CAPS-5", "change in CAPS-5"),
        ("CAPS-5 at week 2", "CAPS-5 at week 2"),
        ("eGFR at week 2", "eGFR at week 2"),
    ],
)
def test_a_label_inside_a_title_keeps_its_abbreviation(label: str, inside: str) -> None:
    assert tables._lowered(label) == inside
