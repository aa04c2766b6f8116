"""Every number of the reference results of R, and those of R nlme for what is missing."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import equipoise as eq
from equipoise.stats.mmrm.maximize import unconstrained
from tests.shared_data import shared
from tests.stats.mmrm.agreement import FILES, STOPPED, TOLERANCE, agreements, our_fit
from tests.stats.mmrm.fev import FIXED, fev_data, largest, reference

NLME = Path(__file__).parent / "nlme" / "reference.json"


@pytest.mark.reference
@pytest.mark.parametrize("file", FILES)
def test_every_fit_agrees_with_r(file: str) -> None:
    allowed = TOLERANCE | STOPPED.get(file, {})
    count = 0
    for each in agreements(file):
        count += 1
        for name, difference in each.differences.items():
            assert difference <= allowed[name], (each.label, name, difference)
    assert count == len(reference(file)["fits"])


@pytest.mark.reference
@pytest.mark.parametrize("file", FILES)
def test_where_r_stopped_early_ours_is_higher(file: str) -> None:
    """R's default stop is behind ours; at its polished optimum the two are equal."""
    content = reference(file)
    wanted = content["fits"][0]
    fit = our_fit(content, wanted)
    assert fit.log_likelihood >= wanted["default_fit"]["logLik"] - 1e-10
    assert fit.log_likelihood >= wanted["logLik"] - 1e-9
    _, _, theirs = (None, None, wanted["default_fit"]["grad_maxabs"])
    # The gradient of minus the log-likelihood by the parameters of R.
    slopes = []
    parts = fit.top.model.split(fit.top.at.theta)
    gradients = fit.top.model.split(fit.top.at.gradient)
    for block, theta, gradient in zip(
        fit.top.model.blocks, parts, gradients, strict=True
    ):
        slopes.append(block.reported(theta)[2].T @ gradient / 2)
    ours = float(np.abs(np.concatenate(slopes)).max())
    assert ours < max(theirs, 1e-7)
    assert unconstrained(fit.top.model, fit.top.at.theta)[1].shape == fit.theta.shape
    assert largest(fit.theta, wanted["theta"]) < 1e-6


@pytest.mark.reference
@pytest.mark.parametrize("name", json.loads(NLME.read_text("utf-8")))
def test_other_structures_agree_with_nlme(name: str) -> None:
    """R nlme ``gls`` stops near 1e-5 of a coefficient; its likelihood is never higher."""
    wanted = json.loads(NLME.read_text("utf-8"))[name]
    structure, method = name.split("|")
    frame = fev_data()
    number = frame["AVISIT"].str[-1].astype(int)
    frame["U"] = number * (1 + (frame["USUBJID"].str[2:].astype(int) % 3) / 4)
    place = "U" if structure.startswith("sp_") else "AVISIT"
    fit = eq.mmrm(
        f"{FIXED}{structure}({place} | USUBJID)", frame, reml=method == "REML"
    )
    assert -1e-9 < fit.log_likelihood - wanted["logLik"] < 1e-7
    assert largest(fit.beta, wanted["beta"]) < 2e-4
    n, p = fit.n_rows, len(fit.beta)
    # gls divides by n - p for maximum likelihood too.
    scale = 1.0 if method == "REML" else np.sqrt(n / (n - p))
    assert largest(np.sqrt(np.diag(fit.vcov)) * scale, wanted["se"]) < 2e-5


UNRATED = json.loads((NLME.parent / "unrated_visit.json").read_text("utf-8"))


