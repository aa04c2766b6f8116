"""People of these tests beside those of every role."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import User

from equipoise.conduct.access.models import Membership
from equipoise.conduct.study.models import Site
from tests.conduct.conftest import NOW, PASSWORD


def another(
    name: str,
    role: str,
    *,
    site: str = "",
    by: str = "setup",
    since: datetime = NOW - timedelta(days=365),
) -> User:
    user = User.objects.create_user(name, password=PASSWORD)
    Membership.objects.create(
        user=user, role=role, since=since, granted_by=by,
        site=Site.objects.get(code=site) if site else None,
    )  # fmt: skip
    return user
