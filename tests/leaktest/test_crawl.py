"""The crawler reaches what is linked, unpacks archives, and stays inside."""

import io
from zipfile import ZipFile

import pytest

from equipoise.leaktest import crawl as crawling
from equipoise.leaktest.crawl import crawl
from equipoise.rehearse_conduct.browser import Answer

HTML = {"content-type": "text/html"}


def site(address: str) -> Answer:
    pages = {
        "/": '<a href="/one/">1</a> <a href="https://elsewhere/">out</a>',
        "/one/": '<a href="two/?x=1&amp;y=2">2</a> <a href="/accounts/logout/">no</a>',
        "/one/two/?x=1&y=2": "<p>deep &amp; hidden</p>",
        "/api/openapi.json": '{"paths": {"/api/me": {"get": {}}, '
        '"/api/participants/{identifier}": {"get": {}}}}',
    }
    if address == "/api/export?format=csv":
        file = io.BytesIO()
        with ZipFile(file, "w") as archive:
            archive.writestr("participants.csv", "P0001")
        return Answer(200, {}, file.getvalue())
    if address in pages:
        return Answer(200, HTML, pages[address].encode())
    return Answer(404, HTML, b"nothing here")


def test_everything_is_reached() -> None:
    seen = {p.address: p for p in crawl("rater", site, ["P0001"], ["a"])}
    assert "deep & hidden" in seen["/one/two/?x=1&y=2"].text
    assert "[participants.csv]\nP0001" in seen["/api/export?format=csv"].text
    assert {"/api/me", "/api/participants/P0001", "/no-such-page/"} <= seen.keys()
    assert "/participants/?q=a" in seen
    assert seen["/one/"].text.startswith("content-type: text/html")
    assert not any("logout" in a or "elsewhere" in a for a in seen)


def test_no_number_of_people_keeps_a_page_from_being_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(crawling, "MOST", 3)
    seen = {p.address for p in crawl("rater", site, ["P0001", "P0002"], ["a"])}
    assert {"/", "/participants/P0002/", "/api/export?format=xlsx"} <= seen
    assert "/one/" not in seen  # a link, which is beyond the number
