"""From answers to rows: each value once, in its table, and nothing that is concealed."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.current_values import Value, Where
from equipoise.conduct.export.history import History, score_at
from equipoise.conduct.export.rows import Cells, blinded_contract, rows_of
from equipoise.conduct.export.snapshot import Sight
from equipoise.dataset.trialdata import TrialData
from equipoise.exchange.protocols import load_protocol
from tests.conduct.exported import frames

FEDER = load_protocol("feder2021")
TABLES = blinded_contract(FEDER)
AT = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
DAY0 = date(2027, 1, 18)
ACUTE = ("cadss", "bprs_positive", "ymrs", "moaas")  # rated at minutes, in the protocol
SHOWS = {
    f"instrument:{use.id}": "dissociation" if use.id in ACUTE else "ratings"
    for use in FEDER.instruments
}


def sight(*roles: str) -> Sight:
    held = {role: frozenset({"north"}) for role in roles}
    return Sight(Actor("x", held), FEDER, SHOWS)  # type: ignore[arg-type]


def history(forms: dict[Where, dict[str, str | None]], **known: object) -> History:
    made = History("P0001", site="north", screened_at=AT.replace(tzinfo=None), **known)  # type: ignore[arg-type]
    for where, values in forms.items():
        made.values[where] = {n: Value(v, "rater", AT, 1, 1) for n, v in values.items()}
        made.status[where] = "complete"
    return made


def rows(person: History, seen: Sight) -> list[tuple[str, Cells]]:
    return list(rows_of(FEDER, TABLES, person, seen))


def table(name: str, person: History, *roles: str) -> list[Cells]:
    seen = sight(*(roles or ("coordinator",)))
    return [row for made, row in rows(person, seen) if made == name]


FORMS: dict[Where, dict[str, str | None]] = {
    ("consent", "", None): {"version": "1.0", "signed_at": "2027-01-04T08:15"},
    ("characteristics", "", None): {"age": "41", "sex": "F", "weight_kg": "82.5"},
    ("visit", "infusion-1", None): {"status": "done", "date": "2027-01-18"},
    ("visit", "infusion-2", None): {"status": "missed", "reason": "ill"},
    ("visit", "unscheduled-1", None): {"date": "2027-01-19", "reason": "worse"},
    ("infusion", "infusion-1", None): {
        "weight_kg": "82", "started_at": "2027-01-18T10:00",
        "stopped_at": "2027-01-18T10:40", "interrupted": "no",
    },
    ("vitals", "infusion-1", -30): {"SYSBP": "121", "OXYSAT": "99"},
    ("instrument:cadss", "infusion-1", 40): {"1": "3"},
    ("instrument:cgi_s", "baseline", None): {"1": "5"},
    ("event#1", "", None): {
        "term": "Nausea", "started_on": "2027-01-18", "severity": "mild",
        "serious": "no", "related": "yes",
    },
    ("guess:rater", "week-2", None): {"guess": "don't know"},
}  # fmt: skip


def test_each_form_in_its_table_by_hand() -> None:
    person = history(FORMS, day0=DAY0)
    (who,) = table("participants", person)
    assert who == {
        "participant": "P0001", "site": "north", "randomized_at": None,
        "consented_at": datetime(2027, 1, 4, 8, 15),  # noqa: DTZ001 as it was written
        "age": 41.0, "sex": "F", "weight_kg": 82.5, "ptsd_years": None,
        "psychotropics": None,
    }  # fmt: skip
    (given_,) = table("exposures", person)
    assert (given_["infusion"], given_["weight_kg"], given_["interrupted"]) == (
        1,
        82.0,
        False,
    )
    found = [(r["name"], r["value"], r["unit"], r["timepoint_min"])
             for r in table("measurements", person)]  # fmt: skip
    assert found == [("OXYSAT", 99.0, "%", -30), ("SYSBP", 121.0, "mmHg", -30)]
    answers = [(r["instrument"], r["visit"], r["timepoint_min"], r["item"], r["value"])
               for r in table("answers", person)]  # fmt: skip
    assert answers == [
        ("cgi_s", "baseline", None, "1", 5.0),
        ("cadss", "infusion-1", 40, "1", 3.0),
    ]
    (event,) = table("events", person)
    assert (event["started_day"], event["stopped_day"]) == (0, None)
    assert (event["serious"], event["related"], event["action"]) == (False, True, None)
    (guess,) = table("guesses", person)
    assert (guess["by"], guess["guess"]) == ("rater", "don't know")
    visits = {r["visit"]: r for r in table("visits", person)}
    done, missed = visits["infusion-1"], visits["infusion-2"]
    assert (done["actual_day"], done["in_window"], done["planned_day"]) == (0, True, 0)
    assert (missed["status"], missed["actual_day"], missed["reason"]) == (
        "missed", None, "ill",
    )  # fmt: skip
    assert visits["unscheduled-1"]["actual_day"] == 1
    assert len(visits) == len(FEDER.schedule.visits) + 1


def test_a_questionnaire_from_paper_has_the_date_of_its_sheet_and_no_item_more() -> (
    None
):
    """``score_at`` reads the same answers."""
    where: Where = ("instrument:iesr", "baseline", None)
    said = {f"{n}": "2" for n in range(1, 23)} | {"paper_date": "2027-01-05"}
    person = history(FORMS | {where: dict(said)}, day0=DAY0)
    found = [r for r in table("answers", person) if r["instrument"] == "iesr"]
    assert {(r["value"], r["paper_date"]) for r in found} == {(2.0, "2027-01-05")}
    assert len(found) == 22
    assert score_at(FEDER, person, "iesr.total", "baseline") == 44
    made = frames(iter(rows(person, sight("coordinator"))))
    data = TrialData.from_tables(FEDER, made)
    assert set(data.answers["paper_date"].dropna()) == {"2027-01-05"}


def test_an_unscheduled_visit_that_has_no_date_is_planned_and_not_done() -> None:
    forms = {("visit", "unscheduled-1", None): {"planned": "2027-01-20"}}
    visits = table("visits", history(forms, day0=DAY0))  # type: ignore[arg-type]
    (found,) = (row for row in visits if row["visit"] == "unscheduled-1")
    assert (found["planned_day"], found["actual_day"]) == (2, None)
    assert found["status"] == "planned"


def test_the_data_are_valid_by_the_contract() -> None:
    person = history(FORMS, day0=DAY0)
    made = TrialData.from_tables(
        FEDER, frames(iter(rows(person, sight("coordinator"))))
    )
    assert made.blind
    assert made.answers["value"].tolist() == [5.0, 3.0]


def test_the_contract_has_no_column_that_unblinds() -> None:
    names = {(t.name, c.name) for t in TABLES.values() for c in t.columns}
    hidden = {("participants", "arm"), ("exposures", "drug"), ("exposures", "dose_mg")}
    assert not hidden & names
    for name, row in rows(history(FORMS, day0=DAY0), sight("coordinator")):
        columns = {c.name for c in TABLES[name].columns}
        assert row.keys() <= columns, name  # nothing is handed out beside the contract


PLACES = st.dictionaries(
    st.tuples(st.sampled_from(["baseline", "week-1", "week-2"]),
              st.sampled_from([str(n) for n in range(1, 11)])),
    st.none() | st.integers(0, 6),
    max_size=12,
)  # fmt: skip


@pytest.mark.property
@settings(max_examples=25)
@given(said=PLACES, data=st.data())
def test_each_answer_is_one_row_in_any_order(
    said: dict[tuple[str, str], int | None], data: st.DataObject
) -> None:
    def person(order: Iterable[tuple[str, str]]) -> History:
        forms: dict[Where, dict[str, str | None]] = {}
        for visit, item in order:
            value = said[visit, item]
            where = "instrument:madrs", visit, None
            forms.setdefault(where, {})[item] = None if value is None else str(value)
        return history(forms, day0=DAY0)

    made = table("answers", person(said))
    wanted = {place: float(v) for place, v in said.items() if v is not None}
    assert {(r["visit"], r["item"]): r["value"] for r in made} == wanted
    assert len(made) == len(wanted)
    again = table("answers", person(data.draw(st.permutations(list(said)))))
    assert again == made  # the bytes of an export do not depend on who typed first


def test_minutes_go_by_size_and_not_by_letters() -> None:
    minutes = [120, -30, 40, 0, 240, -5]
    forms = {("vitals", "infusion-1", m): {"PULSE": "70"} for m in minutes}
    found = [r["timepoint_min"] for r in table("measurements", history(forms))]  # type: ignore[arg-type]
    assert found == sorted(minutes)


CONCEALED = {  # by [blinding.conceal] of the protocol, and the table of rights
    "rater": {"exposures", "measurements", "events"},
    "infusion team": {"guesses"},
    "coordinator": set(),
    "monitor": set(),
    "administrator": {"exposures", "measurements", "events", "guesses", "answers"},
}


@pytest.mark.parametrize("role", CONCEALED)
def test_what_is_concealed_from_a_person_is_not_there(role: str) -> None:
    found = rows(history(FORMS, day0=DAY0), sight(role))
    counted = Counter(name for name, _ in found)
    could = {"exposures", "measurements", "events", "guesses", "answers"}
    assert could - counted.keys() == CONCEALED[role]
    scales = {r["instrument"] for n, r in found if n == "answers"}
    hidden = {"rater": {"cadss"}, "infusion team": {"cgi_s"},
              "administrator": {"cadss", "cgi_s"}}  # fmt: skip
    assert scales == {"cadss", "cgi_s"} - hidden.get(role, set())


def followed(caps5: int) -> History:
    """Somebody with a CAPS-5 of 60 at baseline and 20 times so much at week 2."""
    forms: dict[Where, dict[str, str | None]] = {}
    for visit, value in (("baseline", 3), ("week-2", caps5)):
        scale = {str(n): str(value) for n in range(1, 21)}
        forms["instrument:caps5", visit, None] = dict(scale)
        day = DAY0 + timedelta(days=FEDER.schedule.visit(visit).day)
        forms["visit", visit, None] = {"status": "done", "date": day.isoformat()}
    return history(forms, day0=DAY0, randomized_at=AT.replace(tzinfo=None))


def test_a_visit_for_responders_tells_nothing_to_whom_ratings_are_concealed() -> None:
    def states(person: History, role: str) -> set[object]:
        made = table("visits", person, role)
        return {r["status"] for r in made if r["visit"] == "week-3"}

    assert states(followed(1), "coordinator") == {"planned"}
    assert states(followed(3), "coordinator") == {"not applicable"}
    nurse = [rows(followed(caps5), sight("infusion team")) for caps5 in (1, 3)]
    assert nurse[0] == nurse[1]  # to the last cell


def test_a_consent_that_nobody_signed_off_is_none() -> None:
    person = history(FORMS, day0=DAY0)
    person.status["consent", "", None] = "started"
    assert table("participants", person)[0]["consented_at"] is None
    reached = {r["milestone"] for r in table("dispositions", person)}
    assert reached == {"screened"}


def test_before_day0_is_planned_no_day_is_made_up() -> None:
    person = history(FORMS)
    assert {r["actual_day"] for r in table("visits", person)} == {None}
    assert [r["started_day"] for r in table("events", person)] == [None]


def test_times_stand_in_utc() -> None:
    person = history(FORMS, day0=DAY0)
    where = "instrument:cgi_s", "baseline", None
    local = AT.astimezone(timezone(timedelta(hours=-5)))
    person.values[where] = {"1": Value("5", "rater", local, 1, 1)}
    row = next(r for r in table("answers", person) if r["instrument"] == "cgi_s")
    assert row["answered_at"] == datetime(2027, 1, 4, 9, 0)  # noqa: DTZ001


def test_a_score_without_items_is_a_recorded_score() -> None:
    madrs = FEDER.scales["madrs"].model_copy(update={"items": {}})
    trial = FEDER.model_copy(update={"scales": {**FEDER.scales, "madrs": madrs}})
    person = history({("instrument:madrs", "baseline", None): {"total": "31"}})
    found = [(n, r) for n, r in rows_of(trial, TABLES, person, sight("coordinator"))
             if n in ("answers", "recorded_scores")]  # fmt: skip
    ((name, row),) = found
    assert name == "recorded_scores"
    assert (row["score"], row["value"], row["timepoint_min"]) == ("total", 31.0, None)


def test_a_missing_code_is_a_reason_and_no_value() -> None:
    person = history(
        {
            ("instrument:madrs", "week-1", None): {"1": "3", "2": "missing:refused"},
            ("vitals", "infusion-1", -30): {"SYSBP": "missing:not assessed"},
        },
        day0=DAY0,
    )
    found = [(r["item"], r["value"], r.get("reason_missing"))
             for r in table("answers", person)]  # fmt: skip
    assert found == [("1", 3.0, None), ("2", None, "refused")]
    (pressure,) = table("measurements", person)
    assert (pressure["value"], pressure["reason_missing"]) == (None, "not assessed")
    made = TrialData.from_tables(
        FEDER, frames(iter(rows(person, sight("coordinator"))))
    )
    assert made.answers["item"].tolist() == ["1"]
    assert made.measurements.empty
    assert made.not_answered["answers"]["reason_missing"].tolist() == ["refused"]


def test_an_event_with_its_times_and_criteria() -> None:
    said = {
        "term": "Syncope", "started_on": "2027-01-18", "started_time": "10:20",
        "ongoing": "no", "stopped_on": "2027-01-18", "stopped_time": "10:25",
        "severity": "severe", "serious": "yes", "death": "no", "life_threatening": "yes",
        "hospitalization": "missing:unknown", "related": "yes",
        "related_infusion": "infusion-1", "outcome": "recovered", "special_interest": "no",
    }  # fmt: skip
    (row,) = table("events", history({("event#1", "", None): said}, day0=DAY0))
    assert (row["started_time"], row["stopped_time"]) == ("10:20", "10:25")
    assert (row["ongoing"], row["special_interest"]) == (False, False)
    assert (row["death"], row["life_threatening"]) == (False, True)
    assert row["hospitalization"] is None  # not known: neither yes nor no
    assert (row["related_infusion"], row["outcome"]) == ("infusion-1", "recovered")


def test_an_infusion_that_was_stopped_early_says_why() -> None:
    ran = FORMS["infusion", "infusion-1", None]
    more = {"interrupted": "yes", "reason": "line", "stopped_early": "yes",
            "early_reason": "nausea"}  # fmt: skip
    (row,) = table("exposures", history(
        {("infusion", "infusion-1", None): ran | more}, day0=DAY0))  # fmt: skip
    assert (row["interrupted"], row["stopped_early"]) == (True, True)
    assert row["reason"] == "line; nausea"
    (old,) = table("exposures", history(FORMS, day0=DAY0))
    assert (old["stopped_early"], old["reason"]) == (None, None)


def test_a_repeated_measurement_has_the_minute_of_its_own_time() -> None:
    """Started at 10:00; repeated at 09:48, twice at 10:25 and once at 10:25 more."""
    at = {-29: "09:48:30", 25: "10:25:10", 26: "10:25:50", 20: "10:21"}
    forms = FORMS | {
        ("vitals", "infusion-1", slot): {
            "PULSE": "70",
            "measured_at": f"2027-01-18T{on}",
        }
        for slot, on in at.items()
    }
    found = {
        r["timepoint_min"]: r["measured_at"]
        for r in table("measurements", history(forms, day0=DAY0))
        if r["name"] == "PULSE"
    }
    assert {m: t.strftime("%H:%M:%S") for m, t in found.items()} == {
        -12: "09:48:30", 20: "10:21:00", 25: "10:25:10", 26: "10:25:50",
    }  # fmt: skip
