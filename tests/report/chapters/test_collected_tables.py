"""Tables of instruments without an endpoint, against the data."""

from __future__ import annotations

from dataclasses import replace

import pytest

from equipoise.analyze.collected_instruments import collected_instruments
from equipoise.report.blocks import Paragraph, Table
from equipoise.report.chapters import collected_tables as tables
from tests.analyze.feder import feder
from tests.analyze.safety.safety_trial import trial, trial_data
from tests.report.made import data, results, texts


def test_ratings_at_visits_stand_among_efficacy() -> None:
    made = list(tables.rated_at_visits(feder(), results()))
    assert [getattr(b, "name", "") for b in made] == [
        "collected-cgi_s",
        "collected-cgi_i",
    ]
    assert {getattr(b, "group", "") for b in made} == {"14.2"}
    table = made[1]
    assert isinstance(table, Table)
    assert table.head[4] == "Ketamine, response, n/N (%)"
    assert "much or very much improved" in table.note
    scores = data().scores
    own = scores[(scores["instrument"] == "cgi_i") & (scores["visit"] == "week-2")]
    row = texts(table)["Week 2"]
    for place, arm in enumerate(("ketamine", "midazolam")):
        mine = own.loc[own["participant"].map(data().arm) == arm, "value"]
        printed = row[4 * place : 4 * place + 4]
        assert printed[0] == str(len(mine))
        assert float(printed[1].partition(" ")[0]) == pytest.approx(
            mine.mean(), abs=0.05
        )
        assert float(printed[2]) == mine.median()
        assert printed[3].startswith(f"{(mine <= 2).sum()}/{len(mine)} (")


def test_ratings_at_infusions_stand_among_safety() -> None:
    made = list(tables.rated_at_infusions(feder(), results()))
    names = [getattr(b, "name", "") for b in made]
    assert names == ["collected-bprs_positive-infusions", "collected-ymrs-infusions",
                     "collected-moaas-infusions"]  # fmt: skip
    table = made[2]
    assert isinstance(table, Table)
    assert table.group == "14.3.6"
    assert table.head[3] == "Ketamine, minimum"
    scores = data().scores
    own = scores[(scores["instrument"] == "moaas") & (scores["timepoint_min"] == 40)]
    arm = own["participant"].map(data().arm)
    row = texts(table)["minute 40"]
    assert row[2] == f"{own.loc[arm == 'ketamine', 'value'].min():g}"
    assert row[5] == f"{own.loc[arm == 'midazolam', 'value'].min():g}"


def test_what_was_not_collected_is_a_sentence() -> None:
    known = trial_data(ratings=[("A1", "week-2", None, "cgi_i", 2.0)])
    made = collected_instruments(trial(), known)
    empty = replace(results(), estimates=tuple(made))
    table, sentence = tables.rated_at_visits(trial(), empty)
    assert isinstance(table, Table)
    assert isinstance(sentence, Paragraph)
    assert sentence.text.endswith("(CGI-S): not collected or not provided.")
    assert sentence.id == "collected.cgi_s.visits"
