"""The synopsis: what it prints is in the results, and no more is said than is known."""

from __future__ import annotations

import pytest

from equipoise.dataset.trialdata import TrialData
from equipoise.report.chapters.synopsis import safety_words, shown, synopsis
from equipoise.report.content import Paragraph, Table, TextTable
from tests.analyze.feder import feder, virtual
from tests.report.reports import trial


def results_table(name: str) -> Table:
    (table,) = (b for b in synopsis(*trial(name)).blocks if isinstance(b, Table))
    return table


def rows(name: str) -> dict[str, list[str]]:
    return {
        label: ["".join(c.text for c in parts) for parts in cells]
        for label, cells in results_table(name).rows
    }


def test_it_starts_with_the_headline_and_has_its_parts() -> None:
    blocks = synopsis(*trial("tutorial")).blocks
    first, about, _, safety = blocks
    assert isinstance(first, Paragraph)
    assert first.kind == "headline"
    assert isinstance(about, TextTable)
    assert [row[0] for row in about.rows] == [
        "Objective", "Design", "Population", "Interventions",
    ]  # fmt: skip
    assert isinstance(safety, Paragraph)


def test_the_numbers_of_the_primary_result_are_those_of_the_results() -> None:
    _, _, results = trial("tutorial")
    found = rows("tutorial")
    assert found["Participants in the data, n"][:2] == ["12", "12"]
    (label,) = (name for name in found if name.startswith("Change in MADRS"))
    answer = results["madrs_change"]
    for limit in (answer.estimate, answer.lower, answer.upper):
        assert limit is not None
        assert f"{abs(limit):.1f}" in found[label][2]
    for arm, cell in zip(("ketamine", "midazolam"), found[label], strict=False):
        mean = results[f"madrs_change.ls-mean.day-1.{arm}"].estimate
        assert mean is not None
        assert cell.startswith(f"{mean:.1f}".replace("-", "−"))


@pytest.mark.parametrize("name", ["feder2021", "tutorial"])
def test_each_cell_of_an_arm_is_about_that_arm(name: str) -> None:
    table, (_, _, results) = results_table(name), trial(name)
    for _, cells in table.rows:
        for arm, parts in zip(table.arms[1:], cells, strict=True):
            for cell in parts:
                if cell.id is None:
                    continue
                contrast = results[cell.id].contrast
                assert contrast == arm if arm else " - " in str(contrast)


def test_it_shows_the_primary_the_key_secondary_responders_and_harms() -> None:
    names = [e.id for e in shown(feder())]
    assert names == ["caps5_change", "response", "adverse_events", "serious_events"]


def words(data: TrialData) -> str:
    return safety_words(feder(), data, trial("feder2021")[2])


def test_what_was_not_collected_is_never_none() -> None:
    data = virtual()
    data.events.drop(data.events.index, inplace=True)
    assert "Adverse events: not collected, or not provided." in words(data)
    assert "none" not in words(data).partition("Deaths")[0]
    assert "Deaths: not known: the data hold no adverse events" in words(data)
    data.dispositions.drop(data.dispositions.index, inplace=True)
    assert "Deaths: not known" in words(data)


def test_an_event_of_unknown_seriousness_is_told() -> None:
    data = virtual()
    data.events.loc[data.events.index[:3], "serious"] = None
    assert "seriousness is not recorded for 3 events" in words(data)


def test_a_death_is_found_in_dispositions_and_in_outcomes() -> None:
    assert "Deaths: none recorded" in words(virtual())
    data = virtual()
    data.events.loc[data.events.index[0], "outcome"] = "Fatal"
    assert "Deaths: 1 participant." in words(data)
    data = virtual()
    data.dispositions.loc[data.dispositions.index[0], "milestone"] = "death"
    assert "Deaths: 1 participant." in words(data)
