"""The figure shows every boundary and z, with its numbers in words."""

from datetime import date

from equipoise.interim.analysis import boundaries, interim_analysis
from equipoise.report.interim.boundary_figure import boundary_figure
from tests.interim.trials import planned, virtual


def test_the_points_are_those_of_the_table() -> None:
    protocol = planned(futility="hwang-shih-decani", futility_parameter=-4)
    result = interim_analysis(protocol, virtual(), 1, date(2018, 1, 1))
    made = boundary_figure(result)
    rows = boundaries(result)
    series = {one.label: one for one in made.series}
    assert series["efficacy"].y == tuple(row["efficacy_z"] for row in rows)
    assert series["futility"].y == tuple(row["futility_z"] for row in rows)
    assert series["observed z"].y == (result.found.z,)
    at = f"{100 * result.fraction:.1f}%"
    assert f"observed z: {result.found.z:.2f} at {at}" in made.alt
    assert boundary_figure(result).svg == made.svg


def test_without_futility_there_is_no_line_for_it() -> None:
    result = interim_analysis(planned(), virtual(), 1, date(2018, 1, 1))
    labels = [one.label for one in boundary_figure(result).series]
    assert labels == ["efficacy", "same size against benefit", "observed z"]
