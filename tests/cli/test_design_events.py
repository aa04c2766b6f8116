"""``equipoise design events``: a time to event with one analysis or several."""

import json
import math
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from equipoise.cli import app
from tests.printed_numbers import agrees, camis

PFS = (
    "--hazard-ratio 0.6 --median 9.4 --accrual 24 --follow-up 10 --dropout 0.2 "
    "--dropout-time 12 --futility hwang-shih-decani --futility-parameter -10 "
    "--alpha 0.0125 --sides 1"
)
OS = (
    "--hazard-ratio 0.65 --median 36 --accrual 24 --follow-up 42 --dropout-time 12 "
    f"--dropout {1 - math.exp(-0.012)!r} --looks 0.6,0.8,1 --alpha 0.0125 --sides 1 "
    "--power 0.82"
)


def run(words: str) -> Result:
    return CliRunner().invoke(app, ["design", "events", *words.split(" ")])


def numbers(words: str) -> dict:  # type: ignore[type-arg]
    said = run(f"{words} --json")
    assert said.exit_code == 0, said.stderr
    made: dict = json.loads(said.stdout)  # type: ignore[type-arg]
    return made


def by_id(made: dict) -> dict[str, float]:  # type: ignore[type-arg]
    """Numbers of the two analyses under the names of the reference."""
    first, last = made["analyses"]
    return {
        "z1": first["efficacy_z"],
        "z2": last["efficacy_z"],
        "fut1": first["futility_z"],
        "p1": first["efficacy_p"],
        "p2": last["efficacy_p"],
        "futp1": first["futility_p"],
        "hr1": first["efficacy_hazard_ratio"],
        "hr2": last["efficacy_hazard_ratio"],
        "futhr1": first["futility_hazard_ratio"],
        "h0.eff1": first["stops_for_efficacy_without_effect"],
        "h0.fut1": first["stops_for_futility_without_effect"],
        "h0.eff-all": last["spent"],
        "h1.eff1": first["stops_for_efficacy_with_effect"],
        "h1.fut1": first["stops_for_futility_with_effect"],
        "h1.eff-all": made["power"],
        "events1": first["events"],
        "events2": last["events"],
        "n": made["before_rounding"],
        "time1": first["time"],
        "expected-events": made["expected_events_with_effect"],
        "events-arm1": last["events_first"],
        "events-arm2": last["events_second"],
    }


@pytest.mark.reference
def test_printed_numbers_of_east_sas_rpact_and_gsdesign() -> None:
    """All 38 numbers of the progression-free survival example, by one call each.

    A number agrees if it rounds to the printed digits. SAS prints the futility hazard
    ratio as 0.89473; rpact and ours are 0.8947245, half a unit of SAS's last digit.
    """
    rows = camis("group_sequential_pfs")["printed"]
    given = by_id(numbers(f"{PFS} --events 176,235"))
    solved = by_id(numbers(f"{PFS} --looks 0.75,1 --power 0.95"))
    for row in rows:
        design, name = row["id"].split(".", 1)
        ours = (given if design == "e" else solved)[name.removeprefix("sas.")]
        allowed = 1e-5 if row["id"] == "e.sas.futhr1" else 0.0
        assert agrees(row["value"], ours, allowed), row["id"]
    assert len(rows) == 38


def test_overall_survival_with_two_interim_analyses() -> None:
    """rpact 3.3, as printed on the page of the CAMIS project (overall survival)."""
    made = numbers(OS)
    rows = made["analyses"]
    expected = {
        "efficacy_z": ([3.020, 2.587, 2.296], 3),
        "efficacy_p": ([0.0013, 0.0048, 0.0108], 4),
        "efficacy_hazard_ratio": ([0.590, 0.676, 0.733], 3),
        "events": ([131.2, 174.9, 218.6], 1),
        "time": ([38.44, 50.60, 66.00], 2),
        "spent": ([0.0013, 0.0052, 0.0125], 4),
    }
    for name, (values, digits) in expected.items():
        ours = [row[name] for row in rows]
        assert ours == pytest.approx(values, abs=0.51 * 10**-digits), name
    assert made["before_rounding"] == pytest.approx(395.1, abs=0.05)
    assert made["expected_events_with_effect"] == pytest.approx(179.4, abs=0.05)
    assert made["expected_duration_with_effect"] == pytest.approx(53.11, abs=0.005)


def test_conventions_of_the_variance() -> None:
    """rpact 3.3.4 (Schoenfeld, Freedman) and gsDesign 3.11 (nSurvival), 1e-8."""
    words = "--hazard-ratio 0.7 --median 12 --accrual 12 --follow-up 12"
    for variance, total, events in (
        ("schoenfeld", 428.596212091291, 246.787104547358),
        ("freedman", 437.712423974796, 252.036249247432),
        ("lachin-foulkes", 427.60742302055, 246.217756557591),
    ):
        made = numbers(f"{words} --variance {variance}")
        assert made["before_rounding"] == pytest.approx(total, rel=1e-8)
        assert made["events"] == pytest.approx(events, rel=1e-8)
        assert made["planned_events"] == math.ceil(events)
        assert made["expected_events"] >= made["planned_events"]


def test_a_rate_enrols_as_many_as_are_needed() -> None:
    made = numbers("--hazard-ratio 0.7 --median 12 --rate 30 --ramp 4 --follow-up 12")
    assert 30 * (made["recruitment"] - 2) == pytest.approx(made["participants"])
    words = f"--accrual {made['recruitment']!r} --ramp 4 --follow-up 12"
    again = numbers(f"--hazard-ratio 0.7 --median 12 {words}")
    assert again["participants"] == made["participants"]
    assert again["expected_events"] == pytest.approx(made["expected_events"])


