"""The sentences about responders: what they say, and what they never say."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from equipoise.learn.responders import responders
from equipoise.report.responders import content, files, told
from tests.learn.responders_trial import trial

FACTS = {"data_sha256": "0", "seed": 1, "allocation": "actual", "virtual": True}


def test_every_number_of_the_table_is_in_the_file() -> None:
    protocol, data = trial()
    found = responders(protocol, data, draws=199)
    numbers = content(protocol, found, FACTS)
    rows = told(protocol, found).rows
    assert len(rows) == len(numbers["candidates"])
    for row, one in zip(rows, numbers["candidates"], strict=True):
        shown = [float(x) for x in re.findall(r"-?[0-9.]+", row[4].replace("−", "-"))]
        known = [one["estimate"], one["lower"], one["upper"]]
        np.testing.assert_allclose(shown, known, atol=0.0501)  # one decimal is shown


def test_a_small_p_is_never_a_rule() -> None:
    protocol, data = trial()
    found = responders(protocol, data, draws=199)
    found = replace(found, test=replace(found.test, p=0.001))
    said = told(protocol, found)
    assert "the effect differs between participants" in said.test
    assert said.verdict.startswith("No rule is given: a prediction from")


def test_missing_outcomes_are_counted() -> None:
    protocol, data = trial()
    found = replace(responders(protocol, data, draws=199), randomized=33)
    assert "30 participants who have an outcome" in told(protocol, found).could


def test_the_page_says_that_participants_are_simulated() -> None:
    protocol, data = trial()
    found = responders(protocol, data, draws=199)
    page = files(protocol, found, FACTS)["responders.html"].decode()
    assert "The participants are simulated." in page
    assert "DUMMY" not in page
