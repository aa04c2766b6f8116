"""``equipoise design``: the sizes of the library, printed."""

import json

import pytest
from typer.testing import CliRunner, Result

from equipoise.cli import app
from equipoise.design.fixed.means import means
from equipoise.design.requirements import Target


def run(words: str) -> Result:
    arguments = words.split(" ")
    return CliRunner().invoke(app, ["design", *arguments])


def test_means_with_dropout() -> None:
    said = run("means --difference 11.1 --sd 10.51 --json")
    assert json.loads(said.stdout)["participants"] == 32
    more = run("means --difference 5 --sd 10 --power 0.9 --dropout 0.2 --json")
    plain = means(5, 10, Target(power=0.9)).total / 0.8
    assert json.loads(more.stdout)["before_rounding"] == pytest.approx(plain, abs=1e-6)


def test_a_baseline() -> None:
    covariate = run("means --difference 5 --sd 10 --correlation 0.6")
    assert "participants:" in covariate.stdout
    assert "analysis of covariance" in covariate.stdout
    plain = json.loads(run("means --difference 11.88 --sd 10.51 --json").stdout)
    # R power.t.test: 13.318 an arm
    assert (plain["first_arm"], plain["test"]) == (14, "t test of two means")
    assert plain["alpha"], plain["sides"] == (0.05, 2)


def test_equivalence_and_noninferiority() -> None:
    """SAS PROC POWER: 90 in total; rpact: 51 in each arm; R PowerTOST: 40 in both."""
    two = "--hypothesis equivalence --alpha 0.05"
    text = run(f"means --difference 0 --sd 8 --margin 5 {two}").stdout
    assert "both margins (TOST), one-sided at 5%" in text
    assert "participants:    90" in text
    assert "margins:         -5 and 5" in text
    words = "--difference 0 --sd 0.1 --margin 0.05 --hypothesis noninferiority"
    made = json.loads(run(f"means {words} --alpha 0.05 --json").stdout)
    assert (made["participants"], made["margins"]) == (102, [-0.05, None])
    words = (
        f"--difference -0.0513 --sd 0.29356 --layout crossover --margin 0.22314 {two}"
    )
    made = json.loads(run(f"means {words} --dropout 0.1 --json").stdout)
    assert (made["analyzed"], made["participants"]) == (40, 46)
    assert made["power"] == pytest.approx(0.815845, abs=1e-4)
    paired = "--difference 5 --sd 10 --layout paired --correlation 0.5"
    pairs = json.loads(run(f"means {paired} --json").stdout)
    assert (pairs["participants"], "first_arm" in pairs) == (
        34,
        False,
    )  # R power.t.test


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


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("means --difference 0 --sd 10", "EQ801"),
        ("means --difference 5 --sd 10 --power 1", "EQ801"),
        ("means --difference inf --sd 10", "EQ801"),
        ("means --difference 5 --sd 10 --correlation 1", "EQ801"),
        ("means --difference 5 --sd 10 --margin 3", "EQ809"),
        ("means --difference 5 --sd 10 --layout paired --ratio 2", "EQ809"),
        ("means --difference 5 --sd 10 --hypothesis equivalence", "EQ811"),
        ("means --difference 5 --sd 10 --hypothesis equivalence --margin 5", "EQ811"),
        ("means --difference 1e-9 --sd 10", "EQ802"),
        ("group-sequential 0.5 0.4 1", "EQ804"),
        ("group-sequential 0.5 1 --alpha 1.2", "EQ801"),
        ("group-sequential 0.5 1 --power 0.02", "EQ801"),
        ("group-sequential 0.5 1 --spending wang-tsiatis --parameter nan", "EQ804"),
        ("group-sequential 0.5 1 --spending wang-tsiatis --parameter 5", "EQ804"),
        ("group-sequential 0.5 1 --spending kim-demets", "EQ804"),
        ("group-sequential 0.5 1 --spending kim-demets --parameter -1", "EQ804"),
        ("group-sequential 0.5 1 --spending kim-demets --parameter 0", "EQ804"),
        (
            "group-sequential 0.5 1 --spending hwang-shih-decani --parameter -800",
            "EQ804",
        ),
        ("group-sequential 0.5 1 --spending haybittle-peto --parameter 1.5", "EQ808"),
        ("group-sequential 0.5 1 --spending haybittle-peto --parameter -3", "EQ804"),
        ("group-sequential 0.5 1 --spending obrien-fleming --parameter 3", "EQ809"),
        ("group-sequential 0.5 1 --futility-parameter -2", "EQ809"),
        ("group-sequential 0.5 1 --binding", "EQ809"),
    ],
)
def test_impossible_input_is_refused_with_a_code(words: str, code: str) -> None:
    said = run(words)
    assert said.exit_code == 1
    assert code in said.stderr


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
