"""Who somebody is at which site."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from equipoise.conduct.study.models import Site


class Membership(models.Model):
    """A role of a person, at one site or at all of them.

    Rows are only added, and ended by their date: who had which right when stays known.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(max_length=20)
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    granted_by = models.CharField(max_length=150)

    class Meta:
        """A role is held once at a site."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "role", "site"],
                condition=models.Q(until__isnull=True, site__isnull=False),
                name="a_role_once_a_site",
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=models.Q(until__isnull=True, site__isnull=True),
                name="a_role_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.site or 'all sites'}"


class ParticipantAccount(models.Model):
    """A participant who fills in forms: one person's own forms and nothing else."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="participant"
    )
    identifier = models.CharField(max_length=40, unique=True)

    def __str__(self) -> str:
        return self.identifier
