import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.analyze.continuous import mixed_model as endpoint_model
from equipoise.analyze.continuous.estimates import continuous, model_frame
from equipoise.analyze.plan import formula
from equipoise.analyze.result import Estimate
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AnalysisError
from equipoise.exchange.protocols import load_protocol
from equipoise.protocol.model import Protocol
from equipoise.stats.mmrm import mmrm
from tests.analyze.small import (
    SCORES,
    TEXT,
    data,
    protocol,
    random_scores,
    with_strategy,
    without_response,
)
from tests.shared_data import shared

TRIAL = protocol()
RTOL = 1e-6  # far below any printed digit; the engine itself agrees to 3e-11


def analyzed(known: UnblindedTrialData, trial: Protocol = TRIAL) -> list[Estimate]:
    return continuous(trial, known, trial.endpoint("change"))


def by_id(found: list[Estimate]) -> dict[str, Estimate]:
    assert len({e.id for e in found}) == len(found)
    return {e.id: e for e in found}


def antidepressant() -> tuple[Protocol, UnblindedTrialData]:
    """The tables of the trial, made from the released file."""
    frame = pd.read_csv(
        shared("data/antidepressant_data.csv"), dtype={"PATIENT": str, "POOLINV": str}
    )
    people = frame.drop_duplicates("PATIENT")
    weeks = {4: "week-1", 5: "week-2", 6: "week-4", 7: "week-6"}
    rated = [
        pd.DataFrame(
            {"participant": rows["PATIENT"], "visit": visit, "value": rows[column]}
        )
        for rows, visit, column in [
            (people, "baseline", "BASVAL"),
            (frame, frame["VISIT"].map(weeks), "HAMDTL17"),
        ]
    ]
    tables = {
        "participants": pd.DataFrame(
            {
                "participant": people["PATIENT"],
                "arm": people["THERAPY"].str.lower(),
                "sex": people["GENDER"],
                "pooled_investigator": people["POOLINV"],
            }
        ),
        "recorded_scores": pd.concat(rated).assign(instrument="hamd17", score="total"),
    }
    trial = load_protocol("antidepressant")
    known = UnblindedTrialData.from_tables(trial, tables)
    assert isinstance(known, UnblindedTrialData)
    return trial, known


@pytest.mark.reference
def test_a_real_trial_agrees_with_r() -> None:
    trial, known = antidepressant()
    text = shared("reference/mmrm_antidepressant_us_reml.json").read_text("utf-8")
    wanted = next(
        f
        for f in json.loads(text)["fits"]
        if (f["method"], f["vcov_type"]) == ("Satterthwaite", "Asymptotic")
    )
    found = by_id(continuous(trial, known, trial.endpoint("hamd17_change")))
    weeks = {"4": "week-1", "5": "week-2", "6": "week-4", "7": "week-6"}
    for row in wanted["emmeans"]:
        visit = weeks[str(row["VISIT"])]
        ours = found[f"hamd17_change.ls-mean.{visit}.{row['THERAPY'].lower()}"]
        _agree(ours, row, sign=1)
    pairs = wanted["emmeans_pairs"]
    assert len(pairs) == 4
    for row in pairs:
        sign = {"DRUG - PLACEBO": 1, "PLACEBO - DRUG": -1}[row["contrast"]]
        ours = found[f"hamd17_change.difference.{weeks[str(row['VISIT'])]}"]
        _agree(ours, row, sign=sign)
        assert ours.p == pytest.approx(row["p"], rel=1e-5)
        assert ours.statistic == pytest.approx(sign * row["t.ratio"], rel=RTOL)
        assert ours.n == wanted["n_subjects"]


def test_the_answer_comes_first_and_everything_has_its_place() -> None:
    found = analyzed(data(random_scores(1)))
    answer = found[0]
    assert answer.id == "change.difference.week-2"
    assert answer.contrast == "active - placebo"
    assert answer.converged is True
    assert answer.level == 0.95
    known = by_id(found)
    means = [known[f"change.ls-mean.week-2.{arm}"] for arm in ("active", "placebo")]
    assert means[0].estimate is not None
    assert means[1].estimate is not None
    difference = means[0].estimate - means[1].estimate
    assert answer.estimate == pytest.approx(difference, rel=1e-9)
    assert {e.visit for e in found if e.analysis == "difference"} == {
        "week-1",
        "week-2",
    }


