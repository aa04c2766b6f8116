"""The server: gunicorn with threads, started in this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication

from equipoise.conduct.operation.production import Transport

THREADS = 8


def settings(transport: Transport, workers: int) -> dict[str, Any]:
    """Settings of gunicorn.

    Args:
        transport: how the application is reached.
        workers: processes.
    """
    chosen: dict[str, Any] = {
        "bind": transport.bind,
        "workers": workers,
        "threads": THREADS,
        "worker_class": "gthread",
        "timeout": 120,
        "graceful_timeout": 20,
        "keepalive": 5,
        "loglevel": "warning",
        "accesslog": None,  # addresses name participants; the audit says who did what
        "forwarded_allow_ips": transport.proxy or "127.0.0.1",
        "limit_request_line": 4094,
        "server_software": "equipoise",
    }
    if transport.certificate is not None and transport.key is not None:
        chosen["certfile"] = str(transport.certificate)
        chosen["keyfile"] = str(transport.key)
    return chosen


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn with settings from here, and none from files or the environment."""

    def __init__(self, chosen: dict[str, Any], ready: Callable[[], None]) -> None:
        self.chosen, self.ready = chosen, ready
        super().__init__()

    def load_config(self) -> None:
        """Takes the settings over."""
        known = self.cfg.settings
        for name, value in self.chosen.items():
            if name in known:
                self.cfg.set(name, value)
        self.cfg.set("when_ready", lambda _: self.ready())

    def load(self) -> Any:
        """The application; each worker loads its own."""
        from equipoise.conduct.wsgi import application

        return application
