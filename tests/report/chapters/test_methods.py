"""Methods written from the protocol: what it states, and that it does not state more."""

from __future__ import annotations

import pytest

from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Bullets, Paragraph, Section, TextTable
from equipoise.report.chapters.methods import plan_sections, schedule_table
from tests.analyze.feder import feder
from tests.analyze.small import protocol as small


def section(place: str, protocol: Protocol | None = None) -> Section:
    (found,) = (s for s in plan_sections(protocol or feder()) if s.place == place)
    return found


def words(part: Section) -> str:
    texts = []
    for block in part.blocks:
        if isinstance(block, Paragraph):
            texts.append(block.text)
        elif isinstance(block, Bullets):
            texts += block.items
        elif isinstance(block, TextTable):
            texts += [" ".join(row) for row in block.rows]
    return " ".join(texts)


def test_the_sections_of_e3_are_in_order() -> None:
    places = [s.place for s in plan_sections(feder())]
    assert places[:4] == ["9", "9.1", "9.3", "9.3.1"]
    assert {"9.4.1", "9.4.3", "9.4.6", "9.5.1", "9.5.1.1"} <= set(places)


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("9.1", "Planned sample size 30 randomized participants"),
        ("9.1", "day −14 to day 182, 22 visits, 6 infusions"),
        ("9.3.1", "CAPS-5 total of at least 30 at screening"),
        ("9.3.2", "Pregnancy"),
        ("9.4.1", "0.045 mg/kg intravenous infused over 40 min"),
        ("9.4.3", "permuted blocks, 1:1, with block sizes of 4 and 6, drawn at random"),
        ("9.4.3", "assumed: allocation 1:1 is published"),
        ("9.4.6", "Rater allocation, infusions, dissociation"),
        ("9.5.1.1", "at most 3 days after the day of the last dose"),
        ("9.5.1.1", "Systolic blood pressure ≥ 150 mm Hg before an infusion hold"),
        ("9.5.1.1", "Oxygen saturation ≤ 90%"),
    ],
)
def test_what_the_protocol_states_is_in_its_section(place: str, text: str) -> None:
    assert text in words(section(place))


def test_every_criterion_is_listed_once() -> None:
    listed = [
        item
        for place in ("9.3.1", "9.3.2")
        for block in section(place).blocks
        if isinstance(block, Bullets)
        for item in block.items
    ]
    assert listed == [c.text for c in feder().eligibility]


def test_a_protocol_without_criteria_says_so_and_is_no_evidence() -> None:
    (block,) = section("9.3.1", small()).blocks
    assert block == Paragraph(
        "The protocol specifies no inclusion criteria.", kind="absent"
    )


def test_the_schedule_has_each_assessment_of_each_visit() -> None:
    table, schedule = schedule_table(feder()), feder().schedule
    assert table.head[2:] == (
        "CAPS-5", "MADRS", "IES-R", "QIDS-SR16", "CGI-S", "CGI-I", "CADSS", "BPRS+",
        "YMRS", "MOAA/S", "Vital signs",
    )  # fmt: skip
    for visit, row in zip(schedule.visits, table.rows, strict=True):
        wanted = len({a.instrument for a in schedule.assessments(visit)})
        wanted += bool(schedule.measurements(visit))
        assert row.count("X") == wanted
        assert row[0].endswith("*") == (visit.only_if is not None)
    assert "CADSS, BPRS+, YMRS, MOAA/S: −30, 40, 120, 240 min" in table.note
    assert "* Only participants with: Response" in table.note


def test_an_instrument_is_headed_by_its_abbreviation_or_its_own_name() -> None:
    trial = small()
    name = trial.scales["hamd17"].name
    assert name.endswith(")")
    short = name.partition("(")[2].removesuffix(")")
    assert schedule_table(trial).head[2] == short
    scale = trial.scales["hamd17"].model_copy(update={"name": "Mood scale"})
    plain = trial.model_copy(update={"scales": {**trial.scales, "hamd17": scale}})
    assert schedule_table(plain).head[2] == "Mood scale"
    scale = scale.model_copy(update={"name": "Mood scale (mood table)"})
    plain = trial.model_copy(update={"scales": {**trial.scales, "hamd17": scale}})
    assert schedule_table(plain).head[2] == "mood table"


def test_many_instruments_are_named_in_one_column() -> None:
    uses = feder().instruments
    more = tuple(u.model_copy(update={"id": f"scale{n}"}) for n, u in enumerate(uses))
    first = feder().schedule.visits[1]
    assess = tuple(
        first_assessment.model_copy(update={"instrument": use.id})
        for use in more
        for first_assessment in feder().schedule.assessments(first)[:1]
    )
    visits = tuple(
        v.model_copy(update={"assess": (*v.assess, *assess)}) if v is first else v
        for v in feder().schedule.visits
    )
    scales = {**feder().scales, **{u.id: feder().scales["madrs"] for u in more}}
    protocol = feder().model_copy(
        update={
            "instruments": (*uses, *more),
            "schedule": feder().schedule.model_copy(update={"visits": visits}),
            "scales": scales,
        }
    )
    table = schedule_table(protocol)
    assert table.head == ("Visit", "Day (window)", "Assessments")
    assert table.rows[1][2].count("MADRS") == 1 + len(more)


def test_harms_that_were_not_collected_have_no_definition() -> None:
    sections = plan_sections(small(), events=False)
    (found,) = (s for s in sections if s.place == "9.5.1.1")
    (block,) = found.blocks
    assert isinstance(block, Paragraph)
    assert block.kind == "absent"
    assert "treatment-emergent" not in block.text


def test_an_open_trial_conceals_nothing() -> None:
    blinding = feder().blinding.model_copy(update={"conceal": {}})
    protocol = feder().model_copy(update={"blinding": blinding})
    assert "open-label" in words(section("9.4.6", protocol))


def test_the_instruments_say_what_becomes_of_missing_items() -> None:
    (table,) = (
        b for b in section("9.5.1").blocks if getattr(b, "name", "") == "instruments"
    )
    assert isinstance(table, TextTable)
    assert table.head[-1] == "Missing items"
    known = feder().scales["madrs"]
    assert known.scores[known.primary_score].missing.rule == "none"
    row = next(row for row in table.rows if "MADRS" in row[0])
    assert row[-1] == "no score if an item is missing"
