"""``[[candidates]]``: what cannot be a candidate is refused, at its key."""

import pytest

from equipoise.protocol.amend import content_hash, differences
from tests.protocol.faults import found, read
from tests.protocol.test_interim_refusal import SIZE

GOOD = """\
[[candidates]]
name = "ptsd_years"
direction = "lower"
reason = "a longer illness responds less to any treatment"
transformation = "log"
declared = "before unblinding"

[[candidates]]
name = "caps5.total"
visit = "screening"
direction = "unknown"
reason = "severity"
declared = "post hoc"

[[candidates]]
name = "sex"
direction = "F"
reason = "a previous trial"
declared = "before unblinding"

"""


def problems(old: str = "", new: str = "") -> list[tuple[str, str]]:
    assert old in GOOD
    return found((SIZE, GOOD.replace(old, new, 1) + SIZE))


def test_candidates_without_problems() -> None:
    assert problems() == []
    protocol, _ = read((SIZE, GOOD + SIZE))
    assert protocol is not None
    assert [one.name for one in protocol.candidates] == [
        "ptsd_years",
        "caps5.total",
        "sex",
    ]


@pytest.mark.parametrize(
    ("old", "new", "code", "key"),
    [
        ('visit = "screening"', 'visit = "week-2"', "EQ850", "caps5.total].visit"),
        ('visit = "screening"', 'visit = "post-24h"', "EQ850", "caps5.total].visit"),
        ('visit = "screening"', 'visit = "later"', "EQ104", "caps5.total].visit"),
        ('"ptsd_years"', '"ptsd"', "EQ104", "ptsd].name"),
        ('"caps5.total"', '"caps5.sum"', "EQ104", "caps5.sum].name"),
        ('direction = "lower"', 'direction = "F"', "EQ850", "ptsd_years].direction"),
        ('direction = "F"', 'direction = "lower"', "EQ850", "sex].direction"),
        ('"F"', '"F"\ntransformation = "log"', "EQ850", "sex].transformation"),
        ('"F"', '"F"\nvisit = "baseline"', "EQ850", "sex].visit"),
        ('"sex"\ndirection = "F"', '"ptsd_years"\ndirection = "lower"', "EQ103", "rs]"),
    ],
)
def test_what_cannot_be_a_candidate(old: str, new: str, code: str, key: str) -> None:
    ((said, where),) = problems(old, new)
    assert said == code
    assert where.endswith(key)


def test_an_outcome_is_named_as_one() -> None:
    _, (problem,) = read((SIZE, GOOD.replace('"screening"', '"week-2"') + SIZE))
    assert "is an outcome of the trial" in problem.what


def test_candidates_are_part_of_the_hash_and_of_an_amendment() -> None:
    plain, _ = read()
    other, _ = read((SIZE, GOOD + SIZE))
    assert plain is not None
    assert other is not None
    assert content_hash(plain) != content_hash(other)
    assert any("candidates" in str(change) for change in differences(plain, other))


WORTH = """\
[worthwhile]
endpoint = "caps5_change"
difference = 5
reason = "six infusions"

"""


def test_the_worthwhile_difference_belongs_to_a_continuous_endpoint() -> None:
    protocol, problems = read((SIZE, WORTH + SIZE))
    assert problems == []
    assert protocol is not None
    assert protocol.worthwhile is not None
    assert protocol.worthwhile.difference == 5
    other = WORTH.replace("caps5_change", "response")
    ((code, where),) = found((SIZE, other + SIZE))
    assert (code, where) == ("EQ854", "worthwhile.endpoint")
    ((code, _),) = found((SIZE, WORTH.replace("caps5_change", "caps") + SIZE))
    assert code == "EQ854"
    ((code, _),) = found((SIZE, WORTH.replace("= 5", "= 0") + SIZE))
    assert code != "EQ854"
    plain, _ = read()
    assert plain is not None
    assert content_hash(plain) != content_hash(protocol)
