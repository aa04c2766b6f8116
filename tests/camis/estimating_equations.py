"""Generalized estimating equations of CAMIS: PROC GEE, R geepack and gee."""

from __future__ import annotations

from collections.abc import Mapping

from tests.camis.printed import Method
from tests.stats.regression.test_gee import respiratory

TERMS = ("(Intercept)", "A", "2", "3", "4", "A2", "A3", "A4")


def ours() -> Mapping[str, float | None]:
    """Coefficients, and the odds ratio at each visit."""
    fit = respiratory()
    values: dict[str, float | None] = {}
    for name, row in zip(TERMS, fit.coefficients.to_dict("records"), strict=True):
        values |= {f"coef.{name}": row["estimate"], f"se.{name}": row["std_error"],
                   f"z.{name}": row["t"], f"p.{name}": row["p"]}  # fmt: skip
    for number, row in enumerate(fit.effects.to_dict("records"), 1):
        values |= {
            f"or{number}": row["ratio"],
            f"or{number}.lower": row["ratio_lower"],
            f"or{number}.upper": row["ratio_upper"],
            f"or{number}.p": row["p"],
        }
    naive = respiratory(vcov="model").coefficients["std_error"][1]
    return values | {"naive.se.A": naive}


METHOD = Method(
    file="gee_binary",
    title="Generalized estimating equations",
    call='gee(data, outcome="outcome", arm="trtp", visit="avisitn",\n'
    '    participant="usubjid", family="binomial", reference="P", vcov="robust")',
    ours=ours,
    why=(
        "The default here is the covariance of Mancl and DeRouen, for small trials; SAS "
        'and R print `vcov="robust"`.',
    ),
)
