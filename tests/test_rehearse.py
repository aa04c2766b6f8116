"""The whole life of the reference trial on virtual participants."""

import json
from pathlib import Path

import pytest

import equipoise as eq
from equipoise.analyze.result import Results
from equipoise.dataset.trialdata import TrialData
from equipoise.errors import LibraryError
from equipoise.exchange.data import read_data
from equipoise.exchange.interim_record import read_record
from equipoise.exchange.report_files import Publication
from equipoise.exchange.scenarios import load_scenario
from equipoise.interim.analysis import interim_analysis
from equipoise.interim.record import held
from equipoise.protocol.model import Protocol
from equipoise.rehearse import Rehearsal
from equipoise.simulate.trial import simulate
from tests import rehearsed
from tests.interim.trials import planned


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


def test_interim_analyses_are_held_and_kept(
    rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The reports, which take long, are those of the trial without interim analyses."""
    of_data: list[tuple[TrialData, Results]] = []

    def publication(
        protocol: Protocol, data: TrialData, results: Results, **_: object
    ) -> Publication:
        of_data.append((data, results))
        return rehearsal.publication

    monkeypatch.setattr("equipoise.rehearse.report", publication)
    told: list[str] = []
    plan = planned()
    made = eq.rehearse(plan, "feder2021", seed=5, n=100, progress=told.append)
    (_, dry), (data, final) = of_data
    assert made.course.stopped is not None
    assert data is made.data
    assert len(data.arm) < 100
    assert dry.provenance.allocation == "dummy"
    assert "adjusted for the interim analyses" in str(final["caps5_change"].note)
    assert any("Stop: the boundary for efficacy is crossed" in text for text in told)
    made.save(tmp_path)
    record = read_record(tmp_path / "interim" / "looks.json", required=True)
    written = read_data(tmp_path / "data", plan)
    again = interim_analysis(plan, written, 1, made.course.cutoffs[0])
    assert again.entries[0].z == pytest.approx(held(record)[0].z, rel=1e-9)


@pytest.mark.calibration
def test_the_next_trial_is_rehearsed_with_its_interim_analyses(tmp_path: Path) -> None:
    made = eq.rehearse(eq.load_protocol("next-trial"), seed=3)
    page = made.save(tmp_path).read_text("utf-8")
    assert made.course.results
    assert len(made.data.arm) <= 160
    assert "1: cut-off" in page
    assert (tmp_path / "interim" / "interim-1.html").exists()
