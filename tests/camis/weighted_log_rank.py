"""Weighted log-rank tests of CAMIS: PROC LIFETEST, R survdiff, nphRCT."""

from __future__ import annotations

from collections.abc import Mapping

from equipoise.stats.survival import log_rank, max_combo
from tests.camis.printed import Method
from tests.camis.survival import whas500

FAMILY = {"0.5-0.5": (0.5, 0.5), "1-1": (1, 1), "0-1": (0, 1), "0.5-2": (0.5, 2),
          "1-0": (1, 0), "3-0": (3, 0)}  # fmt: skip
WEIGHTS = {
    "logrank": "log-rank",
    "gehan": "gehan",
    "tarone-ware": "tarone-ware",
    "peto": "peto",
    "modified-peto": "modified-peto",
    "modest": "modest",
}


def ours() -> Mapping[str, float | None]:
    """All tests, in days."""
    data = whas500()
    columns = (data["LENFOL"], data["FSTAT"], data["AFB"])
    values: dict[str, float | None] = {}
    for name, weights in WEIGHTS.items():
        test = log_rank(*columns, weights=weights)  # type: ignore[arg-type]
        values |= {f"{name}.chisq": test.statistic, f"{name}.p": test.p}
    groups = log_rank(*columns).groups.iloc[1]
    values["logrank.u"] = groups["observed"] - groups["expected"]
    values["logrank.v"] = groups["variance"]
    for name, (rho, gamma) in FAMILY.items():
        test = log_rank(*columns, weights="fleming-harrington", rho=rho, gamma=gamma)
        values |= {f"fh-{name}.chisq": test.statistic, f"fh-{name}.p": test.p}
    largest = max_combo(*columns)
    values |= {"maxcombo.z": abs(largest.z), "maxcombo.p": largest.p}
    values["stratified.maxcombo.z"] = abs(max_combo(*columns, data["GENDER"]).z)
    return values


METHOD = Method(
    file="weighted_logrank",
    title="Weighted log-rank tests and max-combo",
    call='log_rank(days, event, group, weights="fleming-harrington", rho=0, gamma=1)\n'
    "max_combo(days, event, group, strata=gender)",
    ours=ours,
    why=(
        "R's `survdiff(rho = 1)` is Fleming-Harrington (1, 0), not the test that SAS calls "
        "PETO.",
    ),
)
