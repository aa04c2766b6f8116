"""Keys of ``[file]`` that the user states besides the mapping, such as the sheet."""

from __future__ import annotations

import json
from collections.abc import Mapping as Mapped
from typing import Any

from equipoise.errors import DataError, Problem, refuse
from equipoise.exchange.mapping import File, ManyFiles, Mapping, file_format


def with_format(
    mapping: Mapping, stated: Mapped[str, object] | None
) -> tuple[Mapping, tuple[str, ...]]:
    """A mapping with the keys that were stated besides it, and a sentence for them.

    Args:
        mapping: of the data.
        stated: keys of ``[file]`` for the only file of the mapping.

    Raises:
        DataError: EQ332, a value is not possible, the mapping states another one, or it
            reads several files.
    """
    how = file_format(**stated) if stated else File()
    keys = {n: getattr(how, n) for n in stated or () if n in File.model_fields}
    keys = {name: value for name, value in keys.items() if value}
    if not keys:
        return mapping, ()
    if isinstance(mapping, ManyFiles):
        if len(mapping.files) != 1:
            refuse(DataError, [_several(mapping, keys)])
        ((name, reading),) = mapping.files.items()
        place = f'files."{name}".file'
        file = _changed(reading.file, keys, place)
        changed = reading.model_copy(update={"file": file})
        made: Mapping = mapping.model_copy(update={"files": {name: changed}})
    else:
        made = mapping.model_copy(update={"file": _changed(mapping.file, keys, "file")})
    words = ", ".join(f"{name} = {_written(value)}" for name, value in keys.items())
    return made, (f"Stated as an option and not by the mapping: {words}.",)


def _changed(file: File, keys: Mapped[str, Any], place: str) -> File:
    usual = File()
    before = {name: getattr(file, name) for name in keys}
    refuse(
        DataError,
        [
            Problem(
                code="EQ332",
                what=f"the mapping states {name} = {_written(before[name])}, and the "
                f"option {_option(name)} {_written(value)}",
                where=f"mapping, {place}, {name}",
                fix="correct the mapping, or leave the option out",
            )
            for name, value in keys.items()
            if before[name] not in (getattr(usual, name), value)
        ],
    )
    return file.model_copy(update=dict(keys))


def _several(mapping: ManyFiles, keys: Mapped[str, Any]) -> Problem:
    options = ", ".join(map(_option, keys))
    return Problem(
        code="EQ332",
        what=f"{options} is of one file, and the mapping reads {len(mapping.files)}",
        where="mapping, files",
        fix=f'state it under [files."{next(iter(mapping.files))}".file] of the mapping',
    )


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
