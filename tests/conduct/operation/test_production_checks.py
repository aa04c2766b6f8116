"""Each lack of a trial that is not fit for production is named, all at once."""

from dataclasses import replace
from pathlib import Path

import pytest

from equipoise.conduct.folder import Trial, prepare
from equipoise.conduct.operation.production_checks import Transport, check
from equipoise.errors import ConductError

PROXY = Transport(proxy="127.0.0.1")


@pytest.fixture
def fit(tmp_path: Path) -> Trial:
    return prepare(
        Trial(
            tmp_path / "trial",
            production=True,
            hosts=("trial.example.org",),
            anchors=tmp_path / "anchors",
        )
    )


def refused(trial: Trial, transport: Transport) -> str:
    with pytest.raises(ConductError) as error:
        check(trial, transport)
    assert {p.code for p in error.value.problems} == {"EQ903"}
    return str(error.value)


def test_a_fit_trial_passes(fit: Trial, tmp_path: Path) -> None:
    check(fit, PROXY)
    for name in ("certificate", "key"):
        (tmp_path / name).touch(0o600)
    check(fit, Transport("0.0.0.0:443", tmp_path / "certificate", tmp_path / "key"))


@pytest.mark.parametrize(
    ("hosts", "said"),
    [
        ((), "no host name"),
        (("localhost",), "no host name"),
        (("*",), "wildcard"),
        ((".example.org",), "wildcard"),
    ],
)
def test_hosts(fit: Trial, hosts: tuple[str, ...], said: str) -> None:
    assert said in refused(replace(fit, hosts=hosts), PROXY)


def test_a_demonstration(fit: Trial) -> None:
    assert "second factor" in refused(replace(fit, demo=True), PROXY)


def test_transport(fit: Trial, tmp_path: Path) -> None:
    assert "encryption" in refused(fit, Transport())
    assert "every machine" in refused(fit, Transport(proxy="*"))
    key = tmp_path / "tls.key"
    assert "missing" in refused(fit, Transport("x:1", tmp_path / "no", key))
    key.touch(0o644)
    assert "others can read" in refused(fit, Transport("x:1", key, key))


def test_keys(fit: Trial) -> None:
    (fit.folder / "vault.key").chmod(0o644)
    (fit.folder / "secret.key").unlink()
    said = refused(fit, PROXY)
    assert "vault.key" in said
    assert "secret.key" in said
    (fit.folder / "secret.key").write_text("short")
    (fit.folder / "secret.key").chmod(0o600)
    assert "fewer than" in refused(fit, PROXY)


def test_anchors_beside_the_data(fit: Trial) -> None:
    for anchors in (None, fit.folder, fit.folder / "a" / "b"):
        assert "lost or" in refused(replace(fit, anchors=anchors), PROXY)


def test_everything_at_once(tmp_path: Path) -> None:
    trial = Trial(tmp_path / "none", demo=True)
    with pytest.raises(ConductError) as error:
        check(trial, Transport("0.0.0.0:8000"))
    assert len(error.value.problems) == 6


@pytest.mark.parametrize(
    ("bind", "local"),
    [("localhost:8000", True), ("127.0.0.1:1", True), ("0.0.0.0:1", False)],
)
def test_what_is_local(bind: str, local: bool) -> None:
    assert Transport(bind).local is local
