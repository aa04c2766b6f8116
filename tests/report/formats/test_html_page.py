"""The page: texts are texts, drawings say what they show, tables have their box."""

import re
from dataclasses import replace
from html import escape

import pytest

from equipoise.report.blocks import Section, TextTable
from equipoise.report.formats import html_page as pages
from equipoise.report.formats.html_page import page
from tests.report.formats.hostile import LONG, NASTY, STRANGE, arms_called, document


@pytest.mark.parametrize("text", [NASTY, LONG, STRANGE])
def test_texts_are_never_markup(text: str) -> None:
    made = page(document(text)).decode() + page(arms_called(text)).decode()
    assert "<b>bold" not in made
    assert "\x00" not in made
    assert str(escape(text, quote=False))[:10] in made


def test_a_style_sheet_is_no_way_out() -> None:
    evil = '"; } </style><script>alert(1)</script>'
    made = page(replace(document(), running=evil, header=evil, footer=evil)).decode()
    assert "<script" not in made
    assert made.count("</style>") == 1


def test_drawings_have_their_words_and_tables_their_title() -> None:
    text = page(document()).decode()
    assert re.search(r'<svg[^>]*role="img"[^>]*aria-label="x #panic', text)
    assert '<span class="title">Table 14.2.1. ' in text
    for name in ("table-14.2.1", "listing-14.2.1", "figure-14.2.1"):
        assert f'href="#{name}"' in text
        assert f'id="{name}"' in text


def test_ids_are_explained_only_where_a_number_has_one() -> None:
    made = document()
    assert "Hover over a number" in page(made).decode()
    sections = tuple(
        replace(
            section, blocks=tuple(b for b in section.blocks if isinstance(b, TextTable))
        )
        for section in made.sections
    )
    assert "Hover over a number" not in page(replace(made, sections=sections)).decode()


def test_each_table_scrolls_in_a_box_that_the_keyboard_reaches() -> None:
    text = page(document()).decode()
    boxes = re.findall(r'<div class="(?:scroll|drawing)[ a-z]*"\s+([^>]*)>', text)
    assert len(boxes) == 3
    ids = set(re.findall(r'id="([^"]+)"', text))
    for box in boxes:
        assert 'role="region" tabindex="0"' in " ".join(box.split())
        named = re.search(r'aria-labelledby="([^"]+)"', box)
        assert named is not None
        assert named.group(1) in ids


def test_ids_are_unique_also_those_of_drawings() -> None:
    text = page(arms_called("Ketamine")).decode()
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_sections_are_not_numbered_twice() -> None:
    assert "<ol" not in page(document()).decode()


def test_the_running_line_is_always_in_view_and_on_every_printed_page() -> None:
    text = page(replace(document(), running="Virtual participants, seed 7")).decode()
    assert '<p class="running" role="note">Virtual participants, seed 7</p>' in text
    assert '@top-right { content: "Virtual participants, seed 7"' in text


def test_short_tables_are_not_split_in_print_and_long_ones_have_their_own_box() -> None:
    def shown(rows: int) -> str:
        block = TextTable("l", "t", ("a",), (("x",),) * rows)
        made = replace(document(), sections=(Section("s", "1", "S", "", (block,)),))
        return page(made).decode()

    assert '<figure class="block short"' in shown(3)
    assert '<figure class="block"' in shown(pages.LONG)
    assert '<div class="scroll long"' in shown(pages.LONG)
    assert '<div class="scroll"' in shown(pages.LONG - 1)


def test_the_contents_lead_to_the_provenance() -> None:
    text = page(document()).decode()
    assert '<a href="#provenance">Provenance</a>' in text
    assert text.count('id="provenance"') == 1
