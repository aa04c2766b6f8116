"""The files of the analysis data sets and of the programmes that read them."""

from __future__ import annotations

from collections.abc import Callable

from equipoise.analyze.result import Results
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.datasets.dataset import Dataset
from equipoise.report.datasets.files import dataset_files, datasets
from equipoise.report.datasets.trial import Trial
from equipoise.report.programmes.continuous import mixed_model
from equipoise.report.programmes.programme import Programme, rendered
from equipoise.report.programmes.proportions import proportions
from equipoise.report.programmes.readme import readme
from equipoise.report.programmes.time_to_event import time_to_event

Builder = Callable[[Trial, Endpoint, Dataset, Results], Programme]
BUILDERS: dict[str, tuple[str, Builder]] = {  # type of endpoint -> data set, programme
    "continuous": ("ADQS", mixed_model),
    "binary": ("ADRESP", proportions),
    "incidence": ("ADRESP", proportions),
    "time-to-event": ("ADTTE", time_to_event),
}


def reproduction_files(
    protocol: Protocol, data: UnblindedTrialData, results: Results
) -> dict[str, bytes]:
    """All files that are needed to repeat the models of a report.

    Args:
        protocol: that was analyzed.
        data: that were analyzed; with dummy arms if the analysis was a dry run.
        results: of that analysis.

    Returns:
        Content by path: ``adam/*`` and ``programs/*``.
    """
    trial = Trial(protocol, data, dummy=results.provenance.allocation == "dummy")
    sets = datasets(trial)
    files = dataset_files(trial, sets)
    absent: dict[str, str] = {}
    present: dict[str, Programme] = {}
    for endpoint in protocol.endpoints:
        reason = _absent(trial, endpoint, sets, results)
        if reason:
            absent[endpoint.id] = reason
            continue
        name, build = BUILDERS[endpoint.type]
        present[endpoint.id] = build(trial, endpoint, sets[name], results)
        files |= rendered(trial, present[endpoint.id], results.provenance)
    files["programs/README.md"] = readme(trial, sets, present, absent, results)
    return files


def _absent(
    trial: Trial, endpoint: Endpoint, sets: dict[str, Dataset], results: Results
) -> str:
    """Why an endpoint has no programme; empty if it has one."""
    if endpoint.type not in BUILDERS:
        return "descriptive or several analyses: its numbers are in results.json only"
    if trial.dummy and endpoint.type == "incidence":
        return "adverse events are not written under a dummy allocation"
    name, _ = BUILDERS[endpoint.type]
    if name not in sets:
        return f"there is no data set {name}"
    answer = results[endpoint.id]
    numbers = results.of(endpoint.id)
    if answer.estimate is None and endpoint.type == "continuous":
        return answer.note or "the model could not be fitted"
    if not any(row.estimate is not None and row.n for row in numbers):
        return answer.note or "nothing could be estimated"
    return ""
