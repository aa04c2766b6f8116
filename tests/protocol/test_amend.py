"""Hashes and differences of versions."""

from pathlib import Path

from equipoise.exchange.protocols import load_protocol
from equipoise.protocol.amend import _stated, content_hash, differences
from equipoise.protocol.model import Protocol

TEXT = Path("docs/tutorials/your-trial/protocol.toml").read_text("utf-8")


def changed(folder: Path, text: str) -> Protocol:
    path = folder / "protocol.toml"
    path.write_text(text, "utf-8")
    return load_protocol(path)


def test_comments_and_format_do_not_count(tmp_path: Path) -> None:
    old = changed(tmp_path, TEXT)
    lines = [line for line in TEXT.splitlines() if not line.startswith("#")]
    new = changed(tmp_path, "\n\n".join(lines).replace(" = ", "="))
    assert content_hash(old) == content_hash(new)
    assert differences(old, new) == ()


def test_each_change_is_named(tmp_path: Path) -> None:
    old = changed(tmp_path, TEXT)
    text = TEXT.replace("participants = 24", "participants = 48")
    text = text.replace("threshold = 50", "threshold = 40")
    new = changed(tmp_path, text)
    assert content_hash(old) != content_hash(new)
    assert {str(change) for change in differences(old, new)} == {
        "definitions[response].threshold: 50.0 -> 40.0",
        "size.participants: 24 -> 48",
    }


def test_a_part_that_is_gone_is_named_once(tmp_path: Path) -> None:
    old = changed(tmp_path, TEXT)
    text = TEXT.replace(
        'id = "response"\nlabel = "Response at 24 h"',
        'id = "resp"\nlabel = "Response at 24 h"',
    )
    new = changed(tmp_path, text)
    assert [str(change) for change in differences(old, new)] == [
        "endpoints[response]: present -> (absent)",
        "endpoints[resp]: (absent) -> present",
    ]


def test_what_forms_may_state_since_does_not_change_the_hash_of_others(
    tmp_path: Path,
) -> None:
    """Reference ranges and grades came later: a trial that states none has its hash."""
    form = """
[[forms]]
id = "blood"
title = "Blood"
any_time = true
assumed = true
fields = [{ id = "K", label = "Potassium", type = "number" }]
"""
    stated = _stated(changed(tmp_path, TEXT + form))["forms"][0]
    assert "ranges" not in stated
    assert "grading" not in stated["fields"][0]
    graded = _stated(load_protocol("feder2021"))["forms"]
    laboratory = next(one for one in graded if one["id"] == "laboratory")
    assert any("grading" in field for field in laboratory["fields"])
