"""The page: texts are texts, drawings say what they show."""

import re
from html import escape

from equipoise.report.forms.page import page
from tests.report.forms.hostile import NASTY, document


def test_texts_are_never_markup() -> None:
    text = page(document()).decode()
    assert "<b>bold" not in text
    assert str(escape(NASTY, quote=False))[:10] in text


def test_drawings_have_their_words_and_tables_their_number() -> None:
    text = page(document()).decode()
    assert re.search(r'<svg[^>]*role="img"[^>]*aria-label="x #panic', text)
    assert "<caption>Table 14.2.1. " in text
    assert 'href="#figure-f"' in text
    assert 'id="figure-f"' in text
