"""Trials of different kinds, analyzed once for all laws of the report."""

from __future__ import annotations

from typing import Any

from equipoise.analyze.result import Results
from equipoise.analyze.run import analyze
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol
from tests.analyze import complete, plain, rare, small
from tests.analyze.feder import feder
from tests.computed_once import computed_once
from tests.report.made import data, results

TRIALS = ("complete", "small", "three-arms", "feder2021")
# Trials in which seldom things are said, with the one that each differs little from.
VARIANTS = {
    "rare": "complete",
    "alone": "complete",
    "bare": None,
    "plain": None,
    "dummy": "rare",
}


@computed_once
def trial(name: str) -> tuple[Protocol, UnblindedTrialData, Results]:
    """One of ``TRIALS`` and ``VARIANTS``: protocol, data, results; not to be changed."""
    if name == "feder2021":
        return feder(), data(), results()
    if name == "complete":
        return complete.protocol(), complete.data(), complete.results()
    if name == "rare":
        return rare.protocol(), rare.data(), rare.results()
    if name == "plain":
        return plain.protocol(), plain.data(), plain.results()
    if name in VARIANTS:
        made = {"bare": rare.bare, "alone": rare.alone, "dummy": rare.dummy}
        return made[name]()
    if name == "small":
        return _analyzed(small.protocol(), small.random_scores(1))
    scores = {
        person: ("another" if number % 3 == 2 else row[0], *row[1:])
        for number, (person, row) in enumerate(small.random_scores(3, 30).items())
    }
    return _analyzed(small.protocol(_third_arm(small.TEXT)), scores)


def _analyzed(
    protocol: Protocol, scores: dict[str, tuple[Any, ...]]
) -> tuple[Protocol, UnblindedTrialData, Results]:
    people = list(scores)
    drugs = {"active": "active drug", "placebo": "saline", "another": "second drug"}
    known = small.data(
        scores,
        trial=protocol,
        drugs={person: drugs[row[0]] for person, row in scores.items()},
        milestones=[
            (people[0], "treatment-discontinued", 9, "lack of efficacy"),
            (people[1], "lost-to-follow-up", 20, "no contact"),
            *((person, "treatment-started", 0, None) for person in people),
        ],
        events=[
            (people[2], "headache", 0, False),
            (people[3], "headache", 1, False),
            (people[4], "nausea", 3, True),
            (people[5], "nausea", 0, False),
        ],
    )
    return protocol, known, analyze(protocol, known)


def _third_arm(text: str) -> str:
    arm, intervention = (
        text[text.index(start) :].split("[[", 2)[1]
        for start in ("[[arms]]", "[[interventions]]")
    )
    more = f"[[{arm}[[{intervention}".replace('"active', '"another').replace(
        "Active", "Second"
    )
    text = text.replace("[[characteristics]]", f"{more}[[characteristics]]", 1)
    # The binary endpoint compares another pair.
    head, mark, rest = text.partition('[[endpoints]]\nid = "response"\n')
    assert mark
    pair = 'arm = "another", versus = "placebo"'
    return head + mark + rest.replace('arm = "active", versus = "placebo"', pair, 1)
