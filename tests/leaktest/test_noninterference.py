"""Under another list pages are the same, but for kit numbers."""

from equipoise.leaktest.crawl import Seen
from equipoise.leaktest.noninterference import differences

KITS = ({"123456": "P0001"}, {"654321": "P0001"})


def apart(one: str, other: str) -> list[str]:
    pages = [[Seen("rater", "/", 200, text)] for text in (one, other)]
    return list(differences(*pages, KITS))


def test_another_kit_number_is_no_difference() -> None:
    assert not apart("Kit 123456", "Kit 654321")
    token = '<input name="csrfmiddlewaretoken" value="{}">'
    assert not apart(token.format("a1"), token.format("b2"))


def test_another_commitment_is_no_difference() -> None:
    pieces = "<wbr>".join([f"{n:08x}" for n in range(8)])
    assert not apart(pieces, pieces.replace("00000007", "0000beef"))


def test_a_colour_a_count_or_an_order_is() -> None:
    assert apart('<tr class="a">', '<tr class="b">')
    assert apart("3 of 6", "2 of 6")
    assert apart("P0001 P0002", "P0002 P0001")


def test_a_page_that_only_one_list_has_is_a_difference() -> None:
    one = [Seen("rater", "/", 200, ""), Seen("rater", "/x/", 200, "")]
    assert list(differences(one, one[:1], KITS))
    other = [one[0], Seen("rater", "/x/", 404, "")]
    assert list(differences(one, other, KITS)) == ["rater at /x/: 200 and 404"]
