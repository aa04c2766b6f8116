"""Tables of adverse events, against the data."""

from __future__ import annotations

from dataclasses import replace

from equipoise.analyze.result import Results
from equipoise.analyze.safety.adverse_events import adverse_events
from equipoise.analyze.safety.trend import side_effects
from equipoise.report.blocks import Table
from equipoise.report.chapters import safety_tables as tables
from tests.analyze.feder import emergent, feder
from tests.analyze.safety.safety_trial import event, trial, trial_data
from tests.report.made import data, results, texts


def of(*rows: object, protocol=None, **given: object) -> Results:  # type: ignore[no-untyped-def]
    """Results that hold the adverse events of the small trial."""
    protocol = protocol or trial()
    known = trial_data(protocol=protocol, events=rows, **given)  # type: ignore[arg-type]
    made = adverse_events(protocol, known)
    made += side_effects(protocol, known, protocol.endpoint("trend"))
    return replace(results(), estimates=tuple(made))


def test_terms_participants_and_events() -> None:
    found = texts(tables.events_table(feder(), results()))
    events = emergent(data())
    arm = events["participant"].map(data().arm)
    for label, row in found.items():
        term = label.lower()
        assert label[0].isupper()
        for place, name in enumerate(("ketamine", "midazolam")):
            mine = events[(events["term"] == term) & (arm == name)]
            people = mine["participant"].nunique()
            assert row[place].startswith(f"{people}/15 ("), term
            assert row[place].endswith(f"%) [{len(mine)}]")


def test_the_overview_has_every_row_that_a_reader_asks_for() -> None:
    table = tables.overview_table(feder(), results())
    found = texts(table)
    assert table is not None
    assert table.title == "Treatment-emergent adverse events: overview"
    assert (table.group, table.population) == ("14.3.1", "safety")
    assert table.head[3] == "Difference, percentage points (95% CI)"
    assert list(found) == [
        "Adverse events, n", "At least one adverse event",
        "Related in the view of the investigator", "Serious",
        "Serious and related", "Led to discontinuation of treatment",
        "Death, at any time", "Worst severity", "Mild", "Moderate", "Severe",
    ]  # fmt: skip
    assert found["Serious"][:2] == ["0/15 (0%)", "0/15 (0%)"]
    arm = emergent(data())["participant"].map(data().arm)
    assert found["Adverse events, n"][:2] == [
        str((arm == name).sum()) for name in ("ketamine", "midazolam")
    ]
    assert all(" to " in found[name][2] for name in ("Mild", "Moderate", "Severe"))
    assert "not coded" in table.note
    assert "3 days after the last dose" in table.note


def test_rates_in_the_window_and_in_the_follow_up() -> None:
    table = tables.rates_table(feder(), results())
    assert table is not None
    rows = [(label.strip(), ["".join(c.text for c in cell) for cell in cells])
            for label, cells in table.rows]  # fmt: skip
    labels = [label for label, _ in rows]
    follow_up = labels.index("Entire follow-up")
    assert labels.index("Treatment-emergent adverse events") == 0
    arm = emergent(data())["participant"].map(data().arm)
    assert rows[1][1][:2] == [str((arm == a).sum()) for a in ("ketamine", "midazolam")]
    whole = data().events["participant"].map(data().arm)
    assert rows[follow_up + 1][1][:2] == [
        str((whole == a).sum()) for a in ("ketamine", "midazolam")
    ]
    assert len(whole) > len(arm)
    assert rows[follow_up + 3][1][2] == "–"
    assert "follow-up depends on the outcome" in table.note


def test_every_term_has_every_infusion() -> None:
    table = tables.by_infusion_table(feder(), results())
    assert table is not None
    terms = emergent(data())["term"].nunique()
    assert len(table.rows) == (2 + terms) * 3
    assert table.head[1:] == (*(f"Infusion {k}" for k in range(1, 7)), "Later")
    given = data().exposures
    sixth = given[given["infusion"] == 6]["participant"].map(data().arm).value_counts()
    labels = [label for label, _ in table.rows]
    assert labels[3] == "Any adverse event, n/N (%)"
    for place, arm in ((4, "ketamine"), (5, "midazolam")):
        label, cells = table.rows[place]
        assert label == f"\u2003{feder().arm(arm).label}"
        assert cells[5][2].text == str(sixth[arm])