def test_effect_size_is_in_units_of_the_models_standard_deviation() -> None:
    known = data(random_scores(2))
    frame = model_frame(TRIAL, known, TRIAL.endpoint("change"))
    fit = mmrm(
        "outcome ~ arm * visit + baseline + baseline:visit + us(visit | participant)",
        frame,
    )
    sd = np.sqrt(fit.covariance.loc["week-2", "week-2"])
    found = by_id(analyzed(known))
    answer, size = found["change.difference.week-2"], found["change.effect-size.week-2"]
    assert answer.estimate is not None
    assert size.estimate == pytest.approx(answer.estimate / sd, rel=1e-12)
    assert size.note is not None
    assert f"{sd:.4g}" in size.note


def test_means_as_observed_by_hand() -> None:
    """Week 2: the active arm has 10, 12 and 19, and A4 was not rated."""
    found = by_id(analyzed(data()))
    row = found["change.observed.week-2.active"]
    assert row.estimate == pytest.approx(41 / 3)
    assert row.n == 3
    sd = np.sqrt(((10 - 41 / 3) ** 2 + (12 - 41 / 3) ** 2 + (19 - 41 / 3) ** 2) / 2)
    assert found["change.observed-sd.week-2.active"].estimate == pytest.approx(sd)
    assert row.std_error == pytest.approx(sd / np.sqrt(3))
    # 4.302653 is the 97.5% quantile of t with 2 degrees of freedom in any t table.
    assert row.upper == pytest.approx(41 / 3 + 4.302653 * sd / np.sqrt(3), rel=1e-6)
    assert found["change.observed.baseline.active"].estimate == 23


def test_one_visit_is_analysis_of_covariance() -> None:
    """With one visit the model is ordinary least squares on arm and baseline."""
    text = TEXT.replace('visits = ["week-1", "week-2"]', 'visits = ["week-2"]')
    trial = protocol(text)
    known = data(random_scores(3), trial=trial)
    answer = analyzed(known, trial)[0]
    frame = model_frame(trial, known, trial.endpoint("change")).dropna()
    X = np.column_stack(
        [np.ones(len(frame)), frame["arm"] == "active", frame["baseline"]]
    ).astype(float)
    beta, rest, _, _ = np.linalg.lstsq(X, frame["outcome"].to_numpy(float), rcond=None)
    variance = rest[0] / (len(X) - 3) * np.linalg.inv(X.T @ X)[1, 1]
    assert answer.estimate == pytest.approx(beta[1], rel=1e-8)
    assert answer.std_error == pytest.approx(np.sqrt(variance), rel=1e-8)
    assert answer.df == pytest.approx(len(X) - 3, rel=1e-6)


@pytest.mark.property
@settings(max_examples=8)
@given(seed=st.integers(0, 10_000))
def test_swapping_the_arms_turns_the_sign(seed: int) -> None:
    scores = random_scores(seed)
    other = {"active": "placebo", "placebo": "active"}
    swapped = {p: (other[row[0]], *row[1:]) for p, row in scores.items()}
    here, there = analyzed(data(scores))[0], analyzed(data(swapped))[0]
    assert here.estimate is not None
    assert there.estimate == pytest.approx(-here.estimate, rel=1e-6, abs=1e-9)
    assert there.std_error == pytest.approx(here.std_error, rel=1e-6)
    assert there.p == pytest.approx(here.p, rel=1e-5)


@pytest.mark.property
@settings(max_examples=8)
@given(seed=st.integers(0, 10_000))
def test_names_and_order_of_participants_mean_nothing(seed: int) -> None:
    scores = random_scores(seed)
    names = sorted(scores, key=lambda name: (7 * int(name[1:]) + seed) % 24)
    renamed = {f"Z{n}": scores[name] for n, name in enumerate(names)}
    here, there = analyzed(data(scores))[0], analyzed(data(renamed))[0]
    assert there.estimate == pytest.approx(here.estimate, rel=1e-7, abs=1e-9)
    assert there.upper == pytest.approx(here.upper, rel=1e-6, abs=1e-9)


