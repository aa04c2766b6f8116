"""Log lines without names, arms or secrets: method, view and status, never a query."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

# Of Django, and of gunicorn, whose own lines contain addresses.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "equipoise.conduct.logs.Line"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}


class Line(logging.Formatter):
    """Time, level, logger and location in the code; of an error only its type.

    Messages of libraries may contain user input, so only those of the logger ``equipoise``
    are written in full.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds")
        own = record.name.startswith("equipoise")
        text = record.getMessage() if own else f"{record.module}.{record.funcName}"
        kind = record.exc_info[0] if record.exc_info else None
        status = getattr(record, "status_code", "")
        parts = [at, record.levelname, record.name, text, str(status)]
        if kind is not None:
            parts.append(kind.__name__)
        return " ".join(part for part in parts if part)