def test_a_row_of_an_arm_and_a_column_of_an_infusion_hold_their_numbers() -> None:
    table = tables.by_infusion_table(feder(), results())
    assert table is not None
    arms = {f"\u2003{arm.label}": arm.id for arm in feder().arms}
    for label, cells in table.rows:
        for head, parts in zip(table.head[1:], cells, strict=True):
            for part in parts:
                if part.id is None:
                    continue
                assert str(part.id).endswith(f".{arms[label]}")
                where = head.lower().replace(" ", "-")
                assert f".{where}." in str(part.id) or head == "Later"


def test_terms_by_worst_severity_and_relation() -> None:
    table = tables.severity_table(feder(), results())
    found = texts(table)
    assert table is not None
    assert table.head[1:5] == (
        "Ketamine, mild, n", "Ketamine, moderate, n", "Ketamine, severe, n",
        "Ketamine, related, n",
    )  # fmt: skip
    rows = emergent(data())
    rows = rows[rows["participant"].map(data().arm) == "ketamine"]
    rank = {"mild": 0, "moderate": 1, "severe": 2}
    for term, own in rows.groupby("term"):
        worst = own.assign(rank=own["severity"].map(rank)).groupby("participant")
        counts = worst["rank"].max().value_counts()
        related = own.loc[own["related"].astype(bool), "participant"].nunique()
        assert found[str(term).capitalize()][:4] == [
            *(str(counts.get(k, 0)) for k in range(3)), str(related)
        ]  # fmt: skip


def test_a_severity_that_is_not_recorded_is_no_zero() -> None:
    made = of(
        event("A1", "rash", 1, severity="severe"),
        event("A2", "rash", 1, severity=None),
        event("P1", "rash", 1, severity=None),
    )
    table = tables.severity_table(trial(), made)
    assert table is not None
    row = texts(table)["Rash"]
    assert row[:3] == ["–", "–", "≥ 1"]
    assert row[4:7] == ["–", "–", "–"]
    assert "–: not recorded." in table.note


def test_the_trend_has_its_own_table_and_p_its_own_columns() -> None:
    endpoint = feder().endpoint("side_effects")
    counts = texts(tables.infusion_table(feder(), results(), endpoint))
    assert list(counts) == [f"Infusion {k}" for k in range(1, 7)]
    table = tables.trend_table(feder(), results(), endpoint)
    assert table is not None
    assert table.head[1:] == (
        "Ketamine, odds ratio (95% CI)", "Ketamine, P", "Midazolam, odds ratio (95% CI)",
        "Midazolam, P", "Ratio of odds ratios (95% CI)", "P",
    )  # fmt: skip
    ((_, cells),) = table.rows
    for head, arm, cell in zip(table.head[1:], table.arms[1:], cells, strict=True):
        assert (cell[0].field == "p") == head.endswith("P")
        assert arm is None or str(cell[0].id).endswith(arm)
    assert table.title == "Adverse events by infusion: trend over infusions"


def test_events_without_a_treatment_period_are_not_called_treatment_emergent() -> None:
    milestones = [(p, "treatment-started", None, None) for p in ("A1", "P1")]
    made = of(event("A1", "rash", 1), infusions=[], milestones=milestones)
    overview = tables.overview_table(trial(), made)
    rates = tables.rates_table(trial(), made)
    assert overview is not None
    assert rates is not None
    assert overview.title == "Adverse events since day 0: overview"
    for table in (overview, rates):
        printed = f"{table.title} {' '.join(label for label, _ in table.rows)}"
        assert "reatment-emergent" not in printed
    assert "The treatment period is not recorded" in overview.note


def test_what_is_not_recorded_has_a_dash_a_bound_and_a_sentence() -> None:
    made = of(
        event("A1", "rash", 1, serious=True),
        event("A2", "rash", 1, serious=None),
        event("P1", "rash", 1, serious=None),
    )
    table = tables.overview_table(trial(), made)
    found = texts(table)
    assert table is not None
    assert found["Serious"] == ["≥ 1/3", "–", "–"]
    assert found["Seriousness not recorded for at least one event"][0] == "1/3 (33%)"
    assert "Seriousness not recorded for 2 of 3 events." in table.note


def test_without_events_or_infusions_there_is_no_table() -> None:
    nothing = of()
    makers = (tables.overview_table, tables.rates_table, tables.events_table,
              tables.by_infusion_table, tables.severity_table)  # fmt: skip
    assert [make(trial(), nothing) for make in makers] == [None] * 5
    assert tables.infusion_table(trial(), nothing, trial().endpoint("trend")) is None


def test_a_term_as_long_as_a_page_is_kept() -> None:
    long = "term " * 300
    table = tables.events_table(trial(), of(event("A1", long, 1)))
    assert isinstance(table, Table)
    assert table.rows[0][0] == long.replace("t", "T", 1)
