"""Participants, visits, infusions and measurements, as they are written down."""

import numpy as np
import pandas as pd
import pytest

from equipoise.simulate.acute import vital_signs
from equipoise.simulate.context import Context
from equipoise.simulate.records import exposures, measurements, participants, visits
from tests.simulate.trials import (
    Staged,
    feder,
    feder_scenario,
    feder_stages,
    small_stages,
)

BOTH = pytest.mark.parametrize("stages", [feder_stages, small_stages])


def people_of(history: Staged) -> pd.DataFrame:
    return participants(
        history.context, history.cohort, history.day0, history.clock, history.times
    )


def visits_of(history: Staged) -> pd.DataFrame:
    return visits(history.context, history.cohort, history.days, history.attended)


def dates(history: Staged) -> np.ndarray:
    return history.day0[:, None] + history.days.astype("timedelta64[D]")


def infusions_of(history: Staged) -> pd.DataFrame:
    return exposures(history.context, history.cohort, history.attended, history.clock)


# --- participants -----------------------------------------------------------------------


@BOTH
def test_everybody_who_was_screened_is_recorded_once(stages) -> None:
    history = stages()
    table = people_of(history)
    assert table["participant"].tolist() == history.cohort.ids.tolist()
    assert table["participant"].is_unique
    for name, values in history.cohort.values.items():
        assert table[name].tolist() == values.tolist()
    assert set(table["site"]) == {history.context.scenario.conduct.recruitment.site}


@BOTH
def test_the_randomized_have_an_arm_and_a_time_and_the_excluded_neither(stages) -> None:
    history = stages()
    table, inside = people_of(history), history.inside
    assert 0 < inside.sum() < len(inside)
    assert np.array_equal(table["arm"].notna(), inside)
    assert np.array_equal(table["randomized_at"].notna(), inside)
    ids = [arm.id for arm in history.context.protocol.arms]
    expected = [ids[a] for a in history.cohort.arms[inside]]
    assert table.loc[inside, "arm"].tolist() == expected


@BOTH
def test_consent_is_at_the_first_visit_and_randomization_after_baseline(stages) -> None:
    history = stages()
    table, day = people_of(history), dates(history)
    assert (table["consented_at"].dt.normalize() == pd.to_datetime(day[:, 0])).all()
    inside = table[history.inside]
    baseline = pd.to_datetime(day[history.inside, history.context.baseline])
    assert (inside["randomized_at"].dt.normalize() >= baseline).all()
    on = history.times.randomized[history.inside].astype("timedelta64[D]")
    expected = pd.to_datetime(history.day0[history.inside] + on)
    assert (inside["randomized_at"].dt.normalize() == expected).all()


# --- visits -----------------------------------------------------------------------------


@BOTH
def test_every_visit_that_was_due_has_a_row(stages) -> None:
    history = stages()
    table = visits_of(history)
    assert not table.duplicated(["participant", "visit"]).any()
    planned = history.context.visits
    last = dict(zip(history.cohort.ids, history.cohort.last_visit, strict=True))
    expected = {
        (person, visit.id)
        for person in history.cohort.ids
        for visit in planned[: last[person] + 1]
    }
    assert set(table[["participant", "visit"]].itertuples(index=False)) == expected
    day = {visit.id: visit.day for visit in planned}
    assert (table["planned_day"] == table["visit"].map(day)).all()


@BOTH
def test_a_visit_has_a_day_if_it_was_done_and_a_reason_if_it_was_missed(stages) -> None:
    table = visits_of(stages())
    status = table["status"]
    assert set(status) == {"done", "missed", "not applicable"}
    assert (table["actual_day"].notna() == (status == "done")).all()
    assert (table["in_window"].notna() == (status == "done")).all()
    assert (table["reason"].notna() == (status == "missed")).all()


@BOTH
def test_in_window_is_worked_out_from_the_days(stages) -> None:
    history = stages()
    done = visits_of(history).dropna(subset="actual_day")
    for row in done.itertuples():
        early, late = history.context.protocol.schedule.visit(row.visit).window
        away = row.actual_day - row.planned_day
        assert row.in_window == (early <= away <= late)


def test_the_reasons_are_those_of_the_scenario() -> None:
    history = small_stages()
    told = set(visits_of(history)["reason"].dropna())
    assert told == {"rain", "tired"}  # who stops walking still comes to be rated


# --- infusions --------------------------------------------------------------------------


