"""Regression of counts of CAMIS: PROC GENMOD, R glm and MASS::glm.nb."""

from __future__ import annotations

from collections.abc import Mapping

from tests.camis.printed import Method
from tests.stats.regression.test_counts import numbers, polyps


def ours() -> Mapping[str, float | None]:
    """Poisson, negative binomial as SAS and as R, quasi-Poisson."""
    poisson, nb = polyps(family="poisson"), polyps()
    expected, quasi = polyps(information="expected"), polyps(family="quasi-poisson")
    p = nb.coefficients.set_index("term")["p"]
    drug = expected.coefficients.set_index("term").loc["treat[T.drug]"]
    return (
        numbers(poisson, "poisson", "lsmean")
        | numbers(nb, "nb", "lsmean-om")
        | {
            "nb.p.treat": p["treat[T.drug]"],
            "nb.p.age": p["age"],
            "nb.dispersion": nb.dispersion,
            "nb.dispersion.se": nb.dispersion_error,
            "r.nb.coef.treat": drug["estimate"],
            "r.nb.se.treat": drug["std_error"],
            "r.nb.p.treat": drug["p"],
            "r.nb.theta": 1 / expected.dispersion,
            "quasi.se.treat": quasi.coefficients["std_error"][1],
            "quasi.dispersion": quasi.dispersion,
        }
    )


METHOD = Method(
    file="counts_polyps",
    title="Regression of counts",
    call='count_regression(data, outcome="number", arm="treat", covariates=["age"],\n'
    '    reference="placebo", family="negative-binomial", information="observed")',
    ours=ours,
    tolerance={
        "quasi.dispersion": (
            3e-4,
            "R's residuals are those of the iteration before the last; with epsilon = "
            "1e-14 it has 10.72783",
        )
    },
    why=(
        "The standard errors of the negative binomial model are of the observed "
        "information in SAS and of the expected in R; both are here, by name.",
    ),
)
