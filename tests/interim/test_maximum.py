"""The maximum information has the planned power, in the unit of the endpoint."""

import pytest

from equipoise.design.sequential.of_protocol import sequential_design
from equipoise.errors import DesignError
from equipoise.interim.maximum import planned_information
from tests.interim.trials import FEDER, planned

CAPS5 = FEDER.endpoint("caps5_change")
ENDPOINTS = {
    kind: next(e for e in FEDER.endpoints if e.type == kind)
    for kind in ("binary", "time-to-event")
}


def test_the_maximum_has_the_planned_power_at_the_planned_difference() -> None:
    protocol = planned(analyses=(0.5, 1.0))
    design = sequential_design(protocol)
    most = planned_information(protocol, CAPS5, design)
    assert most**0.5 * 11.1 == pytest.approx(design.drift, rel=1e-12)
    binary = ENDPOINTS["binary"]
    assert planned_information(protocol, binary, design) == 30
    with pytest.raises(DesignError, match="EQ837"):
        planned_information(protocol, ENDPOINTS["time-to-event"], design)
    size = protocol.size.model_copy(update={"assumptions": (), "planned": False})
    bare = protocol.model_copy(update={"size": size})
    for endpoint in (CAPS5, binary):
        with pytest.raises(DesignError, match="EQ837"):
            planned_information(bare, endpoint, design)
