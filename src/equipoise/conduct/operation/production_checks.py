"""Production checks before a trial is open to its sites: reports all problems together."""

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
    """Network settings: address, TLS, reverse proxy."""

    bind: str = "127.0.0.1:8000"  # address on which the server listens
    certificate: Path | None = None  # of TLS, if the server itself provides it
    key: Path | None = None  # of the certificate
    proxy: str = ""  # address of the reverse proxy with TLS; empty for none

    @property
    def local(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.bind.rpartition(":")[0] in LOCAL


def check(trial: Trial, transport: Transport) -> None:
    """Rejects a trial that is not fit for production, with all problems (EQ903)."""
    found = [
        Problem(code="EQ903", what=what, where=where, fix=fix)
        for what, where, fix in _lacks(trial, transport)
    ]
    if found:
        raise ConductError(*found)


def _lacks(trial: Trial, transport: Transport) -> Iterator[tuple[str, str, str]]:
    if trial.demo:
        yield (
            "a demonstration has users with known passwords and no second factor",
            "--demo",
            "create a new folder without --demo",
        )
    yield from _hosts(trial)
    yield from _transport(transport)
    yield from _keys(trial)
    yield from _anchors(trial)


def _hosts(trial: Trial) -> Iterator[tuple[str, str, str]]:
    if not [host for host in trial.hosts if host not in LOCAL]:
        yield (
            "no host name is specified",
            "--host",
            "enter the name under which sites reach the trial: --host trial.example.org",
        )
    if any("*" in host or host.startswith(".") for host in trial.hosts):
        yield (
            "a host name with a wildcard accepts forged addresses",
            "--host",
            "enter each name in full",
        )


def _transport(transport: Transport) -> Iterator[tuple[str, str, str]]:
    files = [transport.certificate, transport.key]
    if not transport.proxy and not all(files):
        yield (
            "no encryption of connections is specified",
            "--tls-certificate, --tls-key, --behind-proxy",
            "enter a certificate and its key, or the address of the reverse proxy that "
            "provides TLS: --behind-proxy 127.0.0.1",
        )
    for path in files:
        if path is not None and not path.is_file():
            yield "a TLS file is missing", str(path), "enter the path of the file"
    keys = [k for k in (transport.key,) if k is not None and k.is_file()]
    for path in readable_by_others(keys):
        yield "others can read a key", str(path), "chmod 600"
    if transport.proxy == "*":
        yield (
            "every machine would be trusted as the reverse proxy",
            "--behind-proxy",
            "enter the address of the proxy",
        )


def _keys(trial: Trial) -> Iterator[tuple[str, str, str]]:
    secret = trial.folder / SECRET
    for path in readable_by_others([secret, trial.folder / VAULT_KEY]):
        yield "others can read a key, or it is missing", str(path), "chmod 600"
    if secret.exists() and len(secret.read_text("utf-8").strip()) < LEAST_SECRET:
        yield (
            f"the secret has fewer than {LEAST_SECRET} characters",
            str(secret),
            "remove the file before the trial starts; a new one is created",
        )


def _anchors(trial: Trial) -> Iterator[tuple[str, str, str]]:
    anchors, folder = trial.anchors_folder.resolve(), trial.folder.resolve()
    if anchors == folder or folder in anchors.parents:
        yield (
            "the external checkpoints are in the folder of the data, where both could be "
            "lost or changed together",
            str(anchors),
            "enter a folder on another machine or volume: --checkpoints DIR",
        )
    elif anchors.is_dir() and not os.access(anchors, os.W_OK):
        yield "checkpoints cannot be written", str(anchors), "enter a writable folder"
