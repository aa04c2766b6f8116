"""What must be so before a real trial is open to its sites: every lack at once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from equipoise.conduct.folder import SECRET, VAULT_KEY, Trial, readable_by_others
from equipoise.errors import ConductError, Problem

LEAST_SECRET = 50  # characters
LOCAL = {"localhost", "127.0.0.1", "::1", "[::1]"}


@dataclass(frozen=True, slots=True)
class Transport:
    """How the application is reached."""

    bind: str = "127.0.0.1:8000"  # address on which the server listens
    certificate: Path | None = None  # of TLS, if the server itself speaks it
    key: Path | None = None  # of the certificate
    proxy: str = ""  # address of the reverse proxy that speaks TLS; empty for none

    @property
    def local(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.bind.rpartition(":")[0] in LOCAL


def check(trial: Trial, transport: Transport) -> None:
    """Refuses a trial that is not fit for production, with all that is missing (EQ903)."""
    found = [
        Problem(code="EQ903", what=what, where=where, mend=mend)
        for what, where, mend in _lacks(trial, transport)
    ]
    if found:
        raise ConductError(*found)


def _lacks(trial: Trial, transport: Transport) -> Iterator[tuple[str, str, str]]:
    if trial.demo:
        yield (
            "a demonstration has users with known passwords and no second factor",
            "--demo",
            "make a new folder without --demo",
        )
    yield from _hosts(trial)
    yield from _transport(transport)
    yield from _keys(trial)
    yield from _anchors(trial)


def _hosts(trial: Trial) -> Iterator[tuple[str, str, str]]:
    if not [host for host in trial.hosts if host not in LOCAL]:
        yield (
            "no host name is stated",
            "--host",
            "give the name under which sites reach the trial: --host trial.example.org",
        )
    if any("*" in host or host.startswith(".") for host in trial.hosts):
        yield (
            "a host name with a wildcard accepts forged addresses",
            "--host",
            "give each name in full",
        )


def _transport(transport: Transport) -> Iterator[tuple[str, str, str]]:
    files = [transport.certificate, transport.key]
    if not transport.proxy and not all(files):
        yield (
            "nothing says how connections are encrypted",
            "--tls-certificate, --tls-key, --behind-proxy",
            "give a certificate and its key, or the address of the reverse proxy that "
            "speaks TLS: --behind-proxy 127.0.0.1",
        )
    for path in files:
        if path is not None and not path.is_file():
            yield "a file of TLS is missing", str(path), "give the path of the file"
    keys = [k for k in (transport.key,) if k is not None and k.is_file()]
    for path in readable_by_others(keys):
        yield "others can read a key", str(path), "chmod 600"
    if transport.proxy == "*":
        yield (
            "every machine would be believed to be the reverse proxy",
            "--behind-proxy",
            "give the address of the proxy",
        )


def _keys(trial: Trial) -> Iterator[tuple[str, str, str]]:
    secret = trial.folder / SECRET
    for path in readable_by_others([secret, trial.folder / VAULT_KEY]):
        yield "others can read a key, or it is missing", str(path), "chmod 600"
    if secret.exists() and len(secret.read_text("utf-8").strip()) < LEAST_SECRET:
        yield (
            f"the secret has fewer than {LEAST_SECRET} characters",
            str(secret),
            "remove the file before the trial begins; a new one is made",
        )


def _anchors(trial: Trial) -> Iterator[tuple[str, str, str]]:
    anchors, folder = trial.anchors_folder.resolve(), trial.folder.resolve()
    if anchors == folder or folder in anchors.parents:
        yield (
            "the anchors lie in the folder of the data, where both would be lost or "
            "changed together",
            str(anchors),
            "give a folder on another machine or volume: --anchors DIR",
        )
    elif anchors.is_dir() and not os.access(anchors, os.W_OK):
        yield "anchors cannot be written", str(anchors), "give a folder of your own"
