"""Tables of binary endpoints: every number under its arm, every gap with its reason."""

from dataclasses import replace
from functools import cache

import pytest

from equipoise.analyze.binary.estimates import binary
from equipoise.analyze.result import Estimate, Provenance, Results
from equipoise.numerics.rounding import p_text
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Table
from equipoise.report.chapters import binary_tables as tables
from tests.analyze.feder import feder
from tests.analyze.small import SCORES, TEXT, data, protocol
from tests.report.made import results, texts

AT = TEXT.index('id = "response"')
CUT = TEXT.index('method = "risk-difference"', AT)
COVARIATE = TEXT[:CUT] + 'covariates = ["baseline"]\n' + TEXT[CUT:]


def analyzed(known: object, trial: Protocol | None = None) -> Results:
    """Results of the binary endpoint of the small trial alone."""
    trial = trial or protocol()
    rows = binary(trial, known, trial.endpoint("response"))  # type: ignore[arg-type]
    return made(rows, {"response": rows[0].id})


def made(rows: list[Estimate], answers: dict[str, str]) -> Results:
    provenance = Provenance(
        protocol="small", protocol_version="1", protocol_hash="", data_hash="",
        software="", seed=None, allocation="actual",
    )  # fmt: skip
    return Results(provenance=provenance, estimates=tuple(rows), answers=answers)


def each_number_is_of_its_arm(table: Table, found: Results) -> int:
    """Cells below an arm name estimates of that arm; comparisons have no arm."""
    known = {row.id: row for row in found}
    owners = table.arms or (None,) * len(table.head)
    seen = 0
    for _, cells in table.rows:
        for owner, parts in zip(owners[1:], cells, strict=True):
            for part in parts:
                if part.id is not None:
                    contrast = str(known[part.id].contrast)
                    assert contrast == owner if owner else " - " in contrast
                    seen += 1
    return seen


def test_every_number_stands_under_its_arm() -> None:
    for make in (tables.responses_table, tables.by_visit_table):
        table = make(feder(), results())
        assert table is not None
        assert each_number_is_of_its_arm(table, results()) > 10
        assert (table.group, table.population) == ("14.2", "itt")
    supporting = tables.supporting_table(feder(), results())
    assert supporting is not None
    assert each_number_is_of_its_arm(supporting, results()) > 10


@cache
def unequal() -> Results:
    """2 of 4 against 1 of 4; A4 has no value."""
    return analyzed(data(milestones=[("A1", "treatment-started", 0, None)]))


def test_the_planned_analysis_is_marked_and_has_one_p_value() -> None:
    table = tables.responses_table(protocol(), unequal())
    rows = texts(table)
    assert table is not None
    assert "planned analysis" in table.title
    assert "Fisher's exact test, two-sided, the planned test" in table.note
    row = rows["Response at week 2 (secondary)"]
    assert row[0].startswith("2/4 (50")
    assert row[1].startswith("1/4 (25")
    assert row[2].startswith("25.0 (")
    assert table.head[3] == "Risk difference, percentage points (95% CI)"
    assert "Active minus Placebo" in table.note


def test_participants_without_a_value_are_counted_below_by_arm() -> None:
    rows = texts(tables.responses_table(protocol(), unequal()))
    missing = rows["Participants without a value counted as non-responders"]
    assert missing[:2] == ["1/4", "0/4"]


def test_events_that_changed_an_outcome_are_counted_and_else_said_to_be_none() -> None:
    table = tables.responses_table(protocol(), unequal())
    assert table is not None
    assert "No intercurrent event changed an outcome." in table.note
    reached = analyzed(data(milestones=[("P2", "new-treatment", 9, None)]))
    table = tables.responses_table(protocol(), reached)
    rows = texts(table)
    label = next(name for name in rows if "composite strategy" in name)
    assert rows[label][:2] == ["0/4", "1/4"]
    assert table is not None
    assert "No intercurrent event" not in table.note


def test_without_dispositions_it_is_not_known_whether_an_event_changed_an_outcome() -> (
    None
):
    """An empty table of dispositions is no evidence that there was no event."""
    found = analyzed(data(milestones=[]))
    assert all(row.estimate is None for row in found if ".reached." in row.id)
    table = tables.responses_table(protocol(), found)
    assert table is not None
    assert "No intercurrent event" not in table.note
    assert (
        "Not known whether an intercurrent event changed an outcome: the data hold no "
        "record of disposition." in table.note
    )


def test_what_nobody_lacks_is_one_sentence_and_no_row() -> None:
    complete = {
        who: tuple(9 if value is None else value for value in row)
        for who, row in SCORES.items()
    }
    table = tables.responses_table(protocol(), analyzed(data(complete)))
    assert table is not None
    assert not any("without a value" in name for name in texts(table))
    assert "Every participant had a value." in table.note


