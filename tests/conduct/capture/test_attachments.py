"""Scans: kept beside a form, named by their hash in the chain, removed with a reason."""

from collections.abc import Callable
from hashlib import sha256

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.audit.record import entries
from equipoise.conduct.capture.attachments import MOST, attach, of, remove
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.models import Participant
from equipoise.errors import AccessError, ConductError
from tests.conduct.conftest import NOW
from tests.conduct.walking import browser, included

By = Callable[[str], Actor]
PAGE = b"%PDF-1.7 signed"


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    return included(people)


def test_a_scan_is_kept_once_and_its_hash_is_in_the_chain(
    person: Participant, actor: By
) -> None:
    place, who = place_of(person, "consent"), actor("coordinator")
    made = attach(place, "scans/page.pdf", PAGE, actor=who, at=NOW)
    assert attach(place, "again.pdf", PAGE, actor=who, at=NOW) == made
    assert (made.name, made.kind) == ("page.pdf", "application/pdf")
    said = entries(str(person)).filter(act="attach").get()
    assert said.value == f"{sha256(PAGE).hexdigest()} page.pdf"


def test_a_scan_is_removed_with_a_reason(person: Participant, actor: By) -> None:
    place, who = place_of(person, "consent"), actor("coordinator")
    made = attach(place, "page.pdf", PAGE, actor=who, at=NOW)
    with pytest.raises(ConductError, match="EQ922"):
        remove(made, place, reason=" ", actor=who, at=NOW)
    for _ in range(2):
        remove(made, place, reason="of another person", actor=who, at=NOW)
    assert bytes(of(place).get().content) == b""
    assert entries(str(person)).filter(act="detach").get().reason == "of another person"


@pytest.mark.parametrize("content", [b"", b"<script>", b"MZ", b"%PDF-" + b"0" * MOST])
def test_what_is_no_scan_is_refused(
    person: Participant, actor: By, content: bytes
) -> None:
    with pytest.raises(ConductError, match="EQ928"):
        attach(place_of(person, "consent"), "x", content, actor=actor("coordinator"),
               at=NOW)  # fmt: skip
    with pytest.raises(AccessError):
        attach(place_of(person, "consent"), "x", PAGE, actor=actor("monitor"), at=NOW)


def test_on_the_page(person: Participant, people: dict[str, User]) -> None:
    client, form = (
        browser(people["coordinator"]),
        f"/participants/{person}/forms/consent/",
    )
    sent = {"scan": SimpleUploadedFile("page.pdf", PAGE)}
    assert client.post(f"{form}files/", sent).status_code == 302
    page = client.get(form).content.decode()
    made = of(place_of(person, "consent")).get()
    assert f"{form}files/{made.pk}/" in page
    got = client.get(f"{form}files/{made.pk}/")
    assert (got.content, got["Content-Type"]) == (PAGE, "application/pdf")
    assert browser(people["monitor"]).get(f"{form}files/{made.pk}/").status_code == 200
    assert browser(people["rater"]).get(f"{form}files/{made.pk}/").status_code == 403
    client.post(f"{form}files/{made.pk}/remove/", {"reason": "blurred"})
    assert client.get(f"{form}files/{made.pk}/").status_code == 404
