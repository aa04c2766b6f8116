"""People of a rehearsal whose requests go to the application in this process."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from django.test import Client

from equipoise.rehearse_conduct.action_plan import Part
from equipoise.rehearse_conduct.application import Stage
from equipoise.rehearse_conduct.browser import Answer, Browser
from equipoise.rehearse_conduct.users import Cast


class Seat(Browser):
    """A browser without a network: pages, cookies and CSRF are those of the application."""

    def __init__(self, stage: Stage, name: str) -> None:
        super().__init__(stage, name)
        self.client = Client(enforce_csrf_checks=True, SERVER_NAME="127.0.0.1")

    def _once(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> Answer:
        del headers["Cookie"]  # the client keeps them
        kind = headers.pop("Content-Type", "text/html")
        made = self.client.generic(method, path, body or b"", kind, headers=headers)
        content = b"".join(made) if made.streaming else made.content
        self._cookies = {n: m.value for n, m in self.client.cookies.items()}
        known = {name.lower(): value for name, value in made.items()}
        return Answer(made.status_code, known, content)


def stage_of(passwords: dict[str, str], folder: Path = Path()) -> Stage:
    """A stage on which nothing listens."""
    return Stage(0, "key", passwords, folder / "application.log", ExitStack())


def seated(parts: list[Part], passwords: dict[str, str]) -> Cast:
    """Everybody with a password, not logged in yet."""
    stage = stage_of(passwords)
    return Cast(stage, parts, {name: Seat(stage, name) for name in passwords})
