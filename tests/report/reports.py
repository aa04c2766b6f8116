"""Three reports for tests: virtual, real without safety data, and the tutorial's."""

from __future__ import annotations

from pathlib import Path

import equipoise as eq
from equipoise.analyze.result import Results
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Document
from equipoise.report.document import document
from tests.analyze.feder import feder
from tests.computed_once import computed_once
from tests.report import made
from tests.shared_data import shared

TRIALS = ("feder2021", "antidepressant", "tutorial")
TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorials" / "your-trial"


@computed_once
def trial(name: str) -> tuple[Protocol, UnblindedTrialData, Results]:
    """Protocol, data and results; not to be changed."""
    if name == "feder2021":
        return feder(), made.data(), made.results()
    if name == "antidepressant":
        protocol = eq.load_protocol(name)
        data = eq.read_data(shared("data/antidepressant_data.csv"), protocol)
    else:
        protocol = eq.load_protocol(TUTORIAL / "protocol.toml")
        mapping = TUTORIAL / "mapping.toml"
        data = eq.read_data(TUTORIAL / "export.csv", protocol, mapping=mapping)
    assert isinstance(data, UnblindedTrialData)
    return protocol, data, eq.analyze(protocol, data)


@computed_once
def content(name: str) -> Document:
    """The report of one of the trials."""
    return document(*trial(name))
