"""Two independent proportions of CAMIS: PROC FREQ, R ratesci, gsDesign."""

from __future__ import annotations

from collections.abc import Mapping

from equipoise.stats.proportions import (
    odds_ratio,
    risk_difference,
    risk_difference_test,
    risk_ratio,
)
from tests.camis.printed import Method

COUNTS = (36, 154, 12, 77)
DIFFERENCE = {
    "mn": "miettinen-nurminen",
    "mee": "mee",
    "newcombe": "newcombe",
    "newcombe-cc": "newcombe-cc",
    "wald": "wald",
    "wald-cc": "wald-cc",
    "agresti-caffo": "agresti-caffo",
    "hauck-anderson": "hauck-anderson",
    "exact-score": "exact-score",
    "exact-agresti-min": "exact-agresti-min",
    "exact-santner-snell": "exact",
}
RATIO = {
    "mn": "miettinen-nurminen",
    "koopman": "koopman",
    "likelihood": "likelihood",
    "wald": "wald",
    "wald-modified": "wald-modified",
}
ODDS = {
    "mn": "miettinen-nurminen",
    "score-no-n1": "score",
    "likelihood": "likelihood",
    "wald": "wald",
    "wald-modified": "wald-modified",
    "midp": "mid-p",
    "exact": "exact",
}


def ours() -> Mapping[str, float | None]:
    """Differences, ratios and odds ratios, each with its intervals."""
    values: dict[str, float | None] = {}
    for measure, function, methods in (
        ("rd", risk_difference, DIFFERENCE),
        ("rr", risk_ratio, RATIO),
        ("or", odds_ratio, ODDS),
    ):
        values[measure] = function(*COUNTS).estimate  # type: ignore[operator]
        for name, method in methods.items():
            found = function(*COUNTS, method=method)  # type: ignore[operator]
            values[f"{measure}.{name}.lower"] = found.lower
            values[f"{measure}.{name}.upper"] = found.upper
    for measure in ("rr", "or"):  # gsDesign prints the same intervals
        for end in ("lower", "upper"):
            values[f"gs.{measure}.mn.{end}"] = values[f"{measure}.mn.{end}"]
    test = risk_difference_test(
        *COUNTS, null=-0.036, alternative="greater", method="farrington-manning"
    )
    values["rd.farrington-manning-0.036.z"] = test.statistic
    values["rd.farrington-manning-0.036.p"] = test.p
    return values


METHOD = Method(
    file="two_proportions",
    title="Two independent proportions",
    call='risk_difference(36, 154, 12, 77, method="miettinen-nurminen")\n'
    'risk_ratio(36, 154, 12, 77, method="koopman")\n'
    'odds_ratio(36, 154, 12, 77, method="likelihood")',
    ours=ours,
    tolerance={"gs.*": (1e-3, "gsDesign stops its search at 1e-4")},
    absent={
        "rd.scas.*": "the skewness correction of R ratesci is not included; the interval "
        "without it is `rd.mn`",
        "rr.exact-score.*": "the exact unconditional interval of a ratio of risks is not "
        "included",
    },
)
