"""The chapter about who benefits: where it stands, and what each column holds."""

from __future__ import annotations

from dataclasses import replace

from equipoise.learn.estimates import estimates
from equipoise.learn.responders import responders as found_in
from equipoise.report.blocks import Bullets, Paragraph, Table
from equipoise.report.chapters.responders import responders
from equipoise.report.structure import results_sections
from tests.learn.responders_trial import candidate, declaring, trial
from tests.learn.test_estimates import empty

AGE = candidate("age", direction="lower")
SEX = candidate("sex", direction="F", declared="post hoc")


def test_the_chapter_follows_the_assessment_of_blinding() -> None:
    protocol, data = trial()
    protocol = declaring(protocol, AGE, SEX)
    made = estimates(found_in(protocol, data, draws=199))
    results = replace(empty(protocol, data), estimates=made)
    chapter = responders(protocol, results)
    sections = results_sections({"responders": chapter}, {})
    (section,) = (part for part in sections if part.blocks)
    assert section.place == "11.4.2.10"
    verdict, numbers, candidates, excluded = section.blocks
    assert isinstance(verdict, Paragraph)
    assert verdict.text.startswith("This trial cannot tell")
    assert verdict.id == "responders.rule"
    assert isinstance(numbers, Table)
    assert numbers.rows[0][1][1][0].text == "2.05"  # issue 21: n = 30
    joint = numbers.rows[4][1]
    assert (joint[1][0].text, joint[2][0].id) == ("", "responders.joint")
    assert isinstance(candidates, Table)
    labels = [label for label, _ in candidates.rows]
    assert labels[0] == "Age; declared (more benefit where it is lower)"
    assert all("post hoc (Female benefits more)" in label for label in labels[1:])
    assert candidates.rows[0][1][1][0].id == "responders.candidate.age.sd"
    assert isinstance(excluded, Bullets)


def test_without_candidates_there_is_no_chapter() -> None:
    protocol, data = trial()
    assert responders(protocol, empty(protocol, data)) is None
