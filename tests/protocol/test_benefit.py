"""The direction of a benefit, of every endpoint that may have interim analyses."""

import equipoise as eq
from equipoise.protocol.benefit import benefit
from equipoise.protocol.check_interim import TYPES


def test_responses_are_a_benefit_and_symptoms_are_not() -> None:
    protocol = eq.load_protocol("feder2021")
    signs = {e.id: benefit(protocol, e) for e in protocol.endpoints if e.type in TYPES}
    assert signs["caps5_change"] == -1
    for endpoint in protocol.endpoints:
        name = endpoint.variable.definition
        if endpoint.id in signs and name is not None:
            kind = protocol.definition(name).kind
            assert signs[endpoint.id] == (-1 if kind in ("relapse", "event") else 1)
    assert set(signs.values()) == {-1, 1}
