"""What the chapter holds, and in which order."""

from equipoise.report.chapters.blinding import blinding
from tests.analyze.feder import feder
from tests.report.made import results

WANTED = [
    "blind_participant-guesses",
    "blind_participant-influence",
    "blind_rater-guesses",
]


def test_tables_and_figures_in_their_order() -> None:
    section = blinding(feder(), results(), dummy=False)
    assert section is not None
    found = [getattr(block, "name", "") for block in section.blocks]
    assert [name for name in dict.fromkeys(found) if name in WANTED] == WANTED


def test_without_the_question_there_is_no_chapter() -> None:
    asked = tuple(e for e in feder().endpoints if e.type != "blinding")
    bare = feder().model_copy(update={"endpoints": asked})
    assert blinding(bare, results(), dummy=False) is None


def test_it_says_in_words_what_it_cannot_show() -> None:
    section = blinding(feder(), results(), dummy=False)
    assert section is not None
    assert "but not why" in getattr(section.blocks[0], "text", "")
