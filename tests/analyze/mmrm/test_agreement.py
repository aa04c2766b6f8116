"""Every number of the reference results of R, and those of R nlme for what is missing."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import equipoise as eq
from equipoise.analyze.mmrm.maximize import unconstrained
from tests.analyze.mmrm.agreement import FILES, STOPPED, TOLERANCE, agreements, our_fit
from tests.analyze.mmrm.fev import FIXED, fev_data, largest, reference
from tests.shared_data import shared

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
