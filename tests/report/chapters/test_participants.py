"""What counts of participants are called."""

from equipoise.report.chapters.participants import (
    counted_as,
    entered,
    placed,
    population_line,
    set_label,
)
from equipoise.report.content import Lookup, Table
from equipoise.report.drawings.flowchart import flow_figure
from tests.analyze.population.full import full_protocol, trial
from tests.analyze.small import data, protocol
from tests.report.chapters.participants import participants

KNOWN = participants(full_protocol(), trial())
UNKNOWN = participants(protocol(), data())


def test_randomized_only_where_the_data_state_it() -> None:
    assert counted_as(Lookup(KNOWN)) == "Randomized"
    assert counted_as(Lookup(UNKNOWN)) == "Participants in the data"
    assert entered(Lookup(KNOWN)).id == "flow.randomized"
    assert entered(Lookup(UNKNOWN), "active").id == "flow.in-data.active"
    assert population_line(Lookup(UNKNOWN)) == "Participants in the data, N = 8"


def test_the_set_of_all_is_not_called_randomized_where_that_is_not_stated() -> None:
    part = protocol().analysis_set("itt")
    assert set_label(Lookup(UNKNOWN), part) == "Participants in the data"
    assert set_label(Lookup(KNOWN), part) == part.label
    rated = protocol().analysis_set("safety")
    assert set_label(Lookup(UNKNOWN), rated) == rated.label


def test_every_table_of_participants_has_its_population() -> None:
    table = placed(protocol(), Lookup(UNKNOWN), Table("t", "T", ("",), ()))
    assert (table.population, table.group) == ("itt", "14.1")


def test_the_diagram_does_not_say_that_anyone_was_randomized() -> None:
    drawn = flow_figure(protocol(), UNKNOWN)
    text = drawn.svg.decode()
    assert "Participants in the data (n\u00a0=\u00a08)" in text
    assert "Randomized (not\u00a0recorded)" in text
    assert "Excluded from the analysis" not in text
    assert "randomized not recorded; participants in the data 8" in drawn.alt
