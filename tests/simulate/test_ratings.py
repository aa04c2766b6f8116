"""Answers and recorded scores: of visits that were done, and true to their scores."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd
import pytest

from equipoise.dataset.derive import score_table
from equipoise.simulate.ratings import rating_tables, simulate_ratings
from equipoise.simulate.scenario_measurements import Emphasis, ItemPattern
from tests.simulate.chance import FAR, mean_error
from tests.simulate.trials import (
    Staged,
    feder,
    feder_scenario,
    feder_stages,
    feder_trial,
    small_stages,
    small_trial,
)


def tables_of(history: Staged) -> dict[str, pd.DataFrame]:
    ratings = simulate_ratings(
        history.context, history.cohort, history.scores, history.history.exposed
    )
    return rating_tables(
        history.context, history.cohort, ratings, history.attended, history.clock
    )


PAIRS = [
    *(
        (feder_trial, feder_stages, c.instrument, c.score)
        for c in feder_scenario().courses
    ),
    (small_trial, small_stages, "small", "total"),
    (small_trial, small_stages, "second", "highest"),
    (small_trial, small_stages, "third", "global"),
]


@pytest.mark.parametrize(("trial", "stages", "instrument", "score"), PAIRS)
def test_what_is_scored_from_the_answers_is_what_was_to_be(
    trial, stages, instrument: str, score: str
) -> None:
    """By the instrument's own rules, at exactly the visits that were done and rate it."""
    history, data = stages(), trial()
    context = history.context
    k = context.plan.instruments.index(instrument)
    expected = {
        (person, visit.id): history.scores[i, v, k]
        for i, person in enumerate(history.cohort.ids)
        for v, visit in enumerate(context.visits)
        if context.rated[v, k] and history.attended.done[i, v]
    }
    table = score_table(data, f"{instrument}.{score}")
    found = table.set_index(["participant", "visit"])["value"].astype(float)
    assert len(expected) > 100
    assert found.to_dict() == expected


@pytest.mark.parametrize("instrument", ["cadss", "bprs_positive", "ymrs"])
def test_acute_instruments_are_rated_at_every_minute_of_a_given_infusion(
    instrument: str,
) -> None:
    history, data = feder_stages(), feder_trial()
    given = {
        (person, visit.id, minute)
        for i, person in enumerate(history.cohort.ids)
        for v, visit in enumerate(history.context.visits)
        if visit.infusion is not None and history.attended.done[i, v]
        for minute in (-30, 40, 120, 240)
    }
    table = data.scores[
        (data.scores["instrument"] == instrument) & (data.scores["score"] == "total")
    ]
    rows = table[["participant", "visit", "timepoint_min"]].itertuples(index=False)
    assert set(rows) == given
    assert len(table) == len(given)
    ratings = {
        r.stated.instrument: r
        for r in simulate_ratings(
            history.context, history.cohort, history.scores, history.history.exposed
        )
    }
    place = {person: i for i, person in enumerate(history.cohort.ids)}
    at = {
        (history.context.visits[o.visit].id, o.minute): j
        for j, o in enumerate(ratings[instrument].occasions)
    }
    for row in table.itertuples():
        i, j = place[row.participant], at[row.visit, row.timepoint_min]
        assert row.value == ratings[instrument].scores[i, j]


def test_a_form_is_filled_in_once_with_every_item_of_its_score() -> None:
    answers = feder_trial().answers
    key = ["participant", "visit", "timepoint_min", "instrument"]
    assert not answers.duplicated([*key, "item"]).any()
    items = answers.groupby(key, dropna=False)["item"].nunique()
    for name, counts in items.groupby("instrument"):
        scale = feder().scales[name]
        total = scale.scores["total"]
        of_score = {*total.items, *(item for group in total.groups for item in group)}
        rows = answers[answers["instrument"] == name]
        assert set(rows["item"]) == of_score
        blank = sum(len(group.items) - 1 for group in scale.alternatives)
        assert set(counts) == {len(of_score) - blank}, name


