"""Forms of feder2021 against what its protocol and instrument files say, by hand."""

from collections import Counter
from collections.abc import Iterable

import pytest

from equipoise.conduct.forms import from_library
from equipoise.conduct.forms import from_protocol as forms
from equipoise.conduct.forms.definition import Form
from equipoise.exchange.protocols import load_protocol

FEDER = load_protocol("feder2021")
# Instrument -> who, what it tells, items, and the largest or smallest answer of each.
# From the files in library/instruments: [response] range, and items with their own.
BOUNDS: dict[str, tuple[str, str, int, tuple[int, int]]] = {
    "caps5": ("rater", "ratings", 30, (0, 4)),
    "madrs": ("rater", "ratings", 10, (0, 6)),
    "iesr": ("participant", "ratings", 22, (0, 4)),
    "qids_sr16": ("participant", "ratings", 16, (0, 3)),
    "cgi_s": ("rater", "ratings", 1, (1, 7)),
    "cgi_i": ("rater", "ratings", 1, (1, 7)),
    "cadss": ("infusion team", "dissociation", 23, (0, 4)),
    "bprs_positive": ("infusion team", "dissociation", 4, (1, 7)),
    "ymrs": ("infusion team", "dissociation", 11, (0, 4)),
    "moaas": ("infusion team", "dissociation", 1, (0, 5)),
}
OWN = {
    "caps5": {"21": (0, 1), "22": (0, 1), "28": (0, 5)},
    "ymrs": {"5": (0, 8), "6": (0, 8), "8": (0, 8), "9": (0, 8)},
}
NUMBERED = {"bprs_positive": ["4", "11", "12", "15"]}  # by their number in the BPRS


def test_every_instrument_of_the_protocol_is_in_the_table() -> None:
    assert [use.id for use in FEDER.instruments] == list(BOUNDS)


@pytest.mark.parametrize("name", BOUNDS)
def test_each_item_is_offered_once_with_its_values(name: str) -> None:
    by, shows, count, bounds = BOUNDS[name]
    form = forms.instrument_form(FEDER, name)
    assert (form.id, form.by, form.shows) == (f"instrument:{name}", by, shows)
    numbers = NUMBERED.get(name, [str(n) for n in range(1, count + 1)])
    assert [field.name for field in form.fields] == numbers
    for field in form.fields:
        low, high = OWN.get(name, {}).get(field.name, bounds)
        allowed = [str(v) for v in range(low, high + 1)]
        assert [choice.value for choice in field.choices] == allowed
        assert [choice.label for choice in field.choices] == allowed
        assert field.kind == "choice"
        assert field.only_if is None


def test_only_alternatives_may_be_left_out() -> None:
    # QIDS: decreased or increased appetite (6, 7), and weight (8, 9).
    free = {
        (name, field.name)
        for name in BOUNDS
        for field in forms.instrument_form(FEDER, name).fields
        if not field.required
    }
    assert free == {("qids_sr16", number) for number in "6789"}


def test_a_scale_without_items_asks_for_its_score() -> None:
    madrs = FEDER.scales["madrs"].model_copy(update={"items": {}})
    trial = FEDER.model_copy(update={"scales": {**FEDER.scales, "madrs": madrs}})
    (field,) = forms.instrument_form(trial, "madrs").fields
    assert (field.name, field.kind, field.min, field.max) == ("total", "number", 0, 60)


VITALS = ("SYSBP", "DIABP", "PULSE", "OXYSAT")
RATING = ["caps5", "madrs", "iesr", "qids_sr16", "cgi_s"]
ACUTE = ["cadss", "bprs_positive", "ymrs", "moaas"]
FOLLOW_UP = [f"week-{n}" for n in (3, 4, 5, 6, 7, 8, 10, 12, 16, 20, 26)]


def due(visit: str) -> list[tuple[str, int | None]]:
    found = forms.visit_forms(FEDER, FEDER.schedule.visit(visit))
    return [(one.form.id, one.minute) for one in found]


def rated(names: Iterable[str]) -> list[tuple[str, int | None]]:
    return [(f"instrument:{name}", None) for name in names]


def test_visits_with_ratings() -> None:
    assert due("screening") == rated(["caps5", "madrs"])
    assert due("baseline") == rated(RATING)
    for visit in ("post-24h", "week-1", "week-2"):
        assert due(visit) == rated([*RATING, "cgi_i"])
    for visit in FOLLOW_UP:
        assert due(visit) == rated(RATING)


