"""Messages leave when what they report is on the disk, and stop nothing."""

import logging
from typing import Any

import pytest

from equipoise.conduct.access import notices
from equipoise.conduct.study.models import Site


@pytest.mark.usefixtures("study")
def test_each_role_at_each_site_is_told_once_it_is_recorded(
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*sent: object) -> None:
        raise OSError("no server")

    got: list[tuple[object, ...]] = []
    monkeypatch.setattr(notices, "TELL", [broken, lambda *sent: got.append(sent)])
    with (
        caplog.at_level(logging.ERROR),
        django_capture_on_commit_callbacks(execute=True),
    ):
        notices.tell(("monitor", "investigator"), Site.objects.all(), "about", "text")
        assert not got
    assert [(role, site.code, *rest) for role, site, *rest in got] == [  # type: ignore[attr-defined]
        (role, site, "about", "text")
        for role in ("monitor", "investigator")
        for site in ("north", "south")
    ]
    assert "could not be sent" in caplog.text
