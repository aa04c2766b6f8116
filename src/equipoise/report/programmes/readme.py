"""README of the folder of R and SAS programs."""

from __future__ import annotations

from collections.abc import Mapping

from equipoise.analyze.result import Results
from equipoise.report.datasets.dataset import Dataset
from equipoise.report.datasets.trial import Trial
from equipoise.report.programmes.expected import DIGITS, SLACK
from equipoise.report.programmes.not_repeated import not_repeated
from equipoise.report.programmes.programme import Programme, banners, origin, templates


def readme(
    trial: Trial,
    sets: Mapping[str, Dataset],
    present: Mapping[str, Programme],
    absent: Mapping[str, str],
    results: Results,
) -> bytes:
    """The page.

    Args:
        trial: whose data sets were made.
        sets: by name.
        present: programme by endpoint.
        absent: reason by endpoint without one.
        results: of the analysis.
    """
    labels = {e.id: e.label for e in trial.protocol.endpoints}
    text = (
        templates()
        .get_template("README.md")
        .render(
            banners=banners(trial),
            prefix="dummy-" if trial.dummy else "",
            digits=DIGITS,
            slack=SLACK,
            origin=origin(trial, results.provenance),
            remaining=not_repeated(results, present),
            sets=list(sets.values()),
            programs=[(name, labels[name], item) for name, item in present.items()],
            absent=[(labels[name], reason) for name, reason in absent.items()],
        )
    )
    return text.encode()
