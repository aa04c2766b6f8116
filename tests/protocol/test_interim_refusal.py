"""A path that does not apply interim analyses refuses the protocol that plans them."""

import pytest

from equipoise.errors import ProtocolError
from equipoise.protocol.amend import content_hash, differences
from equipoise.protocol.interim_refusal import refuse_interim
from tests.protocol.faults import read

SIZE = "[size]\nparticipants = 30"
PLAN = """[interim]
endpoint = "caps5_change"
analyses = [0.5, 1.0]
efficacy = "lan-demets-of"
power = 0.8
assumed = true
"""


def test_a_protocol_with_interim_analyses_is_refused_by_name() -> None:
    plain, planned = read()[0], read((SIZE, PLAN + SIZE))[0]
    assert plain is not None
    assert planned is not None
    refuse_interim(plain, "analyze")
    with pytest.raises(ProtocolError, match="analyze does not apply") as refused:
        refuse_interim(planned, "analyze")
    (problem,) = refused.value.problems
    assert problem.code == "EQ834"
    assert problem.where.endswith("interim")


def test_planning_interim_analyses_is_an_amendment() -> None:
    plain, planned = read()[0], read((SIZE, PLAN + SIZE))[0]
    assert plain is not None
    assert planned is not None
    assert content_hash(plain) != content_hash(planned)
    assert [change.place for change in differences(plain, planned)] == ["interim"]
