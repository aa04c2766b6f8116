"""The address of a mail server."""

import pytest

from equipoise.conduct.mail_server import configured
from equipoise.errors import ConductError


@pytest.mark.parametrize(
    ("address", "host", "port", "user", "tls", "sender"),
    [
        ("smtp://trial@host.org", "host.org", 25, "", False, None),
        ("smtp://a@b.org:1@mail:2525", "mail", 2525, "a@b.org", False, "a@b.org"),
        (
            "smtp+starttls://me:p%40ss@mail.org?from=trial@unit.org", "mail.org", 587,
            "me", True, "trial@unit.org",
        ),
    ],
)  # fmt: skip
def test_an_address_is_taken_apart(
    address: str, host: str, port: int, user: str, tls: bool, sender: str | None
) -> None:
    if sender is None:  # nobody to send it from
        with pytest.raises(ConductError, match="EQ902"):
            configured(address)
        return
    made = configured(address)
    assert (made["EMAIL_HOST"], made["EMAIL_PORT"]) == (host, port)
    assert (made["EMAIL_HOST_USER"], made["EMAIL_USE_TLS"]) == (user, tls)
    assert made["DEFAULT_FROM_EMAIL"] == sender


def test_a_password_may_have_any_sign() -> None:
    made = configured("smtps://a%40b.org:p%40%3A%2F@mail.org")
    assert made["EMAIL_HOST_PASSWORD"] == "p@:/"
    assert made["EMAIL_USE_SSL"] is True


@pytest.mark.parametrize(
    "address",
    [
        "mail.org",
        "http://a@b.org:x@mail.org",
        "http://a@b.org:x@mail.org:587",  # nothing would be encrypted
        "smtp://a@b.org:x@h:port",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ConductError, match="EQ902"):
        configured(address)


def test_none_changes_nothing() -> None:
    assert configured("") == {}
