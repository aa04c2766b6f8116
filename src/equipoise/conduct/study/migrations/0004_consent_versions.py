"""Versions of the consent form are approved, and say whom they concern."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Versions that are there were in force, and concerned everybody."""

    dependencies: ClassVar = [("study", "0003_site_timezone_initial")]

    operations: ClassVar = [
        migrations.AddField(
            "consentversion",
            "concerns",
            models.CharField(max_length=10, default="everybody"),
        ),
        migrations.AddField(
            "consentversion", "changes", models.TextField(blank=True, default="")
        ),
        migrations.AddField(
            "consentversion", "waits", models.BooleanField(default=False)
        ),
    ]
