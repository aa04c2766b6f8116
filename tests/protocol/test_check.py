"""Every statement says where it comes from, every id names one thing."""

import pytest

from equipoise.protocol.check import PARTS, check, sourced
from equipoise.protocol.names import Names
from tests.protocol.faults import Change, found, read


def test_every_statement_is_found_with_its_place() -> None:
    protocol = read()[0]
    assert protocol is not None
    places = dict(sourced(protocol))
    # Counted in the file: 101 `assumed = true` and 30 `source =`, comments left out.
    assert sum(part.assumed for part in places.values()) == 101
    assert sum(part.source is not None for part in places.values()) == 30
    assert len(places) == 131
    for place in (
        "interventions[ketamine].dose",
        "eligibility[I1]",
        "schedule",
        "schedule.visits[week-26]",
        "endpoints[caps5_change].sensitivity[jump-rubin]",
        "size.assumptions[power]",
    ):
        assert place in places


SILENT: list[tuple[Change, str]] = [
    (
        ('text = "Pregnancy"\nassumed = true', 'text = "Pregnancy"'),
        "eligibility[E5]",
    ),
    (
        ('text = "Pregnancy"\nassumed', 'text = "Pregnancy"\nsource = "x"\nassumed'),
        "eligibility[E5]",
    ),
    (
        ('value = 0.5, unit = "mg/kg", source = "Feder et al. 2021, abstract"',
         'value = 0.5, unit = "mg/kg"'),
        "interventions[ketamine].dose",
    ),
    (('name = "power"\nvalue = 0.8\nassumed = true', 'name = "power"\nvalue = 0.8'),
     "size.assumptions[power]"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "place"), SILENT, ids=range(len(SILENT)))
def test_a_statement_without_provenance_or_with_two(change: Change, place: str) -> None:
    assert found(change) == [("EQ105", place)]


TWICE: list[tuple[Change, str]] = [
    (('id = "E5"', 'id = "E4"'), "criterion E4"),
    (('id = "iesr_change"', 'id = "qids_change"'), "endpoint qids_change"),
    (('id = "stop-pulse"', 'id = "stop-oxysat"'), "safety rule stop-oxysat"),
    (('id = "response50"', 'id = "response"'), "definition response"),
    (('id = "ptsd_years"', 'id = "age"'), "characteristic age"),
    (('id = "infusion-5"', 'id = "infusion-4"'), "visit infusion-4"),
    (('id = "safety"', 'id = "itt"'), "analysis set itt"),
]


@pytest.mark.parametrize(("change", "place"), TWICE, ids=range(len(TWICE)))
def test_an_id_that_two_parts_have(change: Change, place: str) -> None:
    assert ("EQ103", place) in found(change)


def test_parts_of_different_kinds_may_share_an_id() -> None:
    # The arm and its intervention are both called ketamine; so are visits and events.
    assert found() == []


def test_each_part_of_the_check_adds_what_it_finds() -> None:
    assert len(set(PARTS)) == len(PARTS)
    protocol = read()[0]
    assert protocol is not None
    names = Names.of(protocol, {})  # as if the file declared nothing
    said = check(protocol, names, origin="trial.toml")
    assert {p.code for p in said} >= {"EQ104"}
    places = " ".join(p.where for p in said)
    for part in ("schedule.baseline", "arms[ketamine]", "endpoints[caps5_change]"):
        assert part in places
