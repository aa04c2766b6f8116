"""Participants, status of their forms, and scans; values are in the audit trail."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from equipoise.conduct.study.models import Site


class Participant(models.Model):
    """A participant in the screening log."""

    identifier = models.CharField(max_length=40, unique=True)  # such as P0001; no name
    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    place = models.PositiveIntegerField(unique=True)  # order of screening
    day0 = models.DateField(null=True)  # of the schedule; None before it is planned
    status = models.CharField(max_length=20, default="screening")
    created_at = models.DateTimeField()

    class Meta:
        """In order of screening."""

        ordering: ClassVar = ["place"]

    def __str__(self) -> str:
        return self.identifier


class FormState(models.Model):
    """Status of one form at one time: derived from the audit trail, for lists."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT)
    form = models.CharField(max_length=64)
    visit = models.CharField(max_length=40, blank=True)
    minute = models.IntegerField(null=True)
    status = models.CharField(max_length=10)  # as in ``capture.current``
    seq = models.PositiveIntegerField()  # last entry of the chain that concerns it
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=150)

    class Meta:
        """One state for each form at each time."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["participant", "form", "visit", "minute"],
                condition=models.Q(minute__isnull=False),
                name="one_state_a_minute",
            ),
            models.UniqueConstraint(
                fields=["participant", "form", "visit"],
                condition=models.Q(minute__isnull=True),
                name="one_state_a_form",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant} {self.form} {self.visit} {self.status}"


class Attachment(models.Model):
    """A scan attached to a form."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT)
    form = models.CharField(max_length=64)
    visit = models.CharField(max_length=40, blank=True)
    minute = models.IntegerField(null=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)  # media type
    hash = models.CharField(max_length=64)  # SHA-256 of the content, as in the chain
    content = models.BinaryField()  # empty once it was removed
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=150)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        """In order of attachment."""

        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.name
