"""No text that people read uses a turn of phrase that no trial unit would use."""

from pathlib import Path

import pytest

from tests.architecture.language import ROOT, files, hits

# Not prose: stored values, keys of JSON and TOML, an argument, a listed record.
KEPT = {
    ("analyze/safety/broken_rules.py", "went on"),  # a row of results.json
    ("conduct/access/proposals.py", "second person"),  # a value of a form
    ("conduct/operation/health.py", "vault"),  # a key of /health
    ("docs/how-to/run-a-trial.md", "vault"),  # the former word, explained once
    ("simulate/read_scenario.py", "truth"),  # the former name of a table
    ("simulate/treatment_effect.py", "began"),  # an attribute
}
SOURCE = ROOT / "src" / "equipoise"
PAGES = [p for p in files("docs") if not {"_build", "design-notes"} & set(p.parts)]
READ = [
    *files("src/equipoise", "README.md", "CHANGELOG.md", "CONTRIBUTING.md"),
    *(path for path in PAGES if path.suffix == ".md"),
]


def test_every_text_is_read() -> None:
    assert len(READ) > 800
    assert {p.suffix for p in READ} == {".py", ".html", ".md"}


@pytest.mark.parametrize("top", sorted({p.relative_to(ROOT).parts[:3] for p in READ}))
def test_no_banned_turn(top: tuple[str, ...]) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {turn!r}: write: {instead}"
        for path in READ
        if path.relative_to(ROOT).parts[:3] == top
        for line, turn, instead in hits(path)
        if not any(str(path).endswith(name) and turn == old for name, old in KEPT)
    ]
    assert found == []


def test_the_list_finds_what_it_bans(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '<p title="nobody">Nothing waits for you.</p>\n<b>Whoever</b>', "utf-8"
    )
    assert [(line, turn) for line, turn, _ in hits(page)] == [
        (2, "Whoever"),
        (1, "nobody"),
        (1, "Nothing waits"),
    ]
    module = tmp_path / "module.py"
    module.write_text(
        'def f():\n    """What became of it."""\n    x = "deed"\n', "utf-8"
    )
    assert [turn for _, turn, _ in hits(module)] == ["What became of"]
