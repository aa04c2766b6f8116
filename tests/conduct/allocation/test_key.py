"""The key of the vault: one file, one owner, sealed texts that tell nothing."""

import stat
from pathlib import Path

import pytest

from equipoise.conduct.allocation.key import Vault, make_key
from equipoise.errors import ConductError


def test_a_key_is_its_owners_and_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "vault.key"
    make_key(path)
    made = path.read_bytes()
    make_key(path)
    assert path.read_bytes() == made
    assert len(made) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "ketamine", "ä" * 30, "x" * 500])
def test_what_is_sealed_comes_back(key: Path, text: str) -> None:
    assert Vault(key).open(Vault(key).seal(text, "place"), "place") == text


def test_the_same_arm_is_never_sealed_alike(key: Path) -> None:
    vault = Vault(key)
    assert len({vault.seal("ketamine", "place") for _ in range(100)}) == 100


def test_length_tells_nothing(key: Path) -> None:
    vault = Vault(key)
    assert len({len(vault.seal("a" * n, "p")) for n in range(1, 41)}) == 1
    assert len({len(vault.seal("a" * n, "p", block=1024)) for n in range(900)}) == 1


@pytest.mark.parametrize("place", [0, 11, 12, 40, -1])
def test_one_changed_bit_does_not_open(key: Path, place: int) -> None:
    sealed = bytearray(Vault(key).seal("ketamine", "place"))
    sealed[place] ^= 1
    with pytest.raises(ConductError, match="EQ932"):
        Vault(key).open(bytes(sealed), "place")


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_damaged_key_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "vault.key"
    path.write_bytes(content)
    with pytest.raises(ConductError, match="EQ931"):
        Vault(path)
