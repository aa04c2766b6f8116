"""A form at one time of a participant."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.conduct.capture.current import Where
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.forms.definition import Form


@dataclass(frozen=True, slots=True)
class Place:
    """A form at one time of a participant."""

    participant: Participant
    form: Form
    visit: str = ""
    minute: int | None = None

    @property
    def where(self) -> Where:
        """Its place among the values of the participant."""
        return self.form.id, self.visit, self.minute
