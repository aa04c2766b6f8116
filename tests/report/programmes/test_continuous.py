import re

from equipoise.analyze.run import analyze
from equipoise.protocol.model import Protocol
from equipoise.report.datasets.repeated_measures import repeated_measures
from equipoise.report.datasets.trial import Trial
from equipoise.report.programmes.continuous import mixed_model
from equipoise.report.programmes.programme import Programme
from tests.analyze.small import TEXT, data, protocol, random_scores, without_response

BY_VISIT = 'by_visit = ["baseline"]'


def programme(trial: Protocol, scores: dict[str, tuple[object, ...]]) -> Programme:
    known = data(scores, trial=trial)
    item = repeated_measures(Trial(trial, known))
    assert item is not None
    results = analyze(trial, known)
    return mixed_model(Trial(trial, known), trial.endpoint("change"), item, results)


def test_the_formula_is_that_of_the_plan() -> None:
    texts = programme(protocol(), random_scores(1)).texts
    assert texts["fixed"] == "TRTA * AVISIT + BASE + BASE:AVISIT"
    assert texts["sas_fixed"] == "TRTAN AVISITN TRTAN*AVISITN BASE BASE*AVISITN"
    assert texts["arms"] == [
        ("placebo", "Placebo"),
        ("active", "Active"),
    ]  # the reference first
    assert texts["visits"] == [("week-1", "Week 1"), ("week-2", "Week 2")]


def test_contrasts_of_sas_pick_the_cells_of_arm_and_visit() -> None:
    """Levels of TRTAN vary slowest in TRTAN*AVISITN: 1 = active, 2 = placebo."""
    made = programme(protocol(), random_scores(1)).texts["contrasts"]
    assert made == [
        {
            "label": "Active - Placebo at Week 1",
            "weights": "TRTAN 1 -1 TRTAN*AVISITN 1 0 -1 0",
        },
        {
            "label": "Active - Placebo at Week 2",
            "weights": "TRTAN 1 -1 TRTAN*AVISITN 0 1 0 -1",
        },
    ]


def test_without_a_cell_of_arm_and_visit_there_are_no_coefficients() -> None:
    scores = {
        p: (row[0], row[1], None if row[0] == "placebo" else row[2], *row[3:])
        for p, row in random_scores(4).items()
    }
    made = programme(protocol(), scores)
    assert made.texts["contrasts"] == []
    assert not made.texts["complete"]
    assert any("no rating" in note for note in made.notes)


def test_an_unrated_visit_keeps_its_place_where_distance_counts() -> None:
    text = TEXT.replace('["week-1", "week-2"]', '["week-1", "week-2", "week-4"]')
    head, mark, rest = text.partition('at = "week-2"\n[endpoints.estimand]')
    text = head + mark.replace("week-2", "week-4") + rest
    scores = without_response(["week-2"], random_scores(6))
    ordered = programme(protocol(text.replace(BY_VISIT, 'covariance = "ar1"')), scores)
    assert ordered.texts["keep_visits"]
    assert [v for v, _ in ordered.texts["visits"]] == ["week-1", "week-2", "week-4"]
    assert any("no rating at Week 2" in note for note in ordered.notes)
    plain = programme(protocol(text.replace(BY_VISIT, 'covariance = "cs"')), scores)
    assert not plain.texts["keep_visits"]
    assert [v for v, _ in plain.texts["visits"]] == ["week-1", "week-4"]


def test_every_difference_and_mean_is_compared() -> None:
    made = programme(protocol(), random_scores(1))
    names = [n.name for n in made.numbers]
    assert len(names) == len(set(names)) == 2 * 6 + 4 * 5
    assert all(re.fullmatch(r"-?[\d.e-]+", n.text) for n in made.numbers)


def test_sas_is_not_asked_for_what_it_cannot_give() -> None:
    text = TEXT.replace(BY_VISIT, f'{BY_VISIT}\ndf = "kenward-roger"')
    made = programme(protocol(text), random_scores(1))
    assert {n.name.rpartition(": ")[2] for n in made.sas_numbers} == {"estimate"}