def test_what_is_left_out_is_counted() -> None:
    scores = random_scores(4) | {
        "L1": ("active", None, 12, 10, 9, 9),
        "L2": ("placebo", 20, 18, 17, 9, 9),
    }
    known = data(scores, milestones=[("L2", "new-treatment", 8, "asked for it")])
    answer = analyzed(known)[0]
    assert answer.note == (
        "ratings excluded after an intercurrent event: 1; "
        "ratings excluded because a baseline or a covariate is missing: 2; participants "
        "with an intercurrent event before Week 2: 1, new treatment (hypothetical)"
    )
    policy = with_strategy("change", "treatment policy")
    other = analyzed(known, policy)[0]
    assert other.note == (
        "ratings excluded because a baseline or a covariate is missing: 2; participants "
        "with an intercurrent event before Week 2: 1, new treatment (treatment policy)"
    )
    assert other.estimate != answer.estimate


def test_a_covariate_enters_the_model() -> None:
    trial = protocol(
        TEXT.replace('covariates = ["baseline"]', 'covariates = ["baseline", "sex"]')
    )
    scores = random_scores(5)
    more: dict[str, dict[str, Any]] = {
        person: {"sex": "FM"[n // 2 % 2]} for n, person in enumerate(scores)
    }
    answer = analyzed(data(scores, more=more, trial=trial), trial)[0]
    plain = analyzed(data(scores))[0]
    assert answer.estimate is not None
    assert answer.estimate != plain.estimate
    more["S00"] = {"sex": None}
    missing = analyzed(data(scores, more=more, trial=trial), trial)[0]
    assert missing.note is not None
    assert "because a baseline or a covariate is missing: " in missing.note


@pytest.mark.parametrize(
    "lacking",
    [
        without_response(["week-2"], SCORES),
        {p: row for p, row in SCORES.items() if row[0] == "active"},
        SCORES
        | without_response(["week-2"], {p: SCORES[p] for p in SCORES if p < "B"}),
        {p: SCORES[p] for p in ("A1", "P1")},
    ],
    ids=["nobody at the visit", "one arm", "an arm not at the visit", "two people"],
)
def test_without_an_answer_no_other_number_takes_its_place(
    lacking: dict[str, tuple[Any, ...]],
) -> None:
    found = analyzed(data(lacking))
    answer = found[0]
    assert answer.id == "change.difference.week-2"
    assert answer.estimate is None
    assert answer.lower is None
    assert answer.converged is False
    assert answer.note is not None
    assert answer.note.startswith("cannot be estimated: ")
    described = {"observed", "observed-sd", "observed-median", "rated"}
    change = {"observed-change", "observed-change-sd"}
    later = {"later-mean", "later-sd", "later-median"}
    shown = described | change | later | {"intercurrent"}
    assert {e.analysis for e in found[1:]} == shown


def test_a_search_without_a_maximum_gives_no_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise AnalysisError.single("EQ406", "no maximum", where="here", fix="more data")

    monkeypatch.setattr(endpoint_model, "mmrm", fails)
    answer = analyzed(data(random_scores(6)))[0]
    assert (answer.estimate, answer.p, answer.converged) == (None, None, False)
    assert answer.note == "cannot be estimated: no maximum"


def test_what_is_wrong_with_the_programme_is_not_hidden(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise AnalysisError.single("EQ400", "bad formula", where="here", fix="-")

    monkeypatch.setattr(endpoint_model, "mmrm", fails)
    with pytest.raises(AnalysisError, match="EQ400"):
        analyzed(data(random_scores(6)))


def test_a_sparse_visit_leaves_the_answer_of_the_others() -> None:
    """With two ratings at week 1 the model is that of week 2: least squares."""
    scores = random_scores(3)
    few = {
        name: (arm, start, one if n < 2 else None, *rest)
        for n, (name, (arm, start, one, *rest)) in enumerate(scores.items())
    }
    found = by_id(analyzed(data(few)))
    single = protocol(
        TEXT.replace('visits = ["week-1", "week-2"]', 'visits = ["week-2"]')
    )
    other = analyzed(data(few, trial=single), single)[0]
    answer = found["change.difference.week-2"]
    assert answer.estimate == other.estimate
    assert answer.std_error == other.std_error
    assert answer.note is not None
    assert answer.note.startswith(
        "Week 1 was excluded from the model: ratings 2, needed at least 5"
    )
    assert "change.difference.week-1" not in found
    assert found["change.rated.week-1"].estimate == 2  # observed values stay


def test_an_unrated_visit_is_named_and_keeps_its_place_in_ar1() -> None:
    visits = 'visits = ["week-1", "week-2", "week-4"]\nat = "week-4"'
    text = TEXT.replace('visits = ["week-1", "week-2"]\nat = "week-2"', visits, 1)
    text = text.replace('method = "mmrm"', 'method = "mmrm"\ncovariance = "ar1"')
    trial = protocol(text)
    known = data(without_response(["week-2"], random_scores(7)), trial=trial)
    answer = analyzed(known, trial)[0]
    frame = model_frame(trial, known, trial.endpoint("change"))
    fit = mmrm(formula(trial.endpoint("change"), 2), frame)
    row = fit.contrasts("arm", by="visit", reference="placebo").iloc[-1]
    assert fit.unrated == ("week-2",)
    assert answer.std_error == pytest.approx(row["std_error"], rel=1e-12)
    assert answer.note == (
        "no participant was rated at Week 2: the visit is not in the model"
    )


def test_the_adjusted_score_is_the_adjusted_change_from_the_mean_baseline() -> None:
    found = by_id(analyzed(data(random_scores(8))))
    frame = model_frame(TRIAL, data(random_scores(8)), TRIAL.endpoint("change"))
    mean = frame.dropna()["baseline"].mean()
    change = found["change.ls-mean.week-2.active"]
    score = found["change.ls-mean-score.week-2.active"]
    assert change.estimate is not None
    assert score.estimate == pytest.approx(change.estimate + mean)
    assert score.std_error == change.std_error
    assert score.n == change.n


def test_the_reason_names_the_arm_or_the_covariates() -> None:
    nobody = {
        name: (arm, start, None if arm == "active" else one, *rest)
        for name, (arm, start, one, *rest) in random_scores(9).items()
    }
    row = by_id(analyzed(data(nobody)))["change.difference.week-1"]
    assert row.note == (
        "cannot be estimated: no participant of Active was rated at Week 1"
    )
    trial = protocol(
        TEXT.replace('covariates = ["baseline"]', 'covariates = ["baseline", "age"]')
    )
    scores = random_scores(9)
    same = {
        name: {"age": 1.0 if row[0] == "active" else 2.0}
        for name, row in scores.items()
    }
    answer = analyzed(data(scores, trial=trial, more=same), trial)[0]
    assert answer.estimate is None or "x_age" in str(answer.note)


def _agree(ours: Estimate, row: dict[str, Any], *, sign: int) -> None:
    mean = row["estimate"] if "estimate" in row else row["emmean"]
    assert ours.estimate == pytest.approx(sign * mean, rel=RTOL)
    assert ours.std_error == pytest.approx(row["SE"], rel=RTOL)
    assert ours.df == pytest.approx(row["df"], rel=RTOL)


def test_the_protocol_chooses_structure_and_inference() -> None:
    """What the plan names is what is fitted."""
    chosen = (
        'covariance = "csh"\ndf = "kenward-roger-linear"',
        'df = "between-within"\nvcov = "empirical"',
    )
    method = 'method = "mmrm"'
    assert TEXT.count(method) == 1
    for keys in chosen:
        trial = protocol(TEXT.replace(method, f"{method}\n{keys}"))
        how = trial.endpoint("change").analysis
        known = data(random_scores(1), trial=trial)
        answer = analyzed(known, trial)[0]
        frame = model_frame(trial, known, trial.endpoint("change"))
        text = formula(trial.endpoint("change"), frame["visit"].nunique())
        assert how.covariance in text
        fit = mmrm(text, frame, df=how.df, vcov=how.vcov)
        row = fit.contrasts("arm", by="visit", reference="placebo").iloc[-1]
        assert answer.estimate == pytest.approx(row["estimate"])
        assert answer.std_error == pytest.approx(row["std_error"])
        assert answer.df == pytest.approx(row["df"])


def test_arms_that_no_data_tell_apart_have_a_reason() -> None:
    trial = protocol(
        TEXT.replace('covariates = ["baseline"]', 'covariates = ["baseline", "sex"]', 1)
    )
    sex = {person: {"sex": "FM"[row[0] == "placebo"]} for person, row in SCORES.items()}
    answer = analyzed(data(SCORES, more=sex), trial)[0]
    assert answer.estimate is None
    why = "cannot be estimated: the data cannot separate the arms from the covariates"
    assert str(answer.note).startswith(f"{why} (dropped from the model: x_sex")
    assert str(answer.note).endswith(")")
