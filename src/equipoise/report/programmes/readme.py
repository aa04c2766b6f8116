"""The page for whoever opens the folder of the programmes."""

from __future__ import annotations

from collections.abc import Mapping

from equipoise.report.datasets.dataset import Dataset
from equipoise.report.datasets.trial import Trial
from equipoise.report.programmes.expected import DIGITS
from equipoise.report.programmes.programme import Programme, banners, templates


def readme(
    trial: Trial,
    sets: Mapping[str, Dataset],
    present: Mapping[str, Programme],
    absent: Mapping[str, str],
) -> bytes:
    """The page.

    Args:
        trial: whose data sets were made.
        sets: by name.
        present: programme by endpoint.
        absent: reason by endpoint without one.
    """
    labels = {e.id: e.label for e in trial.protocol.endpoints}
    text = (
        templates()
        .get_template("README.md")
        .render(
            banners=banners(trial),
            prefix="dummy-" if trial.dummy else "",
            digits=DIGITS,
            sets=list(sets.values()),
            programs=[(name, labels[name], item) for name, item in present.items()],
            absent=[(labels[name], reason) for name, reason in absent.items()],
        )
    )
    return text.encode()
