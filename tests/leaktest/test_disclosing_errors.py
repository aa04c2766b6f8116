"""Errors are provoked in every verb, and a failure is told from a refusal."""

from equipoise.leaktest.crawl import Seen
from equipoise.leaktest.disclosing_errors import VERBS, failures, provoked
from equipoise.rehearse_conduct.browser import Answer


def test_every_verb_and_form_is_sent() -> None:
    sent: list[tuple[str, str]] = []

    def send(method: str, address: str, **content: object) -> Answer:
        sent.append((method, address))
        return Answer(405, {"allow": "GET", "date": "now"}, b"not here")

    pages = list(provoked("rater", send, ["P1", "P2", "P3"], ["a", "b"], "infusion-1"))
    assert {method for method, _ in sent} == set(VERBS)
    assert ("POST", "/participants/P2/unblind/") in sent
    assert ("POST", "/pharmacy/P1/infusion-1/") in sent
    assert not any("{" in address for _, address in sent)
    assert not any("/lock" in a and a.startswith("/api/") for _, a in sent)
    assert pages[0] == Seen("rater", "POST /", 405, "allow: GET\n\nnot here")


def test_a_failure_is_told_and_a_sick_machine_is_not() -> None:
    pages = [
        Seen("rater", "POST /api/me", 500, ""),
        Seen("rater", "POST /list/", 403, ""),
        Seen("rater", "PUT /health", 503, ""),
    ]
    assert failures(pages) == ["rater at POST /api/me: 500"]