def test_answers_are_those_that_the_form_allows() -> None:
    for data in (feder_trial(), small_trial()):
        for (name, item), rows in data.answers.groupby(["instrument", "item"]):
            allowed = data.scales[name].items[item].allowed
            assert set(rows["value"]) <= set(allowed)


def test_the_clock_is_that_of_the_visit() -> None:
    """The instruments of a visit follow each other; minutes count from the infusion."""
    history, data = feder_stages(), feder_trial()
    clock = {
        (person, visit.id): (history.clock.rated[i, v], history.clock.zero[i, v])
        for i, person in enumerate(history.cohort.ids)
        for v, visit in enumerate(history.context.visits)
    }
    order = [use.id for use in feder().instruments]
    keys = ["participant", "visit", "timepoint_min", "instrument"]
    forms = data.answers.drop_duplicates(keys)
    for row in forms.itertuples():
        rated, zero = clock[row.participant, row.visit]
        if pd.isna(row.timepoint_min):  # in the order of the form, ten minutes each
            expected = rated + pd.Timedelta(minutes=10 * order.index(row.instrument))
        else:
            expected = zero + pd.Timedelta(minutes=row.timepoint_min)
        assert row.answered_at == expected


def test_who_fills_a_form_in_is_who_the_protocol_says() -> None:
    by = {use.id: use.by for use in feder().instruments}
    answers = feder_trial().answers
    found = answers.groupby("instrument")["rater"].unique()
    assert {name: raters.tolist() for name, raters in found.items()} == {
        name: [by[name]] for name in found.index
    }


def test_an_instrument_without_items_has_its_score_recorded() -> None:
    tables = tables_of(small_stages())
    recorded, answers = tables["recorded_scores"], tables["answers"]
    assert set(recorded["instrument"]) == {"third"}
    assert set(recorded["score"]) == {"global"}
    assert set(answers["instrument"]) == {"small", "second"}
    assert "recorded_scores" not in tables_of(feder_stages())


@lru_cache
def shares(arm: str, visit: str, most: int = 80) -> np.ndarray:
    """Part of items 1 and 2 in each total of 8 points or more of the CAPS-5.

    They draw three times as much as the 18 others, after baseline, with ketamine.
    """
    stated = Emphasis(items=("1", "2"), factor=3, arm="ketamine", assumed=True)
    history, scenario = feder_stages(400), feder_scenario()
    courses = tuple(
        c.model_copy(
            update={
                "items": ItemPattern(
                    spread=0.4, stable=0.5, emphasis=(stated,), assumed=True
                )
            }
        )
        for c in scenario.courses[:1]
    )
    context = replace(
        history.context,
        scenario=scenario.model_copy(update={"courses": courses, "acute": ()}),
    )
    (caps5,) = simulate_ratings(
        context, history.cohort, history.scores, history.history.exposed
    )
    assert caps5.stated.instrument == "caps5"
    tables = rating_tables(
        context, history.cohort, [caps5], history.attended, history.clock
    )
    rows = tables["answers"]
    form = rows[rows["visit"] == visit].pivot(
        index="participant", columns="item", values="value"
    )
    here = history.cohort.ids[history.cohort.arms == context.arm[arm]]
    form = form[form.index.isin(here)]
    total = form.sum(axis=1)
    part = form[["1", "2"]].sum(axis=1) / total
    return part[(total >= 8) & (total <= most)].to_numpy(dtype=float)


@pytest.mark.parametrize(
    ("arm", "visit"), [("midazolam", "week-2"), ("ketamine", "baseline")]
)
def test_items_that_are_like_the_others_take_as_much(arm: str, visit: str) -> None:
    """Two in twenty, exactly on average, for the twenty are exchangeable."""
    assert abs(mean_error(shares(arm, visit), 2 / 20)) < FAR


def test_items_with_emphasis_take_more_in_their_arm_after_baseline() -> None:
    """Two of weight 3 beside eighteen of weight 1, and what whole points lose of it."""
    found = shares("ketamine", "week-2", most=28)  # more would fill the two up
    assert abs(found.mean() - 6 / (6 + 18)) < 0.03
    assert mean_error(found, 0.15) > FAR
