"""The page of a grid: complete, escaped, and alone."""

import re

import pandas as pd

from equipoise.report.blocks import Figure
from equipoise.report.formats.grid_page import (
    BANNER,
    GridSubject,
    error_headline,
    grid_page,
    headline,
)
from tests.report.formats.hostile import NASTY, SVG

ROWS = [
    ("a", 20, 0.0, "fixed", 0.05, 0.01, 0.1, None, None, None),
    ("a", 20, 1.0, "fixed", 0.8, 0.01, -12.345, None, None, None),
    ("b", 20, 1.0, "fixed", 0.37, 0.02, 0.4, None, None, None),
    ("c", 20, 1.0, "fixed", None, None, 3.0, None, None, None),
    ("a", 20, 1.0, "pocock:0.5,1", 0.75, 0.01, -12.9, 14.5, 0.2, 0.55),
]
NAMES = ["endpoint", "size", "effect", "design", "power", "power_error", "mean"]
NAMES += ["expected_size", "expected_size_error", "stop_1"]
TABLE = pd.DataFrame(ROWS, columns=NAMES).assign(
    dropout=2.0,
    trials=500,
    rejections=["type I error", *4 * ["power"]],
    bias=[None, None, None, None, 0.25],
    bias_error=[None, None, None, None, 0.125],
    coverage=[None, None, None, None, 0.935],
    coverage_error=[None, None, None, None, 0.011],
)
LABELS = {"a": NASTY, "b": "Response", "c": "Relapse"}
FIGURE = Figure("power", NASTY, NASTY, SVG, b"")


def made() -> str:
    subject = GridSubject(NASTY, "a", LABELS, (("Seed", "7"),))
    return grid_page(TABLE, subject, FIGURE).decode()


def cells(row: str) -> list[str]:
    return re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row)


def rows() -> list[list[str]]:
    return [cells(row) for row in re.findall(r"<tr>.*?</tr>", made(), re.S)]


def test_texts_are_never_markup_and_nothing_is_fetched() -> None:
    text = made()
    assert "<b>bold" not in text
    assert "default-src 'none'" in text
    assert not re.search(r"(src|href)=[\"']?(https?:|//)", text)
    assert "results.json" not in text  # the report has one, a grid has not


def test_the_banner_comes_first() -> None:
    text = made()
    assert text.index(BANNER) < text.index("<svg")


def test_each_scenario_has_its_row_with_errors() -> None:
    start = [
        "20",
        "as specified",
        "× 2",
        "no interim analyses",
        "500",
        "80.0 (1.0)",
        "–",
        "−12.35",
    ]
    assert [*start, "–", "–", "–", "–", "20"] in rows()
    none = ["20", "none", "× 2", "no interim analyses", "500", "–", "5.0 (1.0)"]
    assert any(row[: len(none)] == none for row in rows())
    sequential = next(row for row in rows() if "75.0 (1.0)" in row)
    assert sequential[-6:] == [
        "−12.90",
        "–",
        "–",
        "0.25 (0.13)",
        "93.5 (1.1)",
        "14.5 (0.2)",
    ]


def test_interim_analyses_and_other_endpoints_have_their_tables() -> None:
    assert [
        "20",
        "as specified",
        "× 2",
        "pocock, analyses at 50, 100%",
        "55.0",
    ] in rows()
    other = [
        "20",
        "as specified",
        "× 2",
        "no interim analyses",
        "Response",
        "37.0 (2.0)",
        "power",
        "0.40",
    ]
    assert other in rows()
    assert not any("Relapse" in row for row in rows())  # it has no power


def test_assurance_has_one_row_for_each_curve() -> None:
    believed = TABLE.assign(assurance=0.444, assurance_error=0.018, drug_effect=1.0)
    subject = GridSubject(NASTY, "a", LABELS, (), prior=NASTY)
    text = grid_page(believed, subject, FIGURE).decode()
    assert "<b>bold" not in text
    table = text[text.index(">Assurance<") : text.index("Type I error (%)")]
    found = [cells(row) for row in re.findall(r"<tr>.*?</tr>", table, re.S)]
    head = ["Participants", "Withdrawals", "Design", "Assurance (%)"]
    assert found[0] == head
    assert found[1] == ["20", "× 2", "no interim analyses", "44.4 (1.8)"]
    assert found[2][2:] == ["pocock, analyses at 50, 100%", "44.4 (1.8)"]
    assert len(found) == 3  # effects 0 and 1 are on one curve
    assert "Assurance" not in made()


def powers(by_size: dict[int, float], effect: float = 1.0) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "size": list(by_size),
            "effect": effect,
            "dropout": 1.0,
            "design": "fixed",
            "trials": 2000,
            "power": list(by_size.values()),
            "power_error": 0.01,
            "rejections": "power" if effect else "type I error",
        }
    )


def test_the_smallest_sample_size_that_is_enough() -> None:
    mixed = pd.concat(
        [
            powers({20: 0.01, 30: 0.99, 40: 0.99}, effect=2.0),
            powers({40: 0.91, 20: 0.6, 30: 0.82, 25: 0.81}),
        ]
    )
    assert headline(mixed, "Change") == (
        "Change (effect as specified, no interim analyses): the smallest sample size of "
        "this grid that is shown to have 80% power is 30 participants, power 82.0 (1.0)%."
    )


def test_a_few_trials_show_nothing() -> None:
    """5 of 5 trials have an error of 0 and a lower limit (Wilson) of 56.6%."""
    few = powers({20: 1.0}).assign(trials=5, power_error=0.0)
    assert "no sample size of this grid is shown to have 80% power" in headline(
        few, "x"
    )
    enough = few.assign(trials=20)  # 83.9%
    assert "that is shown to have 80% power is 20 participants" in headline(enough, "x")


def test_an_endpoint_without_a_test_has_no_power() -> None:
    text = headline(powers({20: float("nan")}), "Change")
    assert "no sample size of this grid is shown to have 80% power" in text
    assert text.endswith("power –%.")


def test_rejections_without_an_effect_of_the_drug_are_called_errors() -> None:
    rows = powers({140: 0.127}).assign(
        drug_effect=0.0, expectancy=4.0, truth=-1.44, rejections="type I error"
    )
    text = error_headline(rows, "Change")
    assert "no effect of the drug, 4 times the expectancy" in text
    assert "12.7 (1.0)% of trials reject although the drug has no effect" in text
    assert "−1.44 is expectancy" in text
    assert "type I errors, not power" in text
    assert "every scenario of this grid is without an effect" in headline(rows, "x")
    assert error_headline(rows.assign(truth=0.0), "x") == ""
    assert error_headline(powers({20: 0.6}), "x") == ""


def test_no_sample_size_is_enough_or_there_is_no_effect() -> None:
    text = headline(powers({20: 0.6, 30: 0.7}), "Change")
    said = (
        "no sample size of this grid is shown to have 80% power; the highest is with 30"
    )
    assert said in text
    assert "without an effect" in headline(powers({20: 0.05}, effect=0.0), "Change")
