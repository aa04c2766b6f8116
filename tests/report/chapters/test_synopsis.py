"""The synopsis: what it prints is in the results, and no more is said than is known."""

from __future__ import annotations

import pytest

from equipoise.dataset.trialdata import TrialData
from equipoise.report.blocks import Paragraph, Table, TextTable
from equipoise.report.chapters.synopsis import safety_words, shown, synopsis
from tests.analyze.feder import feder, virtual
from tests.report.reports import trial


def results_table(name: str) -> Table:
    return next(b for b in synopsis(*trial(name)).blocks if isinstance(b, Table))


def rows(name: str) -> dict[str, list[str]]:
    return {
        label: ["".join(c.text for c in parts) for parts in cells]
        for label, cells in results_table(name).rows
    }


def test_it_starts_with_the_headline_and_has_its_parts() -> None:
    blocks = synopsis(*trial("tutorial")).blocks
    first, about, _, safety, last = blocks
    assert isinstance(first, Paragraph)
    assert first.kind == "headline"
    assert isinstance(about, TextTable)
    found = dict(about.rows)
    assert list(found) == [
        "Study period", "Study centers", "Objective", "Design", "Planned number",
        "Diagnosis and key criteria", "Interventions", "Duration", "Statistical methods",
    ]  # fmt: skip
    assert found["Study period"] == "Not known: the data hold no dates"
    assert found["Study centers"] == "2 sites in the data: North, South"
    assert found["Duration"] == "1 infusion on day 0; follow-up to day 7"
    assert isinstance(safety, Paragraph)
    assert isinstance(last, Paragraph)
    assert "by the authors" in last.text


def test_the_period_and_the_criteria_are_those_of_data_and_protocol() -> None:
    protocol, data, results = trial("feder2021")
    about = synopsis(protocol, data, results).blocks[1]
    assert isinstance(about, TextTable)
    found = dict(about.rows)
    first = data.participants["randomized_at"].min()
    assert found["Study period"].startswith(f"{first:%Y-%m-%d} (first participant")
    assert found["Duration"] == "6 infusions from day 0 to day 11; follow-up to day 182"
    assert "exclusion criteria: 8" in found["Diagnosis and key criteria"]
    unknown = protocol.size.model_copy(update={"planned": False})
    changed = protocol.model_copy(update={"size": unknown})
    about = synopsis(changed, data, results).blocks[1]
    assert isinstance(about, TextTable)
    assert dict(about.rows)["Planned number"] == "Not known"


def test_safety_has_its_arms_its_estimates_and_no_test() -> None:
    protocol, data, results = trial("feder2021")
    tables = [
        b for b in synopsis(protocol, data, results).blocks if isinstance(b, Table)
    ]
    table = tables[1]
    assert table.name == "synopsis-safety"
    assert table.population == "safety"
    assert "P" not in table.head
    labels = [label for label, _ in table.rows]
    assert labels[:3] == ["Any adverse event", "Related", "Serious"]
    for (_, cells), name in zip(
        table.rows, ("any", "related", "serious"), strict=False
    ):
        for arm, parts in zip(table.arms[1:3], cells, strict=False):
            count = results[f"events.{name}.{arm}"]
            assert count.estimate is not None
            text = "".join(c.text for c in parts)
            assert text.startswith(f"{count.estimate:.0f}/{count.n} (")


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


def test_it_shows_the_primary_the_key_secondary_and_responders() -> None:
    names = [e.id for e in shown(feder())]
    assert names == ["caps5_change", "response"]


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
