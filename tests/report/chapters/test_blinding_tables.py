"""Tables of the blind, against the guesses."""

from equipoise.report.chapters import blinding_tables as tables
from tests.analyze.feder import feder
from tests.report.made import data, results, texts


def test_guesses_add_up_and_the_indices_stand_below() -> None:
    endpoint = feder().endpoint("blind_participant")
    found = texts(tables.guesses_table(feder(), results(), endpoint))
    rows = data().guesses
    mine = rows[
        (rows["by"] == "participant")
        & (rows["participant"].map(data().arm) == "ketamine")
    ]
    counts = [row[0].partition("/")[0] for row in list(found.values())[:3]]
    assert sum(map(int, counts)) == len(mine)
    assert found["James' index (CI)"][2].startswith("0.")


def test_the_effect_with_a_guess_held_fixed_beside_the_planned_one() -> None:
    endpoint = feder().endpoint("blind_participant")
    found = texts(tables.influence_table(feder(), results(), endpoint))
    assert len(found) == 6
    assert found["E-value"][0].count("for the interval") == 1
    other = feder().endpoint("blind_rater")
    assert len(texts(tables.influence_table(feder(), results(), other))) == 5
    alone = other.model_copy(
        update={"variable": other.variable.model_copy(update={"effect_on": None})}
    )
    assert tables.influence_table(feder(), results(), alone) is None