def test_other_measures_are_marked_as_supporting() -> None:
    table = tables.supporting_table(protocol(), unequal())
    rows = texts(table)
    assert table is not None
    assert "supporting analyses" in table.title
    assert "not come from planned tests" in table.note
    found = {row.id: row for row in unequal()}
    assert rows["Risk ratio, score interval"][0].startswith("2.00 (")
    assert rows["Risk ratio, score interval"][1] == ""
    boschloo = found["response.boschloo"].p
    assert boschloo is not None
    assert rows["Boschloo's exact test"][0] == ""
    assert rows["Boschloo's exact test"][1] == p_text(boschloo)


def test_nobody_or_everybody_has_its_reason_and_no_dashes() -> None:
    """No participant responds in either arm: what is no number says so, and why."""
    silent = {
        who: (row[0], row[1], row[1], row[1], row[1], row[1])
        for who, row in {f"A{n}": ("active", 20) for n in range(4)}.items()
    } | {f"P{n}": ("placebo", 22, 22, 22, 22, 22) for n in range(4)}
    trial = protocol(COVARIATE)
    found = analyzed(data(silent, trial=trial), trial)
    table = tables.supporting_table(trial, found)
    rows = texts(table)
    assert table is not None
    assert rows["Risk ratio, score interval"] == ["not estimable", ""]
    assert rows["Number needed to treat"] == ["infinite", ""]
    assert not any("–" in text for row in rows.values() for text in row)
    assert "no participant in either arm responded" in table.note
    adjusted = rows["Risk difference adjusted for baseline score, percentage points"]
    assert adjusted == ["not estimable", "not estimable"]
    assert (
        "no participant in Active responded, and no participant in Placebo responded"
        in table.note
    )


def test_an_arm_without_participants_has_its_reason() -> None:
    alone = {who: row for who, row in SCORES.items() if row[0] == "active"}
    table = tables.responses_table(protocol(), analyzed(data(alone)))
    assert table is not None
    assert "not estimable: no participant in Placebo has a value." in table.note


def test_by_visit_and_levels() -> None:
    rows = texts(tables.by_visit_table(protocol(), unequal()))
    assert (
        rows["Week 2"]
        == texts(tables.responses_table(protocol(), unequal()))[
            "Response at week 2 (secondary)"
        ][:2]
    )
    endpoint = protocol().endpoint("response")
    ninety = endpoint.model_copy(
        update={"analysis": endpoint.analysis.model_copy(update={"level": 0.9})}
    )
    assert tables.confidence([endpoint]) == "95% CI"
    assert tables.confidence([ninety]) == "90% CI"
    assert tables.confidence([endpoint, ninety]) == "CI"


def test_without_binary_endpoints_there_are_no_tables() -> None:
    bare = feder().model_copy(update={"endpoints": ()})
    for make in (
        tables.responses_table,
        tables.supporting_table,
        tables.by_visit_table,
    ):
        assert make(bare, results()) is None


def test_safety_incidences_are_not_among_them() -> None:
    rows = texts(tables.responses_table(feder(), results()))
    assert not any("adverse event" in name for name in rows)
    assert any("(key secondary)" in name for name in rows)


def test_a_limit_that_is_no_number_says_so() -> None:
    whole = results()["response.risk-ratio"]
    assert whole.lower is not None
    assert whole.upper is not None

    def shown(**missing: None) -> list[str]:
        row = replace(whole, note="", **missing)
        return [c.text for c in tables.with_reason(row, 2) if c.field or c.text.strip()]

    low, high = f"{whole.lower:.2f}", f"{whole.upper:.2f}"
    assert low in shown()
    assert high in shown()
    assert "not estimable" not in shown()
    assert "not estimable" in shown(lower=None)
    assert high in shown(lower=None)
    assert "not estimable" in shown(upper=None)
    assert low in shown(upper=None)
    assert low not in shown(lower=None, upper=None)


@pytest.mark.parametrize(
    ("visits", "there"), [(("week-2",), False), (("week-1", "week-2"), True)]
)
def test_outcomes_by_visit_are_those_of_two_visits_or_more(
    visits: tuple[str, ...], there: bool
) -> None:
    whole = protocol()
    kept = tuple(v for v in whole.schedule.visits if v.id in ("baseline", *visits))
    schedule = whole.schedule.model_copy(update={"visits": kept})
    trial = whole.model_copy(update={"schedule": schedule})
    table = tables.by_visit_table(trial, analyzed(data()))
    assert (table is not None) is there
