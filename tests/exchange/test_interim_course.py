"""What a rehearsal writes and says about its interim analyses."""

from pathlib import Path

from equipoise.exchange.interim_course import save_course, say_course
from equipoise.exchange.interim_record import read_record
from equipoise.exchange.scenarios import load_scenario
from equipoise.simulate.interim_course import Course, simulate_course
from equipoise.simulate.operating_characteristics.scenario_variants import with_effect
from tests.interim.trials import FEDER, planned

PLAN = planned(futility="lan-demets-pocock")
SCENARIO = with_effect(load_scenario("feder2021"), FEDER, 0)  # the arms are the same
_, COURSE = simulate_course(PLAN, SCENARIO, seed=2, n=30)


def test_the_pages_and_the_whole_record(tmp_path: Path) -> None:
    save_course(PLAN, COURSE, tmp_path / "interim")
    names = {path.name for path in (tmp_path / "interim").iterdir()}
    assert names == {"interim-1.html", "interim-1.json", "looks.json"}
    record = read_record(tmp_path / "interim" / "looks.json", required=True)
    assert record == COURSE.record
    assert len(record) == 2


def test_without_interim_analyses_nothing_is_written(tmp_path: Path) -> None:
    save_course(FEDER, Course(), tmp_path / "interim")
    assert not (tmp_path / "interim").exists()


def test_every_analysis_is_said() -> None:
    said: list[str] = []
    say_course(COURSE, said.append)
    first, second = said
    assert first.startswith("interim analysis 1, data up to 20")
    assert "Stop for futility" in first
    assert second == (
        "interim analysis 2 was not held: recruitment ended after analysis 1"
    )
