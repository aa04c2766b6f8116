"""Tables of roles, participant accounts, account resets and proposals."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from equipoise.conduct.access.actor import ALL_SITES
from equipoise.conduct.study.models import Site


class Membership(models.Model):
    """A role of a user, at one site or at all sites.

    Rows are added and ended by date, never deleted: they show who had which right when.
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
        """A user has an active role once at a site."""

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
        """Full name of the user, or the user name."""
        return self.user.get_full_name() or self.user.get_username()

    @property
    def came(self) -> bool:
        """Whether the user has set a password."""
        return self.user.has_usable_password()

    @property
    def subject(self) -> str:
        """User and site, as the audit trail records them."""
        return f"{self.user.get_username()} at {self.where}"


class ParticipantAccount(models.Model):
    """Account of a participant, who fills in the own forms and can view nothing else."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="participant"
    )
    identifier = models.CharField(max_length=40, unique=True)

    def __str__(self) -> str:
        return self.identifier


class Reset(models.Model):
    """Reset of an account that was in use: request, confirmation and outcome.

    If ``second``, the link works only after a second approver has confirmed it.
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
    code = models.CharField(max_length=64, blank=True)  # SHA-256 of the approver's code
    tries = models.PositiveSmallIntegerField(default=0)
    void_at = models.DateTimeField(null=True)  # when a later reset replaced it
    used_at = models.DateTimeField(null=True)  # when the user set a new password
    seen_at = models.DateTimeField(null=True)  # when the user had read who reset it

    class Meta:
        """One open reset per account, never by one person alone."""

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
        """Whether a second approver has not confirmed it yet."""
        return self.second and self.confirmed_at is None


class Proposal(models.Model):
    """An action that one user has proposed and a second approver must confirm.

    An active role is a ``Membership``: only the pages read these rows, and nothing in them
    gives a right.
    """

    act = models.CharField(max_length=12, default="role")  # one of ``proposing.kinds``
    # User who is to get the role; None for any other action.
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
    code = models.CharField(max_length=64, blank=True)  # SHA-256 of the approver's code
    tries = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)

    class Meta:
        """Never by one person alone, and one open proposal of the same action."""

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
        """Code of the site concerned, or ``ALL_SITES``."""
        return ALL_SITES if self.site is None else self.site.code

    @property
    def subject(self) -> str:
        """User or item concerned, as the audit trail records it."""
        if self.user is None:
            return self.about or "the trial"
        return f"{self.user.get_username()} at {self.where}"

    @property
    def label(self) -> str:
        """Label of the proposed action on the pages."""
        if self.user is not None:
            return f"{self.user.get_full_name() or self.user.username} as {self.role}"
        named = {"unblinding": "unblind the trial", "reopening": "reopen recruitment"}
        return named.get(self.act, f"{self.act} {self.about}")

    @property
    def waits(self) -> bool:
        """Whether a second approver has not confirmed it yet."""
        return self.confirmed_at is None


def open_proposals() -> models.QuerySet[Proposal]:
    """Proposals that are not closed."""
    proposals = Proposal.objects.filter(closed_at__isnull=True)
    return proposals.select_related("user", "site")


def open_resets() -> models.QuerySet[Reset]:
    """Resets after which no password was set yet: their users have no rights."""
    return Reset.objects.filter(void_at__isnull=True, used_at__isnull=True)
