"""Five attributes of each estimand, in words, each sentence once."""

from __future__ import annotations

import re

import pytest

from equipoise.report.chapters.estimands import (
    comparison,
    estimands_table,
    intercurrent_table,
    sets_table,
    variable,
)
from tests.analyze.feder import feder
from tests.analyze.small import protocol as small


def test_each_endpoint_has_its_attributes() -> None:
    table = estimands_table(feder())
    assert table.head == (
        "Endpoint", "Level", "Variable", "Population", "Intercurrent events", "Summary",
    )  # fmt: skip
    assert len(table.rows) == len(feder().endpoints)
    assert table.rows[0] == (
        "Change in CAPS-5 total from baseline to week 2",
        "primary",
        "Change from baseline in CAPS-5 total severity, at week 2",
        "All randomized participants",
        "ICE1, ICE2",
        "Difference in means",
    )
    everything = " ".join(" ".join(row) for row in table.rows)
    assert not re.search(r"\w+\.\w+_?total|SYSBP|None", everything)


def test_the_treatment_is_named_once_if_it_is_the_same_everywhere() -> None:
    assert comparison(feder()).startswith(
        "Treatment condition of every estimand: ketamine compared with midazolam."
    )
    first = feder().endpoints[0]
    turned = first.estimand.treatment.model_copy(
        update={"arm": "midazolam", "versus": "ketamine"}
    )
    estimand = first.estimand.model_copy(update={"treatment": turned})
    endpoint = first.model_copy(update={"estimand": estimand})
    protocol = feder().model_copy(
        update={"endpoints": (endpoint, *feder().endpoints[1:])}
    )
    table = estimands_table(protocol)
    at = table.head.index("Treatment")
    assert [row[at] for row in table.rows[:2]] == [
        "Midazolam − Ketamine",
        "Ketamine − Midazolam",
    ]


def test_each_intercurrent_event_is_described_once_with_a_code_for_every_use() -> None:
    table = intercurrent_table(feder())
    assert table is not None
    codes = [row[0] for row in table.rows]
    assert codes == [f"ICE{n}" for n in range(1, len(codes) + 1)]
    assert len({row[1:] for row in table.rows}) == len(table.rows)
    used = {
        code
        for row in estimands_table(feder()).rows
        for code in row[4].split(", ")
        if row[4] != "none specified"
    }
    assert used == set(codes)


def test_no_event_no_table() -> None:
    endpoint = small().endpoints[-1]
    protocol = small().model_copy(update={"endpoints": (endpoint,)})
    assert endpoint.estimand.intercurrent == ()
    assert intercurrent_table(protocol) is None


@pytest.mark.parametrize(
    ("endpoint", "words"),
    [
        ("response", "Response: CAPS-5 reduced by at least 30%, at week 2"),
        ("dissociation", "CADSS total at planned minutes of infusions"),
        ("adverse_events", "At least one adverse event"),
        ("serious_events", "At least one serious adverse event"),
        ("blind_rater", "Allocation guessed by the rater, at week 2"),
        (
            "vital_signs",
            "Systolic blood pressure, diastolic blood pressure, pulse rate, oxygen "
            "saturation at planned minutes of infusions",
        ),
    ],
)
def test_a_variable_is_named_in_words(endpoint: str, words: str) -> None:
    assert variable(feder(), feder().endpoint(endpoint)) == words


def test_the_analysis_sets_say_who_and_by_which_arm() -> None:
    assert sets_table(feder()).rows == (
        ("All randomized participants", "Randomized", "arm as randomized"),
        (
            "Participants with at least one infusion",
            "Randomized; received at least one dose or started treatment",
            "arm as treated",
        ),
    )
