"""Who is screened, who is excluded and why, and who is randomized to what."""

from functools import lru_cache
from itertools import product

import numpy as np
import pytest

from equipoise.errors import SimulationError
from equipoise.protocol.model import Protocol
from equipoise.randomize.methods import allocation_sequence
from equipoise.simulate.context import Context
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.scenario_participants import Exclusion
from equipoise.simulate.screening import Cohort, screen
from tests.simulate.chance import FAR, correlation_error, rate_error
from tests.simulate.trials import feder, feder_scenario, small_protocol, small_scenario
from tests.simulate.variants import with_conduct

NO_TIME = 'reason = "no time"\nprobability = 0.1'


@lru_cache
def small_world(no_time: float = 0.1) -> Context:
    scenario = small_scenario((NO_TIME, f'reason = "no time"\nprobability = {no_time}'))
    return Context.of(small_protocol(), scenario)


@lru_cache
def feder_world() -> Context:
    return Context.of(feder(), feder_scenario())


def entry(cohort: Cohort) -> np.ndarray:
    """Total at entry, as screening sees it."""
    plan = small_world().plan
    return plan.scores(plan.untreated(cohort.z))[:, 0, 0]


@pytest.mark.parametrize("n", [1, 2, 37, 600])
def test_exactly_so_many_are_randomized_and_the_last_one_screened_is(n: int) -> None:
    for context in (small_world(), feder_world()):
        cohort = screen(context, (3,), n)
        assert cohort.randomized.sum() == n
        assert cohort.randomized[-1]
        assert len(cohort.people) > n or n < 3


def test_people_are_named_in_the_order_in_which_they_come() -> None:
    cohort = screen(small_world(), (3,), 12)
    assert cohort.ids[:2].tolist() == ["P0001", "P0002"]
    assert cohort.people.place.tolist() == list(range(len(cohort.ids)))


def test_a_larger_trial_begins_with_the_people_of_the_smaller() -> None:
    small, large = (screen(small_world(), (3,), n) for n in (12, 60))
    first = len(small.people)
    assert np.array_equal(large.z[:first], small.z)
    assert np.array_equal(large.why[:first], small.why)
    assert large.values["age"][:first].tolist() == small.values["age"].tolist()


# --- eligibility ------------------------------------------------------------------------


def test_stated_exclusions_come_as_often_as_stated() -> None:
    """E1 of the small trial and lack of time, 0.1 each, before any rule is checked."""
    cohort = screen(small_world(), (8,), 4000)
    people = np.ones(len(cohort.people), dtype=bool)
    people[-1] = False  # was taken because eligible
    assert abs(rate_error((cohort.reasons == "Cannot walk")[people], 0.1)) < FAR
    assert abs(rate_error((cohort.reasons == "no time")[people], 0.1)) < FAR


def test_who_is_excluded_by_chance_is_like_anybody() -> None:
    cohort = screen(small_world(), (8,), 4000)
    chance = np.isin(cohort.reasons, ["Cannot walk", "no time"]).astype(float)
    assert abs(correlation_error(chance, cohort.values["age"], 0)) < FAR
    assert abs(correlation_error(chance, entry(cohort), 0)) < FAR


def test_the_rest_of_the_reasons_are_the_rules_of_the_protocol() -> None:
    """Against each rule as it is worded; the first that is broken is the reason."""
    cohort = screen(small_world(), (8,), 4000)
    few, old = entry(cohort) < 3, cohort.values["age"] > 80
    by_chance = np.isin(cohort.reasons, ["Cannot walk", "no time"])
    expected = np.where(
        by_chance,
        cohort.reasons,
        np.where(
            few,
            "Total of at least 3 at entry",
            np.where(old, "Older than 80 years", ""),
        ),
    )
    assert np.array_equal(cohort.reasons, expected)
    assert len(set(expected)) == 5
    assert np.array_equal(cohort.randomized, expected == "")


def test_in_the_reference_trial_nobody_breaks_a_rule_who_is_randomized() -> None:
    context = feder_world()
    cohort = screen(context, (8,), 1500)
    plan = context.plan
    caps5 = plan.scores(plan.untreated(cohort.z))[
        :, context.visit["screening"], plan.instruments.index("caps5")
    ]
    low = caps5 < 30
    assert low.sum() > 20
    assert not (low & cohort.randomized).any()
    told = cohort.reasons == "CAPS-5 total of at least 30 at screening"
    assert (low & (cohort.why >= 0)).sum() == low.sum()
    assert not (told & ~low).any()


@pytest.mark.parametrize("kind", ["inclusion", "exclusion"])
def test_a_rule_about_a_category_is_kept_or_turned_round(kind: str) -> None:
    protocol = small_protocol(
        (
            'id = "E2"\nkind = "exclusion"\ntext = "Older than 80 years"\n'
            'require = { characteristic = "age", min = 80.05 }',
            f'id = "E2"\nkind = "{kind}"\ntext = "Women"\n'
            'require = { characteristic = "sex", one_of = ["F"] }',
        )
    )
    cohort = screen(Context.of(protocol, small_scenario()), (4,), 100)
    sexes = set(cohort.values["sex"][cohort.randomized])
    assert sexes == ({"F"} if kind == "inclusion" else {"M"})
    wrong = cohort.reasons == "Women"
    assert set(cohort.values["sex"][wrong]) == ({"M", "F"} - sexes)


