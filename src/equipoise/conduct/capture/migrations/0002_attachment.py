"""Scans beside forms."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A table of its own: no list of participants reads the content of a scan."""

    dependencies: ClassVar = [("capture", "0001_initial")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Attachment",
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
                ("form", models.CharField(max_length=64)),
                ("visit", models.CharField(blank=True, max_length=40)),
                ("minute", models.IntegerField(null=True)),
                ("name", models.CharField(max_length=80)),
                ("kind", models.CharField(max_length=20)),
                ("hash", models.CharField(max_length=64)),
                ("content", models.BinaryField()),
                ("added_at", models.DateTimeField()),
                ("added_by", models.CharField(max_length=150)),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="capture.participant",
                    ),
                ),
            ],
            options={"ordering": ["id"]},
        ),
    ]
