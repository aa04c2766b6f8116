"""What counts of participants are called."""

from functools import cache

from equipoise.analyze.result import Results
from equipoise.report.blocks import Lookup, Table
from equipoise.report.chapters.participants import (
    counted_as,
    entered,
    placed,
    population_line,
    set_label,
)
from equipoise.report.figures.flowchart import flow_figure
from tests.analyze.population.full import full_protocol, trial
from tests.analyze.small import data, protocol
from tests.report.chapters.participants import participants


@cache
def known() -> Results:
    return participants(full_protocol(), trial())


@cache
def unknown() -> Results:
    return participants(protocol(), data())


def test_randomized_only_where_the_data_state_it() -> None:
    assert counted_as(Lookup(known())) == "Randomized"
    assert counted_as(Lookup(unknown())) == "Participants in the data"
    assert entered(Lookup(known())).id == "flow.randomized"
    assert entered(Lookup(unknown()), "active").id == "flow.in-data.active"
    assert population_line(Lookup(unknown())) == "Participants in the data, N = 8"


def test_the_set_of_all_is_not_called_randomized_where_that_is_not_stated() -> None:
    part = protocol().analysis_set("itt")
    assert set_label(Lookup(unknown()), part) == "Participants in the data"
    assert set_label(Lookup(known()), part) == part.label
    rated = protocol().analysis_set("safety")
    assert set_label(Lookup(unknown()), rated) == rated.label


def test_every_table_of_participants_has_its_population() -> None:
    table = placed(protocol(), Lookup(unknown()), Table("t", "T", ("",), ()))
    assert (table.population, table.group) == ("itt", "14.1")


def test_the_diagram_does_not_say_that_anyone_was_randomized() -> None:
    drawn = flow_figure(protocol(), unknown())
    text = drawn.svg.decode()
    assert "Participants in the data (n\u00a0=\u00a08)" in text
    assert "Randomized (not\u00a0recorded)" in text
    assert "Excluded from the analysis" not in text
    assert "randomized not recorded; participants in the data 8" in drawn.alt
