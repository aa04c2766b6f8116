"""``equipoise design group-sequential``: boundaries, printed."""

import json

import pytest
from typer.testing import CliRunner, Result

from equipoise.cli import app


def run(words: str) -> Result:
    arguments = words.split(" ")
    return CliRunner().invoke(app, ["design", *arguments])


def test_looks_with_futility() -> None:
    said = run(
        "group-sequential 0.5 1 --spending obrien-fleming --futility lan-demets-of"
    )
    assert "analysis at 50%: efficacy at z ≥ 2.7965" in said.stdout
    assert "futility at z ≤" in said.stdout
    assert "futility" not in run("group-sequential 0.5 1 --spending pocock").stdout


def test_a_boundary_at_infinity_is_told() -> None:
    """rpact 3.3.4: Inf, 2.9625880, 1.9685956."""
    said = run("group-sequential 0.03 0.5 1")
    assert "analysis at 3%: no efficacy boundary (beyond z = 12)" in said.stdout
    made = json.loads(run("group-sequential 0.03 0.5 1 --json").stdout)
    z = [row["efficacy_z"] for row in made["analyses"]]
    assert z == [None, pytest.approx(2.9625880), pytest.approx(1.9685956)]


def test_json_holds_numbers_with_all_digits() -> None:
    """Cumulative error 7.4e-6 at the first of five analyses was printed as 0.00%."""
    made = json.loads(run("group-sequential 0.25 0.5 1 --json").stdout)
    first = made["analyses"][0]
    assert first["information"] == 0.25
    assert first["stops_for_efficacy_without_effect"] == pytest.approx(
        7.37e-6, rel=1e-3
    )
    assert first["futility_z"] is None
    assert made["maximum_sample_size"] == pytest.approx(1.0035, abs=5e-4)


@pytest.mark.parametrize("family", ["obrien-fleming", "pocock"])
def test_futility_takes_spending_functions_only(family: str) -> None:
    said = run(f"group-sequential 0.5 1 --futility {family}")
    assert said.exit_code == 2
    assert "lan-demets-of" in said.stderr
    assert "--futility" in said.stderr


def test_the_old_name_of_group_sequential_still_works() -> None:
    old = run("looks 0.5 1")
    assert old.stdout == run("group-sequential 0.5 1").stdout
    assert "looks is now named group-sequential" in old.stderr


def test_each_analysis_in_participants_and_in_the_unit_of_the_endpoint() -> None:
    """rpact 3.3.4: 268.1447 participants, 50 v 30%, with futility that does not bind."""
    made = json.loads(
        run(
            "group-sequential 0.5 0.75 1 --endpoint proportions --first 0.5 --second 0.3 "
            "--futility hwang-shih-decani --futility-parameter -2 --recruitment 4 "
            "--time-to-outcome 12 --json"
        ).stdout
    )
    assert made["before_rounding"] == pytest.approx(268.1447, abs=1e-4)
    assert made["participants"] == 270
    first, second, last = made["analyses"]
    assert first["efficacy_z"] == pytest.approx(2.9626, abs=1e-4)
    assert first["overrun"] == pytest.approx(48)
    assert 0 < second["efficacy_effect"] < first["efficacy_effect"]
    assert last["cumulative_power"] == pytest.approx(0.9)
    assert last["conditional_power_at_futility_assumed_effect"] is None
    assert all(isinstance(v, int | float | None) for v in first.values())


def test_a_delayed_effect_with_rising_recruitment() -> None:
    said = run(
        "group-sequential 0.7 1 --endpoint events --hazard-ratio 1x3,0.6 --hazard 0.05 "
        "--recruitment 3x2,6x2,9 --accrual 14 --follow-up 16"
    )
    assert said.exit_code == 0
    assert "assumed HR" in said.stdout
    assert "0.713" in said.stdout  # average hazard ratio by the first analysis


@pytest.mark.parametrize(
    ("words", "code", "option"),
    [
        ("--sd 3", "EQ809", "--sd"),
        ("--endpoint means --difference 5", "EQ832", "--sd"),
        ("--endpoint means --difference 5 --sd 9 --first 0.5", "EQ809", "--first"),
        (
            "--endpoint means --difference 5 --sd 9 --time-to-outcome 3",
            "EQ809",
            "--time-to-outcome",
        ),
        (
            "--endpoint means --difference 5 --sd 9 --recruitment 3,4",
            "EQ832",
            "--recruitment",
        ),
    ],
)
def test_an_option_without_effect_is_refused(
    words: str, code: str, option: str
) -> None:
    said = run(f"group-sequential 0.5 1 {words}")
    assert said.exit_code == 1
    assert code in said.stderr
    assert option in said.stderr


@pytest.mark.parametrize("option", ["--n 100", "--source x", "--rate 4"])
def test_options_of_a_plan_need_an_endpoint(option: str) -> None:
    said = run(f"group-sequential 0.5 1 {option}")
    assert said.exit_code == 1
    assert f"EQ809 {option.split()[0]} has no effect without --endpoint" in said.stderr


def test_size_power_and_effect_of_one_trial_agree(tmp_path) -> None:
    words = "group-sequential 0.5 1 --endpoint means --sd 10.51"
    size = json.loads(run(f"{words} --difference 5 --json").stdout)
    n = size["participants"]
    power = json.loads(run(f"{words} --difference 5 --n {n} --json").stdout)
    assert power["solved_for"] == "power"
    assert power["power"] == pytest.approx(size["power"])
    assert power["analyses"][-1]["cumulative_power"] == pytest.approx(power["power"])
    found = json.loads(run(f"{words} --n {n} --out {tmp_path} --json").stdout)
    assert found["solved_for"] == "difference"
    assert 4.9 < found["effect"] <= 5
    assert found == json.loads((tmp_path / "plan.json").read_text())
    page = (tmp_path / "plan.html").read_text()
    assert "Boundaries as z" in page
    assert found["protocol_text"][:60] in page


def test_two_rates_of_recruitment_are_refused() -> None:
    said = run(
        "group-sequential 0.5 1 --endpoint means --difference 5 --sd 9 --rate 4 "
        "--recruitment 4"
    )
    assert said.exit_code == 1
    assert "--rate" in said.stderr
