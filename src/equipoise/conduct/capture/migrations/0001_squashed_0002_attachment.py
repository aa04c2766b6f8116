"""Participants, status of each form, and scans."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models

from equipoise.conduct.audit.triggers import KEY

PERSON = (
    "participant",
    models.ForeignKey(on_delete=models.PROTECT, to="capture.participant"),
)
FORM: list[tuple[str, models.Field[Any, Any]]] = [
    ("form", models.CharField(max_length=64)),
    ("visit", models.CharField(blank=True, max_length=40)),
    ("minute", models.IntegerField(null=True)),
]


class Migration(migrations.Migration):
    """Tables; no list of participants reads the content of a scan."""

    initial = True
    replaces: ClassVar = [("capture", "0001_initial"), ("capture", "0002_attachment")]
    dependencies: ClassVar = [("study", "0001_squashed_0004_consent_versions")]
    operations: ClassVar = [
        migrations.CreateModel(
            "Participant",
            [
                KEY,
                ("identifier", models.CharField(max_length=40, unique=True)),
                ("place", models.PositiveIntegerField(unique=True)),
                ("day0", models.DateField(null=True)),
                ("status", models.CharField(default="screening", max_length=20)),
                ("created_at", models.DateTimeField()),
                ("site", models.ForeignKey(on_delete=models.PROTECT, to="study.site")),
            ],
            {"ordering": ["place"]},
        ),
        migrations.CreateModel(
            "FormState",
            [
                KEY,
                *FORM,
                ("status", models.CharField(max_length=10)),
                ("seq", models.PositiveIntegerField()),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.CharField(max_length=150)),
                PERSON,
            ],
            {
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(minute__isnull=False),
                        fields=("participant", "form", "visit", "minute"),
                        name="one_state_a_minute",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(minute__isnull=True),
                        fields=("participant", "form", "visit"),
                        name="one_state_a_form",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            "Attachment",
            [
                KEY,
                *FORM,
                ("name", models.CharField(max_length=80)),
                ("kind", models.CharField(max_length=20)),
                ("hash", models.CharField(max_length=64)),
                ("content", models.BinaryField()),
                ("added_at", models.DateTimeField()),
                ("added_by", models.CharField(max_length=150)),
                ("removed_at", models.DateTimeField(null=True)),
                PERSON,
            ],
            {"ordering": ["id"]},
        ),
    ]
