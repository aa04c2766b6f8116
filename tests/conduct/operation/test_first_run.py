"""The token of the terminal."""

from pathlib import Path

from django.contrib.auth.models import User

from equipoise.conduct.operation.first_run import (
    fits,
    make_administrator,
    needed,
    new_token,
)
from tests.conduct.conftest import NOW, PASSWORD


def test_the_folder_keeps_a_hash_and_the_last_token_alone_fits(
    study: object, tmp_path: Path
) -> None:
    assert not fits(tmp_path, "")
    first, second = new_token(tmp_path), new_token(tmp_path)
    assert not fits(tmp_path, first)
    assert fits(tmp_path, second)
    assert second not in (tmp_path / "setup.token").read_text()


def test_everything_that_is_wrong_is_said(study: object, tmp_path: Path) -> None:
    given = {"username": "", "full_name": "", "password": PASSWORD}
    assert len(make_administrator(tmp_path, "x", at=NOW, **given)) == 3
    assert needed()


def test_a_token_is_used_once(study: object, tmp_path: Path) -> None:
    token = new_token(tmp_path)
    given = {"username": "Ada", "full_name": "Ada", "password": PASSWORD}
    assert make_administrator(tmp_path, token, at=NOW, **given) == []
    assert not needed()
    assert not (tmp_path / "setup.token").exists()
    assert make_administrator(tmp_path, token, at=NOW, **given)
    assert User.objects.get().username == "ada"
