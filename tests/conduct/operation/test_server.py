"""Settings of the server."""

import socket
from pathlib import Path

import pytest

from equipoise.conduct.gunicorn_worker import Worker
from equipoise.conduct.operation.production_checks import Transport
from equipoise.conduct.operation.server import Server, must_be_free, settings
from equipoise.errors import ConductError


def test_threads_no_access_log_and_one_trusted_proxy() -> None:
    chosen = settings(Transport("127.0.0.1:0", proxy="10.0.0.1"), 4)
    assert chosen["workers"] == 4
    assert chosen["worker_class"] == f"{Worker.__module__}.{Worker.__name__}"
    assert chosen["accesslog"] is None
    assert chosen["forwarded_allow_ips"] == "10.0.0.1"
    assert "certfile" not in chosen


def test_the_server_takes_every_setting(tmp_path: Path) -> None:
    chosen = settings(Transport("127.0.0.1:0", tmp_path / "c", tmp_path / "k"), 2)
    server = Server(chosen, ready=lambda: None)
    assert set(chosen) <= set(server.cfg.settings)
    assert server.cfg.certfile == str(tmp_path / "c")
    assert server.cfg.threads == 8


@pytest.mark.parametrize("bind", ["localhost:http", "localhost", "no.such.host:1"])
def test_an_address_that_cannot_be_used(bind: str) -> None:
    with pytest.raises(ConductError) as refused:
        must_be_free(bind)
    assert refused.value.code == "EQ902"


def test_a_port_that_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(ConductError, match="cannot listen"):
            must_be_free(bind)
    must_be_free(bind)
