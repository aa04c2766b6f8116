"""Versions of the protocol, append-only, sites, and versions of the consent form."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models

from equipoise.conduct.audit.triggers import KEY, protect


def _protect(apps: Any, editor: Any) -> None:
    protect(editor, "study_protocolversion")


class Migration(migrations.Migration):
    """Tables and triggers."""

    initial = True
    replaces: ClassVar = [
        ("study", "0001_initial"),
        ("study", "0002_append_only"),
        ("study", "0003_site_timezone_initial"),
        ("study", "0004_consent_versions"),
    ]
    operations: ClassVar = [
        migrations.CreateModel(
            "ConsentVersion",
            [
                KEY,
                ("label", models.CharField(max_length=40, unique=True)),
                ("valid_from", models.DateField()),
                ("concerns", models.CharField(default="everybody", max_length=10)),
                ("changes", models.TextField(blank=True, default="")),
                ("waits", models.BooleanField(default=False)),
            ],
            {"ordering": ["valid_from", "id"]},
        ),
        migrations.CreateModel(
            "ProtocolVersion",
            [
                KEY,
                ("hash", models.CharField(max_length=64, unique=True)),
                ("text", models.TextField()),
                ("instruments", models.JSONField()),
                ("label", models.CharField(max_length=40)),
                ("accepted_at", models.DateTimeField()),
                ("accepted_by", models.CharField(max_length=150)),
            ],
            {"ordering": ["id"]},
        ),
        migrations.CreateModel(
            "Site",
            [
                KEY,
                ("code", models.CharField(max_length=20, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("timezone", models.CharField(default="UTC", max_length=64)),
            ],
            {"ordering": ["code"]},
        ),
        migrations.RunPython(_protect, migrations.RunPython.noop),
    ]
