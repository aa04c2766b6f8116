"""Short names of instruments and scores."""

from equipoise.protocol.labels import instrument_label, rule_subject, score_label
from tests.analyze.feder import feder


def test_an_instrument_is_named_by_its_abbreviation() -> None:
    assert instrument_label(feder(), "caps5") == "CAPS-5"
    assert instrument_label(feder(), "madrs") == "MADRS"


def test_a_score_is_named_with_its_instrument() -> None:
    assert score_label(feder(), "madrs.total") == "MADRS total"
    assert score_label(feder(), "caps5.total") == "CAPS-5 total severity"


def test_what_a_rule_looks_at() -> None:
    protocol = feder()
    named = {
        rule.id: rule_subject(protocol, rule)
        for rule in protocol.safety_rules
        if not rule.measurement
    }
    assert named == {
        "suicidality-madrs": "MADRS 10, suicidality",
        "suicidality-qids": "QIDS-SR16 12, suicidality",
        "pregnancy-test": "Pregnancy test, result",
        "pregnancy-attested": "Eligibility criterion E5, Pregnancy",
    }
