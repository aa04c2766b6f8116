"""What was not collected is never reported as zero, in any part of a report."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pytest

from equipoise.analyze.result import Results
from equipoise.analyze.run import analyze
from equipoise.dataset.tables import OPTIONAL
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.report.blocks import Bullets, Document, Paragraph, Table, TextTable
from equipoise.report.chapters.counts import sentence as capital
from equipoise.report.document import document
from tests.report.trials import trial

# table -> topics (endpoint of an estimate, or start of its id) that rest on it
RESTS = {
    "events": ("events", "harm", "adverse_events", "serious_events", "side_effects"),
    "exposures": (
        "exposure",
        "infusions",
        "dose",
        "deviations.dose",
        "deviations.treat",
    ),
    "dispositions": ("flow.lost", "flow.discontinued", "flow.completed"),
    "measurements": ("vital_signs",),
    "guesses": tuple(
        f"{endpoint}.{kind}"
        for endpoint in ("blind_participant", "blind_rater")
        for kind in ("guess", "bang", "james", "unadjusted", "adjusted-belief")
    ),
    "alerts": ("alerts",),
    "laboratory": ("laboratory",),
}
NOT_KNOWN = re.compile("hold no|not collected|not known|not recorded")
REASSURING = re.compile(
    r"\bno (death|serious|adverse|deviation|event|participant (had|died|withdrew))"
    r"|\bnone (was|were) (found|recorded)|\b(every|all) (randomized )?participants? "
    r"(completed|received)",
    re.IGNORECASE,
)


@cache
def without(name: str, table: str) -> tuple[Results, Document]:
    """Results and report of a trial without one of its tables."""
    protocol, data, _ = trial(name)
    emptied = _emptied(data, table)
    results = analyze(protocol, emptied)
    return results, document(protocol, emptied, results)


def _emptied(data: UnblindedTrialData, table: str) -> UnblindedTrialData:
    if table in OPTIONAL:  # empty says that there was nothing; absent is not known
        kept = {n: frame for n, frame in data.provided.items() if n != table}
        assert table in data.provided
        return replace(data, provided=kept)
    return replace(data, **{table: getattr(data, table).iloc[:0]})


CASES = [
    ("complete" if table in OPTIONAL else "feder2021", table) for table in RESTS
] + [("small", "events")]


@pytest.mark.parametrize(("name", "table"), CASES)
def test_no_number_rests_on_a_table_that_is_not_there(name: str, table: str) -> None:
    results, _ = without(name, table)
    told = [
        (row.id, row.estimate)
        for row in results
        if row.id.startswith(RESTS[table]) and row.estimate is not None
    ]
    assert not told


@pytest.mark.parametrize(("name", "table"), CASES)
def test_no_sentence_says_none_where_nothing_was_collected(
    name: str, table: str
) -> None:
    _, made = without(name, table)
    about = {
        "events": ("event", "serious"),
        "guesses": ("guess",),
        "measurements": ("vital", "value"),
        "alerts": ("alert",),
        "laboratory": ("laboratory", "grade"),
        "dispositions": ("death", "withdr", "discontinu", "complet"),
    }.get(table, ())
    for text in texts(made):
        for sentence in re.split(r"(?<=[.;:]) ", text):
            said = REASSURING.search(sentence)
            if (
                said
                and not NOT_KNOWN.search(sentence)
                and any(word in sentence.lower() for word in about)
            ):
                pytest.fail(f"without {table}: {sentence}")


def test_alerts_that_were_not_provided_are_said_to_be_so() -> None:
    _, made = without("complete", "alerts")
    text = "the data hold no table of safety alerts: they were not provided."
    said = [one for one in texts(made) if "safety alerts" in one.lower()]
    assert capital(text) in said
    listing = next(
        b for _, b in made.numbered() if getattr(b, "name", "") == "safety-alerts"
    )
    assert isinstance(listing, TextTable)
    assert (listing.rows, listing.note) == ((), capital(text))
    assert "safety-alerts-by-rule" not in {
        getattr(block, "name", "") for _, block in made.numbered()
    }


def test_laboratory_results_that_were_not_provided_are_said_to_be_so() -> None:
    _, made = without("complete", "laboratory")
    text = "Laboratory values (14.3.4) were not collected, or not provided."
    assert text in texts(made)


def texts(made: Document) -> list[str]:
    """Every sentence, note and title of a report."""
    found: list[str] = []
    for section in made.sections:
        for block in section.blocks:
            if isinstance(block, Paragraph):
                found.append(block.text)
            elif isinstance(block, Bullets):
                found += block.items
            elif isinstance(block, Table | TextTable):
                found += [block.title, block.note]
    return found


def test_without_dispositions_no_event_is_said_to_have_changed_nothing() -> None:
    results, made = without("feder2021", "dispositions")
    assert all(row.estimate is None for row in results if ".reached." in row.id)
    printed = list(texts(made))
    assert not any("No intercurrent event" in text for text in printed)
    assert any("Not known whether an intercurrent event" in text for text in printed)
