"""Tables of protocol versions, sites and versions of the consent form."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.db import models


class ProtocolVersion(models.Model):
    """A protocol version that was in force; triggers prevent changing or deleting it."""

    hash = models.CharField(max_length=64, unique=True)
    text = models.TextField()
    instruments = models.JSONField()  # id -> text of the instrument file
    label = models.CharField(max_length=40)
    accepted_at = models.DateTimeField()
    accepted_by = models.CharField(max_length=150)

    class Meta:
        """The latest one is in force."""

        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.label} {self.hash[:12]}"


class Site(models.Model):
    """A trial site."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    timezone = models.CharField(max_length=64, default="UTC")  # name in the IANA list

    class Meta:
        """By code."""

        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the site."""
        return ZoneInfo(self.timezone)

    def day(self, at: datetime) -> date:
        """The day on the calendar of the site."""
        return at.astimezone(self.zone).date()


class ConsentVersion(models.Model):
    """A version of the information and consent form; the latest one is to be signed."""

    label = models.CharField(max_length=40, unique=True)
    valid_from = models.DateField()
    # ``everybody``, also participants who signed an older one, or only ``new`` ones.
    concerns = models.CharField(max_length=10, default="everybody")
    changes = models.TextField(blank=True, default="")  # what is new in it, as text
    waits = models.BooleanField(default=False)  # for the approval of an investigator

    class Meta:
        """In order of validity."""

        ordering: ClassVar = ["valid_from", "id"]

    def __str__(self) -> str:
        return self.label
