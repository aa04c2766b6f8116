"""Codes of an authenticator app, when the clock of the server was set back.

A code belongs to half a minute. If that half minute came again, a code that somebody has
seen before would open the account: such a code is refused. Passkeys and recovery codes do
not depend on the clock, and still work.
"""

from __future__ import annotations

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.utils import timezone

DIGITS = 6  # of an app; recovery codes have more


class _NeverAgain:
    """Refuses a code of a time at which a code was used already, or before."""

    def clean_code(self) -> str:
        code = "".join(self.cleaned_data["code"].split())  # type: ignore[attr-defined]
        held = Authenticator.objects.filter(
            user=self.user,  # type: ignore[attr-defined]
            type=Authenticator.Type.TOTP,
            last_used_at__gt=timezone.now(),
        )
        if len(code) == DIGITS and held.exists():
            raise ValidationError(
                "The clock of the server went back, so that codes cannot be told from old "
                "ones. Use a passkey or a recovery code, and tell the person who runs the "
                "server."
            )
        return str(super().clean_code())  # type: ignore[misc]


class Login(_NeverAgain, AuthenticateForm):  # type: ignore[misc]
    """The code after the password."""


class Again(_NeverAgain, ReauthenticateForm):  # type: ignore[misc]
    """The code before a grave deed."""
