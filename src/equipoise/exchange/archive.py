"""Unpacks the data files of a ZIP file, such as an export of several tables."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from zipfile import BadZipFile, ZipFile, ZipInfo

from equipoise.errors import DataError, listing
from equipoise.exchange import zip_members
from equipoise.exchange.files import SUFFIXES, unreadable

MAPPING = "mapping.toml"


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """A folder with the data files of a ZIP file; any other path unchanged.

    Files of all its folders are put together; files that are not data are left there.
    Of data that cannot be read, such as a ZIP file in the ZIP file, the folder has an
    empty file of the same name, so that it is not passed over. The folder exists until
    the context ends.

    Args:
        path: of a ZIP file, or of anything else.

    Raises:
        DataError: EQ340, it is not a ZIP file, is encrypted, or is too large when
            expanded; EQ349, it has no data files, or two of the same name.
    """
    if path.suffix.lower() != ".zip" or not path.is_file():
        yield path
        return
    with zip_members.opened(path) as archive, TemporaryDirectory() as folder:
        members = _data_files(path, archive)
        try:
            for member in members:
                target = Path(folder) / PurePosixPath(member.filename).name
                if unreadable([target]):
                    target.touch()
                    continue
                with archive.open(member) as source, target.open("wb") as copy:
                    shutil.copyfileobj(source, copy)
        except (BadZipFile, OSError, EOFError, NotImplementedError) as error:
            raise zip_members.refused(path, f"is damaged: {error}") from error
        yield Path(folder)


def _data_files(path: Path, archive: ZipFile) -> list[ZipInfo]:
    """Members that are data, each with a name of its own."""
    members = [m for m in archive.infolist() if _is_data(PurePosixPath(m.filename))]
    names = Counter(PurePosixPath(m.filename).name for m in members)
    twice = sorted(name for name, n in names.items() if n > 1)
    others = unreadable(PurePosixPath(name) for name in names)
    what = fix = ""
    if twice:
        what = f"has several files named {', '.join(twice)}"
        fix = "unpack it, keep the files to be read in one folder, and give the folder"
    elif others and len(others) == len(names):
        what = f"has only files that cannot be read: {listing(others)}"
        fix = f"unpack {path.name}; then, for each of them, {'; '.join({*others.values()})}"
    elif not members:
        what = "has no data"
        fix = f"give a file with data files ({', '.join(SUFFIXES)})"
    if what:
        raise DataError.single("EQ349", f"{path.name} {what}", where=path.name, fix=fix)
    members = [m for m in members if not m.is_dir()]
    read = [m for m in members if PurePosixPath(m.filename).name not in others]
    if sum(member.file_size for member in read) > zip_members.MOST_BYTES:
        raise zip_members.refused(path, "is too large when expanded")
    return members


def _is_data(name: PurePosixPath) -> bool:
    hidden = any(part.startswith((".", "__MACOSX")) for part in name.parts)
    known = name.suffix.lower() in SUFFIXES or name.name == MAPPING
    return not hidden and (known or bool(unreadable([name])))


def mapping_beside(
    path: Path, place: Path, mapping: str | Path | None
) -> str | Path | None:
    """The mapping next to a ZIP file, if none is stated and the ZIP file has none.

    Args:
        path: as the user gave it.
        place: where its files are, from ``unpacked``.
        mapping: as the user stated it.
    """
    beside = path.with_name(MAPPING)
    if mapping is None and place != path and not (place / MAPPING).is_file():
        return beside if beside.is_file() else None
    return mapping
