"""``python -m equipoise``."""

from equipoise.cli import app

app(prog_name="equipoise")
