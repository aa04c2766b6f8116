"""A small copy of REDCap's API, after its public documentation: one project."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

SECRET = "0123456789ABCDEF0123456789ABCDEF"
TUTORIAL = Path("docs/tutorials/your-trial")
API_HEAD = (
    *("field_name", "form_name", "field_type", "field_label"),
    *("select_choices_or_calculations", "text_validation_type_or_show_slider_number"),
)


@dataclass
class Project:
    """What the server has, and what it was asked.

    Attributes:
        answers: status and body by content, in place of the project's own.
        requests: parameters of each request.
    """

    answers: dict[str, tuple[int, str]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[dict[str, str]] = field(default_factory=list)
    identifier: str = "site"

    def answer(self, asked: dict[str, str]) -> tuple[int, str]:
        """Status and body of an answer."""
        if asked.get("token", "").upper() != SECRET:
            error = "You do not have permissions to use the API"
            return 403, json.dumps({"error": error})
        content = asked["content"]
        if content in self.answers:
            return self.answers[content]
        own: dict[str, Any] = {
            "version": lambda: "14.5.2",
            "project": lambda: json.dumps(
                {
                    "is_longitudinal": 1,
                    "has_repeating_instruments_or_events": 1,
                    "missing_data_codes": "-99, not done | UNK, Unknown",
                }
            ),
            "event": lambda: "event_name,arm_num\nBaseline,1\n",
            "formEventMapping": lambda: "arm_num,unique_event_name,form\n",
            "repeatingFormsEvents": lambda: "event_name,form_name\n",
            "metadata": self.metadata,
            "record": lambda: self.records(asked),
        }
        if content not in own:
            return 400, json.dumps({"error": "The value of the parameter is not valid"})
        return 200, own[content]()

    def metadata(self) -> str:
        """The dictionary of the tutorial, under the names of the API."""
        lines = _table(TUTORIAL / "dictionary.csv")
        head = list(lines[0])
        rows = [
            [*line.values(), "y" if line[head[0]] == self.identifier else ""]
            for line in lines
        ]
        return _csv([*API_HEAD, "identifier"], rows)

    def records(self, asked: dict[str, str]) -> str:
        """The rows of the tutorial, of the fields and records that were asked for."""
        fields = [v for k, v in asked.items() if k.startswith("fields[")]
        wanted = {v for k, v in asked.items() if k.startswith("records[")}
        lines = _table(TUTORIAL / "export.csv")
        own = ("redcap_event_name", "redcap_data_access_group")
        for line in lines:
            line["redcap_data_access_group"] = "north"
        known = [*list(lines[0])[:2], own[1], *list(lines[0])[2:-1]]
        head = [c for c in known if c.partition("___")[0] in fields or c in own]
        rows = [
            [line[c] for c in head]
            for line in lines
            if not wanted or line["record_id"] in wanted
        ]
        return _csv(head, rows)


def _table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))


def _csv(head: list[str], rows: list[list[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue()


@contextmanager
def serving(project: Project) -> Iterator[str]:
    """The address of the API of a project, while the server runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers["Content-Length"])
            parsed = parse_qs(self.rfile.read(size).decode(), keep_blank_values=True)
            asked = {name: values[0] for name, values in parsed.items()}
            project.requests.append(asked)
            status, text = project.answer(asked)
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            for name, value in project.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Prints nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/api/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
