"""Audit entries, append-only, and the head of each hash chain."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models

from equipoise.conduct.audit.triggers import KEY, protect


def _protect(apps: Any, editor: Any) -> None:
    protect(editor, "audit_entry")


class Migration(migrations.Migration):
    """Tables, indexes and triggers."""

    initial = True
    replaces: ClassVar = [
        ("audit", "0001_initial"),
        ("audit", "0002_append_only"),
        ("audit", "0003_head_at"),
        ("audit", "0004_forms_of_a_chain"),
        ("audit", "0005_safety_alerts"),
    ]
    operations: ClassVar = [
        migrations.CreateModel(
            "Head",
            [
                (
                    "chain",
                    models.CharField(max_length=40, primary_key=True, serialize=False),
                ),
                ("seq", models.PositiveIntegerField(default=0)),
                ("hash", models.BinaryField(max_length=32)),
                ("at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            "Entry",
            [
                KEY,
                ("chain", models.CharField(max_length=40)),
                ("seq", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=150)),
                ("protocol", models.CharField(max_length=64)),
                ("act", models.CharField(max_length=24)),
                ("form", models.CharField(blank=True, max_length=64)),
                ("visit", models.CharField(blank=True, max_length=40)),
                ("minute", models.IntegerField(null=True)),
                ("item", models.CharField(blank=True, max_length=64)),
                ("value", models.TextField(null=True)),
                ("reason", models.TextField(blank=True)),
                ("hash", models.BinaryField(max_length=32)),
            ],
            {
                "indexes": [
                    models.Index(
                        fields=["form", "act"],
                        name="entries_of_a_form",
                        opclasses=["varchar_pattern_ops", "varchar_ops"],
                    ),
                    models.Index(
                        fields=["chain", "form"],
                        name="forms_of_a_chain",
                        opclasses=["varchar_ops", "varchar_pattern_ops"],
                    ),
                    models.Index(
                        fields=["chain", "seq"],
                        name="alerts_of_a_chain",
                        condition=models.Q(
                            act__in=["acknowledge", "alert", "override", "shown"]
                        ),
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("chain", "seq"), name="one_entry_a_place"
                    )
                ],
            },
        ),
        migrations.RunPython(_protect, migrations.RunPython.noop),
    ]
