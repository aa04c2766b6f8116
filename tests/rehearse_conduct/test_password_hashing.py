"""A made-up password is hashed as others are, and checked."""

from django.contrib.auth.hashers import Argon2PasswordHasher

from equipoise.rehearse_conduct.password_hashing import Quick


def test_it_is_argon2_and_cheap() -> None:
    made = Quick().encode("correct horse", "some salt here")
    assert Quick().verify("correct horse", made)
    assert not Quick().verify("incorrect horse", made)
    assert Argon2PasswordHasher().verify("correct horse", made)
    assert "m=64,t=1,p=1" in made