@pytest.mark.parametrize("number", range(1, 7))
def test_an_infusion_day_goes_by_the_clock(number: int) -> None:
    found = due(f"infusion-{number}")
    assert found[0] == ("infusion", None)
    minutes = [minute for _, minute in found[1:] if minute is not None]
    assert minutes == sorted(minutes)
    wanted = Counter(("vitals", m) for m in (-30, 10, 20, 30, 40, 60, 120, 240))
    wanted += Counter(
        (f"instrument:{name}", m) for name in ACUTE for m in (-30, 40, 120, 240)
    )
    assert Counter(found[1:]) == wanted


def test_nothing_of_the_schedule_is_left_out() -> None:
    # 2 at screening, 5 at baseline, 3 ratings of 6, 11 of 5, 6 infusions of 1 + 8 + 16.
    total = sum(len(due(visit.id)) for visit in FEDER.schedule.visits)
    assert total == 2 + 5 + 3 * 6 + 11 * 5 + 6 * (1 + 8 + 16)


def test_vital_signs_have_bounds_beyond_which_nobody_lives() -> None:
    form = forms.vitals_form(VITALS)
    assert (form.by, form.shows) == ("infusion team", "vitals")
    bounds = {f.name: (f.min, f.max, f.unit) for f in form.fields}
    assert bounds == {
        "SYSBP": (40, 300, "mmHg"),
        "DIABP": (20, 200, "mmHg"),
        "PULSE": (20, 250, "beats/min"),
        "OXYSAT": (40, 100, "%"),
    }
    # The limits of the protocol can all be written down, or no rule would ever fire.
    for rule in FEDER.vital_rules():
        low, high, unit = bounds[rule.measurement]
        limit = rule.below if rule.above is None else rule.above
        assert low < limit < high
        assert rule.unit == unit


def test_a_measurement_that_nobody_knows_has_no_bounds() -> None:
    (field,) = forms.vitals_form(("LACTATE",)).fields
    assert (field.name, field.label, field.min, field.max) == (
        "LACTATE",
        "LACTATE",
        None,
        None,
    )


def test_characteristics_as_the_protocol_states_them() -> None:
    found = {f.name: f for f in forms.characteristics_form(FEDER).fields}
    numbers = {
        n: (f.min, f.max, f.unit) for n, f in found.items() if f.kind == "number"
    }
    assert numbers == {
        "age": (0, 120, "years"),
        "weight_kg": (30, 250, "kg"),
        "ptsd_years": (0, 100, "years"),
    }
    choices = {
        n: [(c.value, c.label) for c in f.choices]
        for n, f in found.items()
        if f.kind == "choice"
    }
    assert choices == {
        "sex": [("F", "Female"), ("M", "Male"), ("other", "Other")],
        "psychotropics": [("yes", "Yes"), ("no", "No")],
    }


def test_an_investigator_attests_to_what_is_not_worked_out() -> None:
    # I1 (age) and I3 (CAPS-5) have a rule; nobody may overrule it by a tick.
    form = forms.eligibility_form(FEDER)
    assert (form.by, form.attested) == ("investigator", True)
    assert [f.name for f in form.fields] == [
        "I2", "I4", "I5", "E1", "E2", "E3", "E4", "E5", "E6", "E7", "E8",
    ]  # fmt: skip
    assert all(f.kind == "flag" and f.required for f in form.fields)


@pytest.mark.parametrize("by", ["rater", "participant"])
def test_a_guess_offers_each_arm_once_and_not_knowing(by: str) -> None:
    form = forms.guess_form(FEDER, by)
    assert (form.by, form.shows) == (by, "ratings")
    values = [choice.value for choice in form.field("guess").choices]
    assert values == ["ketamine", "midazolam", "don't know"]


def every_form() -> list[Form]:
    found = [
        due.form
        for visit in FEDER.schedule.visits
        for due in forms.visit_forms(FEDER, visit)
    ]
    found += [
        from_library.consent_form(("1.0",)), forms.characteristics_form(FEDER),
        forms.eligibility_form(FEDER), from_library.standard("visit-status"),
        from_library.standard("adverse-event", FEDER), from_library.standard("disposition"),
        from_library.standard("exclusion", FEDER), from_library.standard("relapse"),
        from_library.standard("relapse-plan"), from_library.standard("unscheduled-visit"),
    ]  # fmt: skip
    return found


def test_no_form_but_a_guess_names_an_arm_or_a_drug() -> None:
    text = " ".join(map(repr, every_form())).lower()
    assert "ketamine" not in text
    assert "midazolam" not in text
    assert "ketamine" in repr(forms.guess_form(FEDER, "rater"))


def test_what_an_infusion_shows_is_told_to_nobody_who_rates() -> None:
    hidden = {form.id: form.shows for form in every_form()}
    assert hidden["infusion"] == "infusions"
    assert hidden["vitals"] == "vitals"
    assert {hidden[f"instrument:{name}"] for name in ACUTE} == {"dissociation"}
