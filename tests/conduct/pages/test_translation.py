"""Every visible text of the templates is marked for translation."""

import re
from pathlib import Path

import pytest

from equipoise import conduct, rehearse_conduct

FOLDERS = [Path(one.__path__[0]) / "templates" for one in (conduct, rehearse_conduct)]
TEMPLATES = sorted(path for folder in FOLDERS for path in folder.rglob("*.html"))
MARKED = re.compile(
    r"\{% blocktranslate.*?\{% endblocktranslate %\}|\{#.*?#\}|<(script|style).*?</\1>",
    re.S,
)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
ATTRIBUTE = re.compile(
    r"\s(?:title|alt|placeholder|aria-label|data-label)=\"([^\"]*)\""
)
LITERAL = re.compile(r"\|(?:default|yesno):\"([^\"]*)\"")
NOT_TEXTS = re.compile(r"&#?\w+;|\bEQ\d{3}\b|\bEquipoise\b|\bmg\b")
# A literal in double braces doubles the percent sign: such a text needs {% translate %}.
DOUBLED = re.compile(r"\{\{ _\(\"[^\"]*%")


def _blank(match: re.Match[str]) -> str:
    return " " + "\n" * match[0].count("\n")


def unmarked(source: str) -> list[tuple[int, str]]:
    """Line and text of everything that a reader sees and a translator does not."""
    source = MARKED.sub(_blank, source)
    pieces = [(m.start(), m[1]) for m in LITERAL.finditer(source)]
    pieces += [(m.start(), f"use translate: {m[0]}") for m in DOUBLED.finditer(source)]
    plain = TAG.sub(_blank, source)
    found = [(source.count("\n", 0, at) + 1, text) for at, text in pieces]
    found += [
        (plain.count("\n", 0, m.start()) + 1, m[1]) for m in ATTRIBUTE.finditer(plain)
    ]
    lines = re.sub(r"<[^>]*>", _blank, plain).splitlines()
    found += list(enumerate(lines, 1))
    return [
        (n, text.strip()) for n, text in found if re.search("[A-Za-z]", _words(text))
    ]


def _words(text: str) -> str:
    return NOT_TEXTS.sub("", text)


@pytest.mark.parametrize(
    "path", TEMPLATES, ids=lambda path: f"{path.parent.name}-{path.name}"
)
def test_every_text_is_marked_for_translation(path: Path) -> None:
    problems = [f"{path}:{line}: {text!r}" for line, text in unmarked(path.read_text())]
    assert not problems, "mark for translation:\n" + "\n".join(problems)


@pytest.mark.parametrize(
    "source",
    [
        "<p>Text</p>",
        '<p title="Text">{{ name }}</p>',
        '{{ name|default:"none" }}',
        '{{ _("100 % of") }}',
        "{% if a %}yes{% endif %}",
    ],
)
def test_an_unmarked_text_is_found_with_its_line(source: str) -> None:
    assert [line for line, _ in unmarked(f"\n{source}")] == [2]


@pytest.mark.parametrize(
    "source",
    [
        '<p>{% translate "Text" %}</p>',
        '{{ _("Text") }} {{ name|default:_("none") }} {{ day|date:"j M" }}',
        "<p title=\"{% translate 'Text' %}\">–&#160;{{ name }}</p>",
        "{% blocktranslate %}Text{% endblocktranslate %}",
    ],
)
def test_a_marked_text_is_accepted(source: str) -> None:
    assert unmarked(source) == []
