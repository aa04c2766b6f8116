"""Web server: gunicorn with threads, started in this process."""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication

from equipoise.conduct import logs
from equipoise.conduct.operation.production_checks import Transport
from equipoise.errors import ConductError

THREADS = 8
OBJECTS = (10_000, 20, 20)  # new ones after which garbage is looked for
# Gunicorn's message about a failed request contains its address: like all log lines, it is
# reduced to the location in the code and the type of the error.
LOGGING: dict[str, Any] = logs.LOGGING | {
    "loggers": {
        "gunicorn.error": {
            "handlers": ["console"],
            "level": "WARNING",
            "propagate": False,
            "qualname": "gunicorn.error",
        }
    },
}


def settings(transport: Transport, workers: int) -> dict[str, Any]:
    """Settings of gunicorn."""
    chosen: dict[str, Any] = {
        "bind": transport.bind,
        "workers": workers,
        "threads": THREADS,
        "worker_class": "equipoise.conduct.gunicorn_worker.Worker",
        "timeout": 120,
        "graceful_timeout": 20,
        "keepalive": 5,
        "loglevel": "warning",
        "accesslog": None,  # addresses name participants; the audit trail shows actions
        "forwarded_allow_ips": transport.proxy or "127.0.0.1",
        "limit_request_line": 4094,
        "logconfig_dict": LOGGING,
    }
    if transport.certificate is not None and transport.key is not None:
        chosen["certfile"] = str(transport.certificate)
        chosen["keyfile"] = str(transport.key)
    return chosen


def must_be_free(bind: str) -> None:
    """Rejects an address that is in use (EQ902)."""
    host, _, port = bind.rpartition(":")
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            host.strip("[]") or None, int(port), type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(place)
    except (OSError, ValueError, OverflowError) as error:
        raise ConductError.single(
            "EQ902",
            f"the server cannot listen here: {error}",
            where=bind,
            fix="stop the other process, or enter another address: --bind localhost:8001",
        ) from error


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn with settings from here, and none from files or the environment."""

    def __init__(self, chosen: dict[str, Any], ready: Callable[[], None]) -> None:
        self.chosen, self.ready = chosen, ready
        super().__init__()

    def load_config(self) -> None:
        """Sets the settings."""
        known = self.cfg.settings
        for name, value in self.chosen.items():
            if name in known:
                self.cfg.set(name, value)
        self.cfg.set("when_ready", lambda _: self.ready())

    def load(self) -> Any:
        """The application; each worker loads its own."""
        from equipoise.conduct.wsgi import application

        warm_up()
        return application


def warm_up() -> None:
    """Reads what a worker needs before its first request; Django is set up by then."""
    from equipoise.conduct.operation.warm_up import warm

    warm()
    # Code, settings and templates are permanent: a twentieth of a save went into
    # collecting garbage among them.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*OBJECTS)
