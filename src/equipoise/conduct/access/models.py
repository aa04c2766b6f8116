"""Who somebody is at which site."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from equipoise.conduct.access.actor import ALL_SITES
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

    @property
    def where(self) -> str:
        """Code of the site, or ``ALL_SITES``."""
        return ALL_SITES if self.site is None else self.site.code

    @property
    def name(self) -> str:
        """What the person is called."""
        return self.user.get_full_name() or self.user.get_username()

    @property
    def came(self) -> bool:
        """Whether the person has set a password."""
        return self.user.has_usable_password()

    @property
    def subject(self) -> str:
        """Who holds it where, as the audit records it."""
        return f"{self.user.get_username()} at {self.where}"


class ParticipantAccount(models.Model):
    """A participant who fills in forms: one person's own forms and nothing else."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="participant"
    )
    identifier = models.CharField(max_length=40, unique=True)

    def __str__(self) -> str:
        return self.identifier


class Reset(models.Model):
    """A new link for an account that was in use: who asked, who confirmed, what came of it.

    Who confirms is needed only if ``second``: the link does not work before.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="resets"
    )
    requested_by = models.CharField(max_length=150)
    requested_at = models.DateTimeField()
    reason = models.TextField()
    second = models.BooleanField()
    confirmed_by = models.CharField(max_length=150, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=64, blank=True)  # SHA-256 of the second person's
    tries = models.PositiveSmallIntegerField(default=0)
    void_at = models.DateTimeField(null=True)  # when a later reset took its place
    used_at = models.DateTimeField(null=True)  # when the person set a new password
    seen_at = models.DateTimeField(null=True)  # when the person had read who reset it

    class Meta:
        """One open reset an account, and never one person alone."""

        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(void_at__isnull=True, used_at__isnull=True),
                name="one_open_reset_an_account",
            ),
            models.CheckConstraint(
                condition=~models.Q(confirmed_by=models.F("requested_by")),
                name="a_reset_has_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} by {self.requested_by}"

    @property
    def waits(self) -> bool:
        """Whether a second person must confirm still."""
        return self.second and self.confirmed_at is None


class Proposal(models.Model):
    """What one person has proposed and a second one must confirm.

    A role, once it holds, is a ``Membership``: nothing but the pages reads these rows, and
    whatever is in them gives no right.
    """

    act = models.CharField(max_length=12, default="role")  # one of ``proposing.kinds``
    # Who is to have the role; None for any other act.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="proposals",
    )
    role = models.CharField(max_length=20, blank=True)
    site = models.ForeignKey(Site, null=True, on_delete=models.PROTECT)
    about = models.CharField(max_length=40, blank=True)
    proposed_by = models.CharField(max_length=150)
    proposed_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    confirmed_by = models.CharField(max_length=150, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=64, blank=True)  # SHA-256 of the second person's
    tries = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)

    class Meta:
        """Never one person alone, and one that is open for the same act."""

        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "role", "site"],
                condition=models.Q(closed_at__isnull=True, site__isnull=False),
                name="one_open_proposal_a_site",
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=models.Q(closed_at__isnull=True, site__isnull=True),
                name="one_open_proposal",
            ),
            models.UniqueConstraint(
                fields=["act", "about"],
                condition=models.Q(closed_at__isnull=True, user__isnull=True),
                name="one_open_proposal_an_act",
            ),
            models.CheckConstraint(
                condition=~models.Q(confirmed_by=models.F("proposed_by")),
                name="a_proposal_has_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.subject} by {self.proposed_by}"

    @property
    def where(self) -> str:
        """Code of the site that it concerns, or ``ALL_SITES``."""
        return ALL_SITES if self.site is None else self.site.code

    @property
    def subject(self) -> str:
        """Whom or what it concerns, as the audit records it."""
        if self.user is None:
            return self.about or "the trial"
        return f"{self.user.get_username()} at {self.where}"

    @property
    def label(self) -> str:
        """What is to be done, as pages call it."""
        if self.user is not None:
            return f"{self.user.get_full_name() or self.user.username} as {self.role}"
        named = {"unblinding": "unblind the trial", "reopening": "reopen recruitment"}
        return named.get(self.act, f"{self.act} {self.about}")

    @property
    def waits(self) -> bool:
        """Whether a second person must confirm still."""
        return self.confirmed_at is None


def open_proposals() -> models.QuerySet[Proposal]:
    """What was proposed and has not come to its end."""
    found = Proposal.objects.filter(closed_at__isnull=True)
    return found.select_related("user", "site")


def open_resets() -> models.QuerySet[Reset]:
    """Resets after which no password was set yet: whoever they concern has no right."""
    return Reset.objects.filter(void_at__isnull=True, used_at__isnull=True)
