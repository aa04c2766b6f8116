"""The commands: ``equipoise --help``."""

from equipoise.cli.commands import app

__all__ = ["app"]
