"""``equipoise randomize``: a randomization list for a trial that runs elsewhere."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Annotated, Any

import typer

from equipoise.cli import options, terminal
from equipoise.cli.interim_notice import notice_interim
from equipoise.errors import DesignError, LibraryError, Problem, refuse

LIST, CARDS = "list.csv", "cards.pdf"
SECRET = 0o600  # the owner alone may read and write
ABOUT = """\
Make a randomization list by site and stratum, verify one, or compare methods.

\b
Example: 40 allocations at each of two sites. The list and the cards show codes; the key
with the arm of each code is a file of its own, for unblinded staff.
  equipoise randomize feder2021 --n 40 --site "Mount Sinai" --site Yale \\
    --out out/list --key unblinded/key.csv
  equipoise randomize verify out/list/list.csv
  equipoise randomize verify out/list/list.csv --key unblinded/key.csv

\b
Example: which method, for 140 participants at 12 sites.
  equipoise randomize compare feder2021 --n 140 --sites 12
"""


class _Group(terminal.Group):
    """``equipoise randomize PROTOCOL`` is ``equipoise randomize list PROTOCOL``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Inserts the name of the first command where none is typed."""
        if args and args[0] not in {*self.commands, "--help"}:
            args = ["list", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(cls=_Group, no_args_is_help=True, rich_markup_mode=None, help=ABOUT)


@app.command("list", cls=terminal.Command)
def make_list(
    protocol: options.ProtocolName,
    n: Annotated[int, typer.Option("--n", help="allocations of a stratum at a site")],
    out: Annotated[
        Path, typer.Option("--out", help="new folder for the list and the cards")
    ],
    site: Annotated[
        list[str] | None, typer.Option("--site", help="name of a site; may be repeated")
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option("--seed", min=0, help="of the draws [default: 128 random bits]"),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option("--key", help="new file for the arms, outside the folder"),
    ] = None,
    show_seed: Annotated[
        bool,
        typer.Option("--show-seed", help="print seed and blocks on list and cards"),
    ] = False,
    as_json: options.Json = False,
) -> None:
    r"""Make a randomization list by site and stratum, with cards.

    The folder gets list.csv (site, stratum, block, position, code) and cards.pdf. The
    key, with the arm of each code, is written only with --key, readable by its owner
    alone, and next to it the same as cards for sealed envelopes (PDF).

    The arms follow from the seed: anyone who has it has the key. List and cards do not
    state it unless --show-seed is given, nor the blocks if their sizes are random. Their
    commitment (SHA-256) proves later that the key was not changed.

    Example: the word "list" is optional.
      equipoise randomize list feder2021 --n 40 --site "Mount Sinai" --site Yale \
        --out out/list --key unblinded/key.csv

    Example: the same list again, from its seed, for unblinded staff only.
      equipoise randomize list feder2021 --n 40 --seed 20261202 --show-seed \
        --out out/again
    """
    from equipoise.exchange.output_files import write_files
    from equipoise.exchange.protocols import load_protocol
    from equipoise.randomize.allocation_list import allocation_list
    from equipoise.randomize.list_text import key_csv, list_csv
    from equipoise.report.randomization_cards import cards

    trial = load_protocol(protocol)
    notice_interim(trial, "the allocation does not depend on them")
    _require_new(out)
    _require_safe_key(out, key, seed)
    drawn = secrets.randbits(128) if seed is None else seed
    made = allocation_list(trial, n, seed=drawn, sites=site or ())
    files = {
        LIST: list_csv(made, show_seed=show_seed).encode(),
        CARDS: cards(made, show_seed=show_seed),
    }
    if key is not None:
        envelopes = cards(made, key=True)
        _write_secret(key, key_csv(made).encode())
        _write_secret(key.with_suffix(".pdf"), envelopes)
    write_files(out, files)
    for notice in _notices(made, show_seed):
        typer.echo(f"Notice: {notice}", err=True)
    facts: dict[str, object] = {
        "allocations": len(made.allocations),
        "lists": len(made.strata),
        "method": trial.randomization.method,
        "protocol": made.header(secret=False)["protocol_sha256"],
        "commitment": made.commitment,
        "list": str(out / LIST),
        "cards": str(out / CARDS),
        "key": "not written" if key is None else str(key),
    }
    terminal.say(facts, as_json=as_json)


@app.command(cls=terminal.Command)
def verify(
    file: Annotated[Path, typer.Argument(metavar="LIST", help="list.csv, or the key")],
    protocol: Annotated[
        str | None,
        typer.Option("--protocol", help="name or path [default: that of the list]"),
    ] = None,
    key: Annotated[
        Path | None, typer.Option("--key", help="key of the list, with its seed")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Make a randomization list again, and report where it differs.

    The list is made from its header and the protocol. With the key, or with a list that
    states its seed, everything is compared, including the arms. Without the seed the
    arms cannot be made again: positions, codes and hashes are compared.

    Example:
      equipoise randomize verify out/list/list.csv
      equipoise randomize verify out/list/list.csv --key unblinded/key.csv
      equipoise randomize verify unblinded/key.csv --protocol protocol.toml
    """
    from equipoise.exchange.protocols import load_protocol
    from equipoise.randomize.list_text import list_differences, read_list

    found = read_list(_text(file), str(file))
    trial = load_protocol(protocol or found.header["trial"])
    notice_interim(trial, "the allocation does not depend on them")
    secret = None if key is None else read_list(_text(key), str(key))
    differences = list(list_differences(found, trial, _seed(secret, key)))
    if secret is not None:
        own = list_differences(secret, trial)
        differences += [f"in the key, {text}" for text in own]
    refuse(DesignError, [_difference(text, file) for text in differences])
    complete = secret is not None or found.header["seed"].isdecimal()
    terminal.say(
        {
            "list": "identical",
            "allocations": len(found.rows),
            "arms": "identical"
            if complete
            else "not compared: the seed is with the key",
            "commitment": found.header["commitment_sha256"],
        },
        as_json=as_json,
    )


