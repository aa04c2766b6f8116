"""Tables of compliance and exposure."""

from __future__ import annotations

from equipoise.report.chapters.population_dosing import exposure_table, infusions_table
from equipoise.simulate.trial import simulate
from tests.analyze.feder import feder, virtual
from tests.analyze.population.full import changed, full_protocol, trial, without
from tests.analyze.small import data, protocol
from tests.protocol.faults import read
from tests.protocol.test_retreatment import TWO
from tests.report.chapters.participants import participants
from tests.report.made import texts
from tests.simulate.trials import feder_scenario


def test_number_of_infusions_counts_everybody_once() -> None:
    known = virtual(n=8)
    found = texts(exposure_table(feder(), participants(feder(), known)))
    for place, arm in enumerate(feder().arms):
        counts = [int(cells[place].partition("/")[0]) for cells in found.values()]
        assert sum(counts) == int((known.arm == arm.id).sum())


def test_an_infusion_by_hand() -> None:
    rows = changed("exposures", {"participant": "A1"}, interrupted=True,
                   stopped_at="2026-01-10T10:20")  # fmt: skip
    rows.loc[rows["participant"] == "P1", "interrupted"] = None
    table = infusions_table(
        full_protocol(), participants(full_protocol(), trial(exposures=rows))
    )
    assert table is not None
    cells = {
        label.removesuffix(": infusion 1"): found
        for label, found in texts(table).items()
    }
    assert cells == {
        "Received, n/N (%)": ["4/4 (100%)", "4/4 (100%)"],
        "Dose, mg, mean (SD)": ["35.0 (0.00)", "– (–)"],
        "Dose, mg/kg, mean (SD)": ["0.500 (0.000)", "– (–)"],
        "Body weight used, kg, mean (SD)": ["70.0 (0.0)", "70.0 (0.0)"],
        "Length, min, mean (SD)": ["35.0 (10.0)", "40.0 (0.0)"],
        "Interrupted or stopped early, n/N (%)": ["1/4 (25%)", "0/3 (0%)"],
        "Interrupted or stopped early: not recorded, n/N (%)": [
            "0/4 (0%)",
            "1/4 (25%)",
        ],
    }


def test_an_infusion_without_a_record_has_its_row() -> None:
    known = trial(
        exposures=without("exposures", participant="A1"),
        measurements=without("measurements", participant="A1"),
    )
    table = infusions_table(full_protocol(), participants(full_protocol(), known))
    assert table is not None
    labels = [label for label, _ in table.rows]
    assert "Not given or not recorded, n/N (%): infusion 1" in labels


def test_without_any_record_there_are_no_tables() -> None:
    found = participants(protocol(), data(drugs={}))
    assert exposure_table(protocol(), found) is None
    assert infusions_table(protocol(), found) is None


def test_infusions_that_a_loss_of_response_triggered_have_their_rows() -> None:
    trial = read(*TWO)[0]
    assert trial is not None
    known = simulate(trial, feder_scenario(), seed=3, n=40)
    table = exposure_table(trial, participants(trial, known))
    assert table is not None
    rows = [label for label, _ in table.rows]
    assert rows[rows.index("Of these") + 1] == "none triggered by a loss of response"
    assert "1 triggered by a loss of response" in rows
    assert "Booster 1 (day 36; decided at Week 5)" in table.note
