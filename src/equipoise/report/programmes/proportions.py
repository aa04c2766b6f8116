"""R and SAS program of a binary endpoint or an incidence."""

from __future__ import annotations

from equipoise.analyze.result import Results
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.population import SITE
from equipoise.report.datasets.dataset import Dataset
from equipoise.report.datasets.trial import Trial
from equipoise.report.programmes.expected import Number, numbers, of_endpoint
from equipoise.report.programmes.programme import Programme

NAMES = {  # analysis -> name in the programme, fields
    "risk-difference": ("difference", ("estimate", "lower", "upper")),
    "unstratified-risk-difference": ("difference", ("estimate", "lower", "upper")),
    "risk-difference-newcombe": ("Newcombe", ("lower", "upper")),
    "fisher": ("Fisher", ("p",)),
    "risk-ratio": ("risk ratio", ("estimate",)),
    "odds-ratio": ("odds ratio", ("estimate",)),
    "adjusted-risk-difference": ("adjusted difference", ("estimate",)),
}
NOTE = (
    "Not repeated here: the tests of Boschloo and Barnard and the score intervals of "
    "ratios; the R packages Exact and ratesci have them."
)


def proportions(
    trial: Trial, endpoint: Endpoint, item: Dataset, results: Results
) -> Programme:
    """Proportions, their difference with its intervals, Fisher's test, ratios."""
    kinds = {c.id: c.type for c in trial.protocol.characteristics} | {SITE: "category"}
    names = {
        name: "BASE" if name == "baseline" else trial.characteristics[name]
        for name in endpoint.analysis.covariates
        if endpoint.type == "binary"  # an incidence is not adjusted
    }
    factors = [v for name, v in names.items() if kinds.get(name) == "category"]
    made = _numbers(trial, endpoint, results)
    pair = endpoint.estimand.treatment
    return Programme(
        endpoint=endpoint,
        template="proportions",
        about="difference of proportions (Miettinen and Nurminen), Fisher's exact test",
        dataset=item,
        numbers=made,
        sas_numbers=[n for n in made if not n.name.startswith("adjusted")],
        notes=[NOTE],
        texts={
            "arm": pair.arm,
            "versus": pair.versus,
            "all_arms": list(trial.arm_labels.items()),
            "covariates": list(names.values()),
            "factors": factors,
            "numeric": ["AVAL", *(v for v in names.values() if v not in factors)],
        },
    )


def _numbers(trial: Trial, endpoint: Endpoint, results: Results) -> list[Number]:
    made: list[Number] = []
    names = dict(NAMES)
    if endpoint.analysis.planned == "stratified":  # the programs have no strata
        del names["risk-difference"]
    for row in of_endpoint(results, endpoint.id, "count", "proportion", *names):
        if row.analysis == "count":
            made += [
                Number(n.name.removesuffix(": estimate"), n.text, n.id)
                for n in numbers(
                    f"{trial.contrast(row.contrast or '')}: count", row, ["estimate"]
                )
            ]
        elif row.analysis == "proportion":
            made += numbers(
                trial.contrast(row.contrast or ""), row, ["estimate", "lower", "upper"]
            )
        else:
            name, fields = NAMES[row.analysis]
            made += numbers(name, row, fields)
    return made