def _difference(text: str, file: Path) -> Problem:
    fix = "use the file as it was written, and the protocol under which it was made"
    return Problem(code="EQ841", what=text, where=str(file), fix=fix)


def _seed(secret: Any, key: Path | None) -> int | None:
    """The seed of a key that was read."""
    if secret is None:
        return None
    if not secret.is_key or not secret.header["seed"].isdecimal():
        raise DesignError.single(
            "EQ841",
            "the file of --key has no seed",
            where=str(key),
            fix="give the key that was written with --key",
        )
    return int(secret.header["seed"])


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not text in UTF-8"
        raise DesignError.single(
            "EQ841",
            f"the list cannot be read: {why}",
            where=str(path),
            fix="give the path of list.csv or of the key",
        ) from error


def _notices(made: Any, show_seed: bool) -> list[str]:
    found = []
    if show_seed:
        found.append(
            "list and cards state the seed, from which every arm follows: for unblinded "
            "staff only"
        )
    elif made.seed_is_guessable:
        found.append(
            "a seed below 2^64 can be found by trying; leave --seed out for a list that "
            "is used"
        )
    if made.sites and "site" not in made.protocol.randomization.strata:
        found.append(
            "each site has a list of its own, so the allocation is stratified by site; "
            "the protocol does not state it in [randomization] strata"
        )
    return found


def _require_safe_key(out: Path, key: Path | None, seed: int | None) -> None:
    """Rejects a key that would be lost, replaced or handed over with the list.

    Raises:
        DesignError: EQ842.
    """
    if key is None:
        if seed is None:
            raise _unsafe(
                "without --key and --seed, the arms of the codes are lost",
                "--key",
                "give --key with a file that only unblinded staff can read",
            )
        return
    folder = out.resolve()
    if folder == key.resolve() or folder in key.resolve().parents:
        raise _unsafe(
            "the key would be in the folder of the list, which is handed over",
            str(key),
            "give --key with a file in another folder",
        )
    for path in (key, key.with_suffix(".pdf")):
        if path.exists() or path.is_symlink():
            raise _unsafe(
                f"{path.name} already exists and may be the key of a list in use",
                str(path),
                "choose another file name",
            )


def _unsafe(what: str, where: str, fix: str) -> DesignError:
    return DesignError.single("EQ842", what, where=where, fix=fix)


def _write_secret(path: Path, content: bytes) -> None:
    """Writes a new file that no other user could read at any moment.

    Raises:
        LibraryError: EQ003, it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, SECRET)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
    except OSError as error:
        raise LibraryError.single(
            "EQ003",
            f"{path} cannot be written: {error.strerror or error}",
            where=str(path),
            fix="choose a new file in a folder with write permission",
        ) from error


def _require_new(folder: Path) -> None:
    """Rejects a folder that has a list: a list in use is never replaced."""
    for name in (LIST, CARDS):
        if (folder / name).exists():
            raise LibraryError.single(
                "EQ003",
                f"{folder / name} already exists and may be a list in use",
                where=str(folder),
                fix="choose another folder",
            )
