"""Statistical methods and sample size in words, from the protocol alone."""

from __future__ import annotations

from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Paragraph, Section, TextTable
from equipoise.report.chapters.statistics import (
    formulas,
    method,
    missing,
    statistics_sections,
)
from tests.analyze import complete
from tests.analyze.feder import feder
from tests.analyze.small import protocol as small
from tests.analyze.time_to_event.timed import timed
from tests.report.reports import trial


def sections(protocol: Protocol) -> dict[str, Section]:
    known = trial("tutorial")[2].provenance
    return {s.place: s for s in statistics_sections(protocol, known)}


def tables(protocol: Protocol, place: str = "9.7.1") -> dict[str, TextTable]:
    blocks = sections(protocol)[place].blocks
    return {b.name: b for b in blocks if isinstance(b, TextTable)}


def paragraphs(protocol: Protocol, place: str = "9.7.1") -> str:
    blocks = sections(protocol)[place].blocks
    return " ".join(b.text for b in blocks if isinstance(b, Paragraph))


def test_every_endpoint_has_its_method_and_each_method_is_printed_once() -> None:
    rows = tables(feder())["analyses"].rows
    named = [label for names, _ in rows for label in names.split("; ")]
    assert sorted(named) == sorted(e.label for e in feder().endpoints)
    assert len({text for _, text in rows}) == len(rows)
    everything = " ".join(text for _, text in rows)
    assert "James index" in everything
    assert "Mancl and DeRouen" in everything
    assert "caps5" not in everything


def test_a_mixed_model_is_described_by_its_terms() -> None:
    text = method(feder(), feder().endpoint("caps5_change"))
    assert text == (
        "Mixed model for repeated measures by restricted maximum likelihood, with arm, "
        "visit and arm by visit; baseline value and baseline value by visit; "
        "unstructured covariance; Satterthwaite degrees of freedom; visits: 24 h after "
        "infusion 1, week 1, week 2."
    )


def test_a_trial_without_any_rule_for_missing_data_says_so() -> None:
    with_rules = complete.protocol()
    rules = ("mmrm", "kaplan-meier")
    without = with_rules.model_copy(
        update={
            "endpoints": tuple(
                e
                for e in with_rules.endpoints
                if e.type != "binary" and e.analysis.method not in rules
            )
        }
    )
    assert without.endpoints
    none = "Handling of missing data: the protocol specifies no method."
    assert missing(without) == none
    said = missing(with_rules)
    assert said == (
        "Handling of missing data: continuous endpoints use all ratings at the visits of "
        "the model and are valid if unobserved ratings are missing at random; a binary "
        "outcome without a value counts as not having it (response at week 2, remission "
        "at week 2); a participant without a binary outcome is not analyzed (reduction "
        "by 6 points at week 2); times are censored at the last visit at which a "
        "participant was rated."
    )


def test_times_are_censored_as_their_event_is_known() -> None:
    """A milestone is followed to the last day in the study, not to the last rating."""
    dated = timed(('of = "response"\n', ""))
    assert missing(dated).endswith(
        "times are censored at the last visit at which a participant was rated (time to "
        "loss of response); times to a recorded event are censored on the last day on "
        "which a participant is known to be in the study (time to the event)."
    )


def test_missing_responses_count_as_the_protocol_says() -> None:
    endpoint = feder().endpoint("response")
    assert "count as not having the outcome" in method(feder(), endpoint)
    analysis = endpoint.analysis.model_copy(update={"missing": "excluded"})
    other = endpoint.model_copy(update={"analysis": analysis})
    assert "are not analyzed" in method(feder(), other)
    assert "adjusted for baseline value" in method(feder(), endpoint)
    assert "adjusted" not in method(feder(), feder().endpoint("response50"))


def test_each_sensitivity_analysis_says_what_is_assumed() -> None:
    primary = feder().endpoint("caps5_change")
    rows = tables(feder())["sensitivity-analyses"].rows
    assert [row[1] for row in rows] == [part.label for part in primary.sensitivity]
    assert rows[1][2:] == (
        "jump to reference",
        "treatment discontinued, withdrew from the study, lost to follow-up, "
        "new treatment",
        "conditional mean imputation, jackknife standard error",
    )
    assert (
        rows[3][4] == "multiple imputation, combined by Rubin's rules (200 imputations)"
    )
    assert rows[4][2] == "missing at random, +5 points in the arm of interest"


def test_multiplicity_names_the_procedure_the_level_and_the_endpoints_in_order() -> (
    None
):
    text = paragraphs(feder())
    start = text.index("Multiplicity is controlled by a fixed-sequence procedure")
    order = [text.index(feder().endpoint(n).label, start) for n in
             ("caps5_change", "response", "madrs_change")]  # fmt: skip
    assert order == sorted(order)
    assert "familywise error rate 0.05 (two-sided)" in text
    assert "the protocol specifies no procedure" in paragraphs(small())


def test_the_sample_size_has_its_assumptions() -> None:
    assert "Sample size of the protocol: 30 participants." in paragraphs(
        feder(), "9.7.2"
    )
    rows = tables(feder(), "9.7.2")["sample-size-assumptions"].rows
    assert rows[3] == ("Power", "0.8", "assumed", "–")
    assert rows[1][2] == "derived from the published difference 11.88 and d = 1.13"


def test_what_is_not_planned_has_no_table() -> None:
    assert "sensitivity-analyses" not in tables(small()) or any(
        e.sensitivity for e in small().endpoints
    )
    endpoint = feder().endpoint("response50")
    changes = {"endpoints": (endpoint,), "multiplicity": None}
    protocol = feder().model_copy(update=changes)
    assert formulas(protocol) is None
    assert set(tables(protocol)) == {
        "analysis-set-definitions",
        "estimands",
        "intercurrent-events",
        "analyses",
    }


def test_the_groups_of_a_subgroup_analysis_have_their_labels() -> None:
    rows = tables(feder())["subgroup-analyses"].rows
    groups = {row[1]: row[2] for row in rows}
    assert groups["Age"] == "below 40, 40 or more"
    assert groups["Sex"] == "Female, Male, Other"


def test_adverse_events_are_not_said_to_be_tested() -> None:
    text = method(feder(), feder().endpoint("adverse_events"))
    assert "Miettinen and Nurminen" in text
    assert not any(name in text for name in ("Fisher", "Boschloo", "odds ratio"))


def test_times_name_the_horizon_and_the_smallest_number() -> None:
    endpoint = feder().endpoint("relapse")
    text = method(feder(), endpoint)
    assert (
        "restricted mean times up to the last day on which both arms were observed"
        in text
    )
    assert "at least 5 participants at risk" in text
    fixed = endpoint.analysis.model_copy(update={"horizon": 84.0})
    changed = endpoint.model_copy(update={"analysis": fixed})
    assert "restricted mean times up to day 84 since time zero" in method(
        feder(), changed
    )
