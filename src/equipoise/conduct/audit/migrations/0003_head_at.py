"""The head of a chain knows when its last entry was written."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column; chains that are there get a time with their next entry."""

    dependencies: ClassVar = [("audit", "0002_append_only")]
    operations: ClassVar = [
        migrations.AddField("head", "at", models.DateTimeField(null=True)),
    ]
