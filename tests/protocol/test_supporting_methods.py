"""The registry of supporting methods."""

from typing import get_args

from equipoise.protocol.supporting_methods import SUPPORTING_METHODS, SupportingName


def test_the_registry_holds_every_name() -> None:
    assert tuple(SUPPORTING_METHODS) == get_args(SupportingName)
    assert all(method.label for method in SUPPORTING_METHODS.values())
