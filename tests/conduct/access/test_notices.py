"""Mails leave when what they report is on the disk, and stop nothing."""

from typing import Any

import pytest

from equipoise.conduct import mail
from equipoise.conduct.access import account_audit
from equipoise.conduct.study.models import Site


@pytest.mark.usefixtures("study")
def test_each_role_at_each_site_is_told_once_it_is_recorded(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    got: list[tuple[str, str, str, str]] = []

    def sent(role: str, site: Site, subject: str, text: str) -> None:
        got.append((role, site.code, subject, text))
        if len(got) == 4:
            raise OSError("no server")

    monkeypatch.setattr(mail, "tell", sent)
    with django_capture_on_commit_callbacks(execute=True):
        account_audit.tell(
            ("monitor", "investigator"), list(Site.objects.all()), "about", "text"
        )
        assert not got
    assert got == [
        (role, site, "about", "text")
        for role in ("monitor", "investigator")
        for site in ("north", "south")
    ]