@pytest.mark.parametrize("structure", ["ar1", "ar1h", "toep", "toeph"])
def test_a_planned_visit_without_ratings_keeps_its_position(structure: str) -> None:
    """R nlme ``gls`` with the number of the visit as time; the fourth of five is missing.

    Public report: openpharma/mmrm#170. ``gls`` stops near 1e-6 of a standard error.
    """
    data = pd.DataFrame(UNRATED["data"]).astype({"t": int, "id": int})
    data["visit"] = pd.Categorical(data["t"], categories=range(1, 6))
    wanted = UNRATED[structure]
    fit = eq.mmrm(f"y ~ arm * visit + {structure}(visit | id)", data)
    assert -1e-9 < fit.log_likelihood - wanted["logLik"] < 1e-8
    assert largest(fit.beta, wanted["beta"]) < 1e-6
    assert largest(np.sqrt(np.diag(fit.vcov)), wanted["se"]) < 1e-5
    assert [text for text in fit.warnings if "rated at 4" in text]
    adjacent = data.assign(visit=data["visit"].cat.remove_unused_categories())
    other = eq.mmrm(f"y ~ arm * visit + {structure}(visit | id)", adjacent)
    assert abs(other.log_likelihood - wanted["logLik"]) > 0.01
    assert other.warnings == ()


@pytest.mark.parametrize("structure", ["us", "cs", "csh", "ad", "adh"])
def test_other_structures_do_not_depend_on_a_visit_without_ratings(
    structure: str,
) -> None:
    data = pd.DataFrame(UNRATED["data"]).astype({"t": int, "id": int})
    planned = data.assign(visit=pd.Categorical(data["t"], categories=range(1, 6)))
    fits = [
        eq.mmrm(f"y ~ arm * visit + {structure}(visit | id)", frame)
        for frame in (planned, data.assign(visit=pd.Categorical(data["t"])))
    ]
    assert fits[0].deviance == fits[1].deviance
    assert fits[0].warnings == (
        "no participant was rated at 4: it is not in the model",
    )


def test_no_table_lists_a_visit_without_ratings() -> None:
    data = pd.DataFrame(UNRATED["data"]).astype({"t": int, "id": int})
    data["visit"] = pd.Categorical(data["t"], categories=range(1, 6))
    fit = eq.mmrm("y ~ arm * visit + ar1(visit | id)", data)
    rated = [1, 2, 3, 5]
    assert list(fit.visits) == rated
    assert fit.unrated == (4,)
    assert list(fit.covariance.index) == rated
    assert list(fit.emmeans("visit")["visit"]) == rated
    assert list(fit.contrasts("arm", by="visit", reference="P")["visit"]) == rated
    assert len(fit.predict()) == len(data)
    rho = fit.covariance.to_numpy() / fit.covariance.to_numpy()[0, 0]
    assert rho[0, 3] == pytest.approx(rho[0, 1] ** 4)


@pytest.mark.reference
def test_residuals_and_fitted_values_agree_with_r() -> None:
    content = reference("mmrm_fev_us_reml")
    wanted = content["fits"][0]
    fit = our_fit(content, wanted)
    kinds = {"raw": "response", "scaled": "pearson", "normalized": "normalized"}
    for ours, theirs in kinds.items():
        found = fit.residuals(ours)  # type: ignore[arg-type]
        assert largest(found, wanted[f"residuals_{theirs}"]) < 1e-7
    # R lists rows by participant and visit, and so does fev_data.
    assert largest(fit.predict()["estimate"], wanted["fitted"]) < 1e-9


@pytest.mark.reference
@pytest.mark.parametrize(
    ("file", "df"),
    [("Satterthwaite", "satterthwaite"), ("KenwardRoger", "kenward-roger")],
)
def test_a_hundred_small_trials(file: str, df: str) -> None:
    """R's defaults stop early: up to 3e-4 of a standard error, and 5e-4 of its df."""
    wanted = reference(f"mmrm_100_trials_{file}")
    frame = pd.read_csv(shared("data/simulated_100_trials_30x4.csv"))
    formula = "CHG ~ BASE * VISIT + ARM * VISIT + us(VISIT | ID)"
    for number, (_, trial) in enumerate(list(frame.groupby("TRIAL"))[:50]):
        fit = eq.mmrm(formula, trial, df=df)
        row = fit.contrasts("ARM", by="VISIT", reference="PBO").iloc[-1]
        off = abs(row["estimate"] - wanted["est"][number]) / row["std_error"]
        assert off < 1e-3
        assert largest(row["std_error"], wanted["se"][number]) < 1e-3
        assert largest(row["df"], wanted["df"][number]) < 1e-3