def test_each_infusion_that_was_given_is_recorded_with_its_dose() -> None:
    """0.5 mg/kg of ketamine, 0.045 mg/kg of midazolam, in 40 minutes (the protocol)."""
    history = feder_stages()
    table = infusions_of(history)
    expected = {
        (person, visit.id)
        for i, person in enumerate(history.cohort.ids)
        for v, visit in enumerate(history.context.visits)
        if visit.infusion is not None and history.attended.done[i, v]
    }
    assert set(table[["participant", "visit"]].itertuples(index=False)) == expected
    assert len(table) == len(expected)
    arm = people_of(history).set_index("participant")["arm"]
    assert (table["drug"] == table["participant"].map(arm)).all()
    per_kg = table["drug"].map({"ketamine": 0.5, "midazolam": 0.045})
    # Drawn to 0.01 mL from vials of the first strength: half a step is the most.
    strength = table["drug"].map({"ketamine": 10.0, "midazolam": 1.0})
    off = (table["dose_mg"] - per_kg * table["weight_kg"]).abs()
    assert (off <= 0.005 * strength + 1e-9).all()
    weight = dict(
        zip(history.cohort.ids, history.cohort.values["weight_kg"], strict=True)
    )
    assert (table["weight_kg"] == table["participant"].map(weight)).all()
    lasted = table["stopped_at"] - table["started_at"]
    assert set(lasted) == {pd.Timedelta(minutes=40)}
    assert not table["interrupted"].any()


def test_infusions_start_at_their_time_and_in_their_order() -> None:
    history = feder_stages()
    table = infusions_of(history)
    place = {person: i for i, person in enumerate(history.cohort.ids)}
    for row in table.itertuples():
        v = history.context.visit[row.visit]
        assert row.infusion == history.context.visits[v].infusion
        assert row.started_at == history.clock.zero[place[row.participant], v]
    ordered = table.sort_values(["participant", "infusion"])
    gaps = ordered.groupby("participant")["started_at"]
    days = gaps.transform(lambda at: at.dt.normalize().diff()).dropna()
    assert (days >= pd.Timedelta(days=1)).all()


def test_a_dose_is_capped_where_the_protocol_caps_it() -> None:
    history = feder_stages()
    kinds = tuple(
        kind.model_copy(
            update={"cap": kind.dose.model_copy(update={"value": 35.0, "unit": "mg"})}
        )
        if kind.id == "ketamine"
        else kind
        for kind in feder().interventions
    )
    context = Context.of(
        feder().model_copy(update={"interventions": kinds}), feder_scenario()
    )
    table = exposures(context, history.cohort, history.attended, history.clock)
    mine = table[table["drug"] == "ketamine"]
    off = (mine["dose_mg"] - np.minimum(0.5 * mine["weight_kg"], 35)).abs()
    assert (off <= 0.05 + 1e-9).all()  # half of 0.01 mL of 10 mg/mL
    assert (mine["dose_mg"] <= 35).all()
    assert (mine["dose_mg"] == 35).any()
    assert (mine["dose_mg"] < 35).any()


def test_an_infusion_without_a_stated_length_is_as_long_as_the_others() -> None:
    """Otherwise a length of 0 minutes would tell the arm."""
    history = feder_stages()
    kinds = tuple(
        kind.model_copy(update={"infusion": None}) if kind.id == "midazolam" else kind
        for kind in feder().interventions
    )
    protocol = feder().model_copy(update={"interventions": kinds})
    context = Context.of(protocol, feder_scenario())
    table = exposures(context, history.cohort, history.attended, history.clock)
    length = table["stopped_at"] - table["started_at"]
    lengths = length.groupby(table["drug"]).unique()
    assert set(lengths.index) == {"ketamine", "midazolam"}
    assert all(list(found) == [pd.Timedelta(minutes=40)] for found in lengths)


def test_without_infusions_there_are_no_exposures() -> None:
    assert infusions_of(small_stages()).empty


# --- measurements -----------------------------------------------------------------------


def test_vital_signs_are_measured_at_every_minute_of_a_given_infusion() -> None:
    history = feder_stages()
    table = measurements(
        history.context, history.cohort, history.attended, history.history.exposed
    )
    minutes = (-30, 10, 20, 30, 40, 60, 120, 240)
    given = infusions_of(history)[["participant", "visit"]]
    expected = {
        (person, visit, minute, name)
        for person, visit in given.itertuples(index=False)
        for minute in minutes
        for name in ("SYSBP", "DIABP", "PULSE", "OXYSAT")
    }
    key = ["participant", "visit", "timepoint_min", "name"]
    assert set(table[key].itertuples(index=False)) == expected
    assert len(table) == len(expected)
    units = {vital.name: vital.unit for vital in feder_scenario().vitals}
    assert (table["unit"] == table["name"].map(units)).all()


def test_a_measured_value_is_that_of_the_person_and_the_occasion() -> None:
    history = feder_stages()
    exposed = history.history.exposed
    table = measurements(history.context, history.cohort, history.attended, exposed)
    place = {person: i for i, person in enumerate(history.cohort.ids)}
    for name, (planned, values) in vital_signs(
        history.context, history.cohort, exposed
    ).items():
        at = {(o.visit, o.minute): j for j, o in enumerate(planned)}
        for row in table[table["name"] == name].itertuples():
            j = at[history.context.visit[row.visit], row.timepoint_min]
            assert row.value == values[place[row.participant], j]


def test_nothing_to_measure_is_no_table() -> None:
    history = small_stages()
    assert measurements(
        history.context, history.cohort, history.attended, history.history.exposed
    ).empty
