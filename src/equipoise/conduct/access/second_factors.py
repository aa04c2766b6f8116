"""Second factors: encrypted at rest, and never accepted twice if the clock went back.

The database alone does not suffice to generate a code. The key is derived from the secret
of the trial (``secret.key`` in its folder); with another secret, users set up their second
factors again.

A code is valid for half a minute. If the clock went back over it, an observed code would
open the account: such a code is rejected. Passkeys and recovery codes do not depend on the
clock, and still work.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from functools import lru_cache

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from equipoise.errors import AccessError

MARK = "fernet:"  # before what is encrypted
SECRETS = ("secret", "seed")  # of a second factor, in allauth's data


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]  # has no types
    """Encrypts the secrets of second factors that allauth stores."""

    def encrypt(self, text: str) -> str:
        """The encrypted text, for storage."""
        return MARK + _box(settings.SECRET_KEY).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The decrypted text; an older text that is not encrypted is returned unchanged.

        Raises:
            AccessError: EQ918, encrypted with another secret.
        """
        if not encrypted_text.startswith(MARK):
            return encrypted_text
        try:
            token = encrypted_text.removeprefix(MARK).encode()
            return _box(settings.SECRET_KEY).decrypt(token).decode()
        except InvalidToken as error:
            raise AccessError.single(
                "EQ918",
                "the second factor cannot be read with the secret of this trial",
                where="secret.key",
                fix="restore the secret, or ask an administrator to reset the account",
            ) from error


def encrypt_all() -> int:
    """Encrypts older second factors that are not encrypted; returns their number."""
    adapter, count = Adapter(), 0
    for one in Authenticator.objects.order_by("pk"):
        clear = {
            name: value
            for name in SECRETS
            if isinstance(value := one.data.get(name), str)
            and not value.startswith(MARK)
        }
        if clear:
            one.data |= {name: adapter.encrypt(text) for name, text in clear.items()}
            one.save(update_fields=["data"])
            count += 1
    return count


@lru_cache(maxsize=2)
def _box(secret: str) -> Fernet:
    made = HKDF(SHA256(), length=32, salt=None, info=b"equipoise second factors")
    return Fernet(urlsafe_b64encode(made.derive(secret.encode())))


DIGITS = 6  # of an app; recovery codes have more


class _NeverAgain:
    """Rejects a code of a time up to the last use of a code."""

    def clean_code(self) -> str:
        code = "".join(self.cleaned_data["code"].split())  # type: ignore[attr-defined]
        held = Authenticator.objects.filter(
            user=self.user,  # type: ignore[attr-defined]
            type=Authenticator.Type.TOTP,
            last_used_at__gt=timezone.now(),
        )
        if len(code) == DIGITS and held.exists():
            raise ValidationError(
                "The clock of the server went back, so the code could be an old one. Use a "
                "passkey or a recovery code, and tell the administrator of the server."
            )
        return str(super().clean_code())  # type: ignore[misc]


class Login(_NeverAgain, AuthenticateForm):  # type: ignore[misc]
    """The code after the password."""


class Again(_NeverAgain, ReauthenticateForm):  # type: ignore[misc]
    """The code for re-authentication."""
