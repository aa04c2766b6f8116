"""What happens in a pharmacy, as a chain that nobody changes."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models

from equipoise.conduct.audit.triggers import protect


def _protect(apps: Any, editor: Any) -> None:
    if editor.connection.alias == "vault":
        protect(editor, "allocation_pharmacyentry")


class Migration(migrations.Migration):
    """The table, and its triggers."""

    dependencies: ClassVar = [("allocation", "0007_discards_append_only")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="PharmacyEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("seq", models.PositiveIntegerField(unique=True)),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=150)),
                ("kind", models.CharField(max_length=12)),
                (
                    "about",
                    models.CharField(blank=True, db_index=True, max_length=60),
                ),
                ("content", models.BinaryField()),
                ("hash", models.BinaryField(max_length=32)),
            ],
            options={"ordering": ["seq"]},
        ),
        migrations.RunPython(_protect, migrations.RunPython.noop),
    ]
