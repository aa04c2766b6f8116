"""The whole life of the reference trial on virtual participants."""

import json
from pathlib import Path

import pytest

import equipoise as eq
from equipoise.errors import LibraryError
from equipoise.exchange.scenarios import load_scenario
from equipoise.rehearse import Rehearsal
from equipoise.simulate.trial import simulate
from tests import rehearsed


@pytest.fixture(scope="module")
def rehearsal() -> Rehearsal:
    return rehearsed.rehearsal()[0]


def test_as_many_as_planned_are_randomized(rehearsal: Rehearsal) -> None:
    assert len(rehearsal.data.arm) == 30
    assert rehearsal.data.arm.value_counts().tolist() == [15, 15]


def test_every_endpoint_is_answered(rehearsal: Rehearsal) -> None:
    protocol = eq.load_protocol("feder2021")
    assert set(rehearsal.results.answers) == {e.id for e in protocol.endpoints}
    for endpoint in protocol.endpoints:
        answer = rehearsal.results[endpoint.id]
        assert answer.estimate is not None or answer.note


def test_the_report_says_that_nobody_is_real(rehearsal: Rehearsal) -> None:
    assert rehearsal.results.provenance.virtual
    page = rehearsal.publication.files["report.html"].decode()
    assert "simulated participants" in page.lower()


def test_the_dry_run_is_the_same_programme_on_shuffled_arms(
    rehearsal: Rehearsal,
) -> None:
    dry, real = rehearsal.dry_run.files, rehearsal.publication.files
    known = json.loads(dry["results.json"])["provenance"]
    assert known["allocation"] == "dummy"
    assert "Dummy allocation" in dry["report.html"].decode()
    ids = [
        {e["id"] for e in json.loads(f["results.json"])["estimates"]}
        for f in (dry, real)
    ]
    assert len(ids[0] & ids[1]) > 1000
    assert rehearsal.results.provenance.allocation == "actual"


def test_another_seed_gives_another_trial(rehearsal: Rehearsal) -> None:
    protocol, scenario = eq.load_protocol("feder2021"), load_scenario("feder2021")
    known = rehearsal.data.content_hash
    assert simulate(protocol, scenario, seed=2021).content_hash == known
    assert simulate(protocol, scenario, seed=2022).content_hash != known


def test_it_tells_what_it_is_doing() -> None:
    said = rehearsed.rehearsal()[1]
    assert said[0] == "simulated participants"
    assert said[-1] == "analysis data sets and programs"


def test_saved_results_are_strict_json(rehearsal: Rehearsal, tmp_path: Path) -> None:
    page = rehearsal.save(tmp_path)
    text = (tmp_path / "results.json").read_text("utf-8")
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert page == tmp_path / "report.html"
    assert (tmp_path / "dry-run" / "report.pdf").exists()
    assert (tmp_path / "data" / "participants.csv").exists()


def test_a_trial_without_a_scenario_is_refused() -> None:
    known = eq.load_protocol("antidepressant")
    trial = known.trial.model_copy(update={"id": "without-scenario"})
    other = known.model_copy(update={"trial": trial})
    with pytest.raises(LibraryError, match="EQ001"):
        eq.rehearse(other)
