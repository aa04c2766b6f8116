"""kill -9 while a file is exported: nothing is left that looks whole, the next one is."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.audit.verify import verify
from equipoise.conduct.export.services import export
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.killed import kill_in
from tests.conduct.screened import eligible


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_a_killed_export_leaves_no_file(
    study: Protocol,
    key: Path,
    people: dict[str, User],
    actor: Callable[[str], Actor],
    tmp_path: Path,
) -> None:
    eligible()
    place = tmp_path / "temporary"
    place.mkdir()
    kill_in("export", "inside the archive", key, PLACE=str(place))
    assert list(place.rglob("*")) == []
    # That somebody asked stands in the audit, though nothing was handed out.
    assert Entry.objects.filter(act="export").count() == 1
    content = export(actor("investigator"), "csv", at=NOW).content()
    assert ZipFile(BytesIO(content)).testzip() is None
    assert content == export(actor("investigator"), "csv", at=NOW).content()
    assert not verify().findings
