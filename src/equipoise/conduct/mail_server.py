"""The address of a mail server, as the settings of Django; nothing here needs Django."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from equipoise.errors import ConductError

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
TIMEOUT = 20  # seconds for one server


def configured(address: str) -> dict[str, str | int | bool]:
    """The settings of Django for the address of a mail server; empty without address.

    Args:
        address: ``smtp://user:password@host:port``; ``smtps`` for TLS from the start,
            ``smtp+starttls`` for TLS after it. The user is the sender, unless ``?from=``
            names one.

    Raises:
        ConductError: EQ902, not such an address.

    Example:
        >>> configured("smtps://trial%40unit.org@mail.unit.org")["EMAIL_PORT"]
        465
    """
    if not address:
        return {}
    parts = urlsplit(address)
    sender = parts.query.removeprefix("from=") or unquote(parts.username or "")
    try:
        usual = PORTS[parts.scheme]  # no other scheme would encrypt
        port = parts.port or usual
        if not parts.hostname or "@" not in sender:
            raise ValueError(address)
    except (KeyError, ValueError):
        raise ConductError.single(
            "EQ902",
            "this is not the address of a mail server",
            where="--mail",
            fix="enter smtp://user:password@host:port?from=trial@example.org",
        ) from None
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(parts.username or "") if parts.password else "",
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp+starttls",
        "EMAIL_TIMEOUT": TIMEOUT,
        "DEFAULT_FROM_EMAIL": unquote(sender),
    }