def test_the_text_shows_boundaries_and_times() -> None:
    said = run(f"{PFS} --events 176,235").stdout
    assert "futility hazard ratio" in said
    assert "25.34" in said
    assert "power:             95.05%" in said
    assert "as East, SAS SEQDESIGN and rpact" in said
    fixed = run("--hazard-ratio 0.5 --median 28 --accrual 365 --follow-up 182").stdout
    assert "participants:    68" in fixed
    assert "efficacy z" not in fixed


FIXED = "--median 28 --accrual 365 --follow-up 182 --time-unit days"


def test_a_plan_has_its_texts_and_files(tmp_path: Path) -> None:
    """Whole events, in the texts too; a plan that was written is what was printed."""
    words = f"{FIXED} --dropout 0.2 --dropout-time 90 --hazard-ratio 0.5 --ratio 2"
    made = numbers(f"{words} --infusions 6 --out {tmp_path}")
    assert json.loads((tmp_path / "plan.json").read_text()) == made
    assert made["first_arm"] + made["second_arm"] == made["participants"]
    text = made["protocol_text"]
    assert f"needs {made['planned_events']} events" in text
    assert "20% are expected to be lost by 90 days" in text
    assert f"Planned: {6 * made['participants']} infusions" in text
    page = (tmp_path / "plan.html").read_text()
    assert "Schoenfeld DA" in page
    assert 'unit = "days"' in made["size_block"]


def test_what_is_omitted_is_calculated() -> None:
    size = numbers(f"{FIXED} --hazard-ratio 0.5")
    power = numbers(f"{FIXED} --hazard-ratio 0.5 --n {size['participants']}")
    assert power["power"] == pytest.approx(size["power"])
    assert power["solved_for"] == "power"
    found = numbers(f"{FIXED} --n {size['participants']} --power {size['power']!r}")
    assert found["hazard_ratio"] == pytest.approx(0.5, abs=1e-6)
    assert found["solved_for"] == "difference"


@pytest.mark.parametrize("value", ["0.01", "0.2", "5"])
def test_a_hazard_ratio_of_no_approximation_is_refused(value: str) -> None:
    said = run(f"{FIXED} --hazard-ratio {value}")
    assert said.exit_code == 1
    assert f"EQ801 --hazard-ratio is {value}" in said.stderr
    far = run(f"{FIXED} --hazard-ratio {value} --looks 0.5,1".replace(" days", " "))
    assert far.exit_code == 1


def test_a_large_effect_is_warned_of() -> None:
    assert "confirm it by simulation" in run(f"{FIXED} --hazard-ratio 0.3").stdout
    assert "confirm it by simulation" not in run(f"{FIXED} --hazard-ratio 0.6").stdout


@pytest.mark.parametrize("option", ["--n 90", "--source x", "--time-unit days"])
def test_options_of_a_plan_with_several_analyses_are_refused(option: str) -> None:
    words = "--median 28 --accrual 365 --follow-up 182 --hazard-ratio 0.5 --looks 0.5,1"
    said = run(f"{words} {option}")
    assert said.exit_code == 1
    assert f"EQ809 {option.split()[0]} has no effect with --looks" in said.stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("--hazard-ratio 1 --median 28 --accrual 9 --follow-up 9", "EQ801"),
        ("--hazard-ratio 0.5 --median inf --accrual 9 --follow-up 9", "EQ801"),
        ("--hazard-ratio 0.5 --median 9 --accrual 9 --follow-up 0", "EQ801"),
        ("--hazard-ratio 0.5 --median 9 --follow-up 9", "EQ809"),
        ("--hazard-ratio 0.5 --accrual 9 --follow-up 9", "EQ809"),
        (
            "--hazard-ratio 0.5 --median 9 --accrual 9 --follow-up 9 --dropout 1",
            "EQ801",
        ),
        (
            "--hazard-ratio 0.5 --median 9 --accrual 9 --follow-up 9 --dropout 0.2",
            "EQ809",
        ),
        ("--hazard-ratio 0.5 --median 9 --accrual 9 --follow-up 9 --ramp 10", "EQ801"),
        (
            "--hazard-ratio 0.5 --median 9 --accrual 9 --follow-up 9 --looks a,1",
            "EQ804",
        ),
        (
            "--hazard-ratio 0.5 --median 9 --accrual 9 --follow-up 9 --looks 1,2",
            "EQ804",
        ),
        (
            "--hazard-ratio 0.5 --median 9 --accrual 9 --follow-up 9 --events 9,5",
            "EQ804",
        ),
        (
            "--hazard-ratio 0.5 --median 9 --accrual 9 --follow-up 9 --events 5 "
            "--looks 1 --variance freedman",
            "EQ809",
        ),
        (
            "--hazard-ratio 0.5 --median 9 --accrual 9 --follow-up 9 --spending pocock",
            "EQ809",
        ),
        ("--hazard-ratio 0.999999 --median 9 --accrual 9 --follow-up 9", "EQ802"),
        ("--hazard-ratio 0.5 --median 9 --accrual 9 --follow-up 9 --binding", "EQ809"),
    ],
)
def test_impossible_input_is_refused_with_a_code(words: str, code: str) -> None:
    said = run(words)
    assert said.exit_code == 1, said.stdout
    assert code in said.stderr
