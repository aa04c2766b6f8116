"""A backup: both databases at one moment, with a manifest of hashes; keys elsewhere.

Whoever finds a backup finds no arm: the key of the vault is never beside it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.db import connections

from equipoise.conduct.allocation import services as allocation
from equipoise.conduct.audit.models import Head, stamp
from equipoise.conduct.folder import SECRET, VAULT_KEY, Trial
from equipoise.conduct.operation import tables
from equipoise.conduct.operation.manifest import Manifest, digest, fingerprint
from equipoise.conduct.study.protocols import in_force
from equipoise.errors import ConductError
from equipoise.version import __version__


def back_up(
    trial: Trial,
    out: Path,
    *,
    keys: Path | None,
    at: datetime,
    tell: Callable[[str], None],
) -> Manifest:
    """Writes a backup, while people work.

    Args:
        trial: whose folder and databases they are; Django is set up for it.
        out: new folder for the backup.
        keys: new folder for the keys, never inside ``out``; None for no copy.
        at: UTC.
        tell: told what is being done.

    Raises:
        ConductError: EQ902, a folder cannot be used.
    """
    _outside(out, keys)
    heads = {h.chain: (h.seq, bytes(h.hash).hex()) for h in Head.objects.all() if h.seq}
    last = allocation.head()
    tell("copying both databases")
    _new(out)
    files = tables.write(out)
    tell("working out the hashes")
    made = Manifest(
        made_at=stamp(at),
        trial=in_force().trial.id,
        version=__version__,
        vendor=connections["default"].vendor,
        demo=trial.demo,
        files={str(path.relative_to(out)): digest(path) for path in sorted(files)},
        heads=heads,
        vault=(last.count, last.hash),
        key=fingerprint(trial.folder / VAULT_KEY),
    )
    made.save(out)
    if keys is not None:
        _new(keys)
        for name in (SECRET, VAULT_KEY):
            shutil.copy2(trial.folder / name, keys / name)
    return made


def _outside(out: Path, keys: Path | None) -> None:
    if keys is None:
        return
    one, other = out.resolve(), keys.resolve()
    if one == other or one in other.parents or other in one.parents:
        raise ConductError.single(
            "EQ902",
            "the keys would lie beside the data that they open",
            where=str(keys),
            mend="give a folder elsewhere, on another volume or with another person",
        )


def _new(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, mode=0o700)
    except OSError as error:
        raise ConductError.single(
            "EQ902",
            f"the folder cannot be made: {error.strerror}",
            where=str(folder),
            mend="give a new folder; a backup never overwrites another one",
        ) from error
