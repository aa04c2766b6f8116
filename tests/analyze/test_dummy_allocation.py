import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.analyze.dummy_allocation import with_dummy_arms
from tests.analyze.small import SCORES, TEXT, data, protocol, random_scores

TRIAL = protocol()


@pytest.mark.property
@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), draw=st.integers(0, 10_000))
def test_the_dummy_allocation_knows_nothing_of_the_real_one(
    seed: int, draw: int
) -> None:
    """The same people, all allocated otherwise, get the same dummy arms."""
    scores = random_scores(seed, n=12)
    other = {"active": "placebo", "placebo": "active"}
    swapped = {p: (other[row[0]], *row[1:]) for p, row in scores.items()}
    here = with_dummy_arms(TRIAL, data(scores).blinded(), seed=draw)
    there = with_dummy_arms(TRIAL, data(swapped).blinded(), seed=draw)
    assert here.content_hash == there.content_hash
    assert here.arm.value_counts().to_dict() == {"active": 6, "placebo": 6}


def test_another_seed_draws_another_allocation() -> None:
    known = data(random_scores(1)).blinded()
    drawn = {tuple(with_dummy_arms(TRIAL, known, seed=n).arm) for n in range(20)}
    assert len(drawn) == 20


def test_arms_come_in_the_ratio_of_the_protocol() -> None:
    trial = protocol(TEXT.replace('role = "placebo"', 'role = "placebo"\nratio = 2'))
    arm = with_dummy_arms(trial, data(random_scores(1)).blinded(), seed=1).arm
    assert arm.value_counts().to_dict() == {"placebo": 16, "active": 8}


def test_no_drug_and_no_dose_come_back() -> None:
    made = with_dummy_arms(TRIAL, data().blinded(), seed=1)
    assert len(made.exposures) == 8
    assert made.exposures["drug"].isna().all()
    assert made.exposures["dose_mg"].isna().all()


def test_only_the_randomized_get_an_arm() -> None:
    chosen = [(person, "randomized", 0, None) for person in SCORES]
    known = data(milestones=chosen, screened=["X1", "X2"]).blinded()
    assert set(with_dummy_arms(TRIAL, known, seed=1).arm.index) == set(SCORES)


def test_without_a_word_on_randomization_everybody_gets_one() -> None:
    assert len(with_dummy_arms(TRIAL, data().blinded(), seed=1).arm) == len(SCORES)
