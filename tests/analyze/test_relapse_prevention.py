"""A relapse-prevention trial from its protocol to its report."""

import re
from functools import cache
from pathlib import Path

import equipoise as eq
from equipoise.cli.protocol_file import summary
from equipoise.exchange.protocols import inspect
from equipoise.rehearse import Rehearsal

HERE = Path(__file__).parent
FILE = HERE / "relapse_prevention.toml"


@cache
def rehearsal() -> Rehearsal:
    return eq.rehearse(
        eq.load_protocol(FILE), HERE / "relapse_prevention_scenario.toml", seed=1
    )


def test_its_protocol_has_no_problem_and_a_note_on_its_strata() -> None:
    protocol, problems = inspect(FILE)
    assert not problems
    assert protocol is not None
    (note,) = summary(protocol)["notes"]  # type: ignore[misc]
    assert note.startswith("relapse, stop: the randomization is stratified by sex")


def test_every_randomized_participant_is_at_risk() -> None:
    results = rehearsal().results
    for endpoint in ("relapse", "stop"):
        at_risk = [results[f"{endpoint}.at-risk.{arm}"] for arm in ("drug", "placebo")]
        assert [(row.estimate, row.n) for row in at_risk] == [(30, 30), (30, 30)]
        tests = [results[f"{endpoint}.log-rank{kind}"] for kind in ("", "-stratified")]
        assert all(row.n == 60 and row.p is not None for row in tests)
        assert "protect" not in "".join(str(row.note) for row in tests)
    stopped = rehearsal().data.dispositions
    events = sum(
        results[f"stop.events.{arm}"].estimate or 0 for arm in ("drug", "placebo")
    )
    assert events == (stopped["milestone"] == "treatment-discontinued").sum()


def test_its_report_speaks_of_randomization_and_not_of_responders(
    tmp_path: Path,
) -> None:
    page = rehearsal().save(tmp_path).read_text("utf-8")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    for needed in (
        "At risk from randomization, n/N",
        "Log-rank test, stratified by sex (supporting)",
        "Days since randomization",
        "Individual times to an event from randomization",
    ):
        assert needed in text, needed
    for wrong in ("loss of response", "losing it", "at time zero are followed"):
        assert wrong not in text, wrong
