"""The former name of the engine still works, and says what it is now."""

import pytest

import equipoise.analyze.mmrm as former
from equipoise.stats import mmrm


@pytest.mark.parametrize("name", mmrm.__all__)
def test_a_former_name_is_the_same_object_and_warns(name: str) -> None:
    with pytest.warns(DeprecationWarning, match=r"is now equipoise\.stats\.mmrm"):
        assert getattr(former, name) is getattr(mmrm, name)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="fitted_twice"):
        former.fitted_twice  # noqa: B018  the access is the test
