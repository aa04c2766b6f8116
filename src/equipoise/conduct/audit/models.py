"""Tables of the audit trail: append-only entries, and the head of each hash chain."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

from django.db import models

STUDY = "study"  # the chain of entries without a participant
REGISTER = "register"  # the chain of digests of table rows (``register.py``)


class Head(models.Model):
    """The last entry of a chain, and its lock for the next entry."""

    unblinded = False  # whether the trial was, when the chain was locked; no column
    chain = models.CharField(max_length=40, primary_key=True)
    seq = models.PositiveIntegerField(default=0)
    hash = models.BinaryField(max_length=32)
    at = models.DateTimeField(null=True)  # the latest time in the chain

    def __str__(self) -> str:
        return f"{self.chain} {self.seq}"


class Entry(models.Model):
    """One audit entry; triggers prevent changing or deleting it."""

    chain = models.CharField(max_length=40)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    protocol = models.CharField(max_length=64)
    act = models.CharField(max_length=24)
    form = models.CharField(max_length=64, blank=True)
    visit = models.CharField(max_length=40, blank=True)
    minute = models.IntegerField(null=True)
    item = models.CharField(max_length=64, blank=True)
    value = models.TextField(null=True)
    reason = models.TextField(blank=True)
    hash = models.BinaryField(max_length=32)

    class Meta:
        """Order, uniqueness and indexes."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["chain", "seq"], name="one_entry_a_place")
        ]
        indexes: ClassVar = [
            # Patterns: forms such as "milestone#1" are queried by prefix.
            models.Index(
                fields=["form", "act"],
                name="entries_of_a_form",
                opclasses=["varchar_pattern_ops", "varchar_ops"],
            ),
            models.Index(
                fields=["chain", "form"],
                name="forms_of_a_chain",
                opclasses=["varchar_ops", "varchar_pattern_ops"],
            ),
            # Few among millions, and queried again and again (``safety.alerts``).
            models.Index(
                fields=["chain", "seq"],
                name="alerts_of_a_chain",
                condition=models.Q(
                    act__in=["acknowledge", "alert", "override", "shown"]
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.chain} {self.seq} {self.act}"


def stamp(at: datetime) -> str:
    """A time in the form that is hashed: UTC, ISO 8601, microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