def test_the_excluded_come_no_further_than_the_visit_that_excludes_them() -> None:
    """A rule about entry is checked at entry, where chance and age exclude, too."""
    cohort = screen(small_world(), (8,), 500)
    assert set(cohort.last_visit[~cohort.randomized]) == {0}
    assert set(cohort.last_visit[cohort.randomized]) == {4}
    later = small_protocol(('visit = "entry", min = 3', 'visit = "start", min = 5'))
    moved = screen(Context.of(later, small_scenario()), (8,), 500)
    few = moved.reasons == "Total of at least 3 at entry"
    assert few.sum() > 5
    assert set(moved.last_visit[few]) == {1}
    assert set(moved.last_visit[~few & ~moved.randomized]) == {0}


# --- trials beside each other -----------------------------------------------------------


@pytest.mark.parametrize("no_time", [0.1, 0.6])
def test_trials_beside_each_other_are_what_each_is_alone(no_time: float) -> None:
    """With 0.6 some trials need a second round of screening, and others do not."""
    context, seeds, n = small_world(no_time), tuple(range(12)), 10
    together = screen(context, seeds, n)
    screened = []
    for t, seed in enumerate(seeds):
        here = together.people.trial == t
        alone = screen(context, (seed,), n)
        screened.append(len(alone.people))
        assert together.ids[here].tolist() == alone.ids.tolist()
        assert np.array_equal(together.z[here], alone.z)
        assert np.array_equal(together.arms[here], alone.arms)
        assert np.array_equal(together.last_visit[here], alone.last_visit)
        assert together.reasons[here].tolist() == alone.reasons.tolist()
        for name, values in alone.values.items():
            assert together.values[name][here].tolist() == values.tolist()
    rounds = {people > n + 20 for people in screened}
    assert rounds == ({False} if no_time == 0.1 else {False, True})


def test_the_order_of_trials_does_not_matter() -> None:
    context = small_world(0.6)
    one, other = (screen(context, seeds, 10) for seeds in ((5, 2), (2, 5)))
    for t, u in ((0, 1), (1, 0)):
        here, there = one.people.trial == t, other.people.trial == u
        assert np.array_equal(one.arms[here], other.arms[there])
        assert np.array_equal(one.z[here], other.z[there])


# --- a trial that would not end ---------------------------------------------------------


def excluding(share: float) -> Scenario:
    most = Exclusion(probability=share, reason="declined", assumed=True)
    return with_conduct(small_scenario(), exclusions=(most,))


@pytest.mark.parametrize("seeds", [(1,), (1, 2)])
def test_a_scenario_that_lets_hardly_anybody_in_is_refused(seeds) -> None:
    context = Context.of(small_protocol(), excluding(0.995))
    with pytest.raises(SimulationError) as caught:
        screen(context, seeds, 30)
    (problem,) = caught.value.problems
    assert problem.code == "EQ622"
    assert "are eligible" in problem.what
    assert "scenario evenings" in problem.where
    assert "exclusion" in problem.fix


def test_one_that_lets_few_in_is_not() -> None:
    """One in twenty is eligible: 20 times as many are screened, and it ends."""
    context = Context.of(small_protocol(), excluding(0.945))
    cohort = screen(context, (1, 2), 200)
    assert np.bincount(cohort.people.trial[cohort.randomized]).tolist() == [200, 200]
    assert len(cohort.people) > 400 * 12


# --- allocation -------------------------------------------------------------------------


def test_arms_come_from_the_list_of_each_stratum_in_order() -> None:
    """Two walkers to one who waits in each block of three, women and men apart."""
    cohort = screen(small_world(), (3,), 120)
    for sex in ("F", "M"):
        own = cohort.arms[cohort.randomized & (cohort.values["sex"] == sex)]
        for start in range(0, len(own) - 2, 3):
            assert sorted(own[start : start + 3]) == [0, 0, 1]
        drawn = allocation_sequence(small_protocol(), len(own), seed=3, stratum=sex)
        assert [small_world().arm[arm] for arm in drawn] == own.tolist()


def minimizing() -> Protocol:
    return small_protocol(
        (
            'method = "permuted blocks"\nblock_sizes = [3]\nstrata = ["sex"]',
            'method = "minimization"\nprobability = 0.9\nstrata = ["sex"]',
        ),
        ("ratio = 2\n", ""),
    )


def test_minimization_balances_the_factors() -> None:
    context = Context.of(minimizing(), small_scenario())
    cohort = screen(context, (3,), 200)
    inside = cohort.randomized
    for sex in ("F", "M"):
        own = cohort.arms[inside & (cohort.values["sex"] == sex)]
        walk, wait = (int((own == arm).sum()) for arm in (0, 1))
        assert walk + wait == len(own)
        # A fair coin would be that close in one trial of eight, for one sex alone.
        assert abs(walk - wait) <= 4


def test_the_arm_tells_nothing_of_the_person() -> None:
    cohort = screen(feder_world(), (8,), 1500)
    inside = cohort.randomized
    arm = cohort.arms[inside].astype(float)
    for visit, k in product((0, 1), range(2)):
        assert abs(correlation_error(arm, cohort.z[inside, visit, k], 0)) < FAR
    assert abs(correlation_error(arm, cohort.values["age"][inside], 0)) < FAR
    uneven = abs(2 * arm.sum() - len(arm))  # of blocks, only the last is incomplete
    assert uneven <= max(feder().randomization.block_sizes) / 2
