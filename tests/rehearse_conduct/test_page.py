"""What a page offers: nothing else is answered, nothing else is sent."""

from datetime import UTC, datetime

import pytest

from equipoise.errors import ConductError
from equipoise.rehearse_conduct.page import Page, plain, read

HTML = """
<nav><a href="/participants/">All</a> <a href="?minute=10#now">+10</a></nav>
<form method="post" action="/accounts/logout/"><input type="hidden"
 name="csrfmiddlewaretoken" value="t0"><button class="quiet">Sign out</button></form>
<form class="entry" method="post" action="/p/P1/forms/a/?visit=v&amp;minute=-30">
<input type="hidden" name="csrfmiddlewaretoken" value="t1">
<input type="hidden" name="seen" value="12">
<label><input type="radio" name="1" value="0"><span>0</span></label>
<label><input type="radio" name="1" value="1" checked><span>1</span></label>
<input id="x" name="SYSBP" value="120" inputmode="decimal">
<textarea name="why" maxlength="4000">it is &lt;so&gt;</textarea>
<select name="arm"><option value=""></option><option value="a">A</option></select>
<input type="checkbox" name="confirmed" value="yes">
<button name="format" value="csv">CSV</button></form>
<form method="post" action="/p/P1/start/" id="start">
<input type="hidden" name="csrfmiddlewaretoken" value="t2"></form>
<form method="post" action="/p/P1/stop/" hidden>
<input type="hidden" name="csrfmiddlewaretoken" value="t3"></form>
<input name="decided_by" value="" form="start">
<form method="get" role="search"><input name="q" value=""></form>
"""
HERE = "/p/P1/infusion/i1/"


@pytest.fixture
def page() -> Page:
    return read(HERE, HTML)


def test_a_form_is_found_by_its_address(page: Page) -> None:
    sheet = page.sheet("/p/P1/forms/a/?minute=-30&visit=v")
    assert sheet.held == {
        "csrfmiddlewaretoken": "t1", "seen": "12", "1": "1", "SYSBP": "120",
        "why": "it is <so>",
    }  # fmt: skip
    assert sheet.offered == {
        "1": ["0", "1"], "SYSBP": [], "why": [], "arm": ["", "a"],
        "confirmed": ["yes"], "format": ["csv"],
    }  # fmt: skip


def test_what_is_sent_is_what_stands_there_and_what_was_answered(page: Page) -> None:
    sent = page.sheets[1].filled({"1": "0", "arm": "a", "why": ""})
    assert (sent["1"], sent["arm"], sent["why"], sent["seen"]) == ("0", "a", "", "12")
    assert "confirmed" not in sent


@pytest.mark.parametrize(
    ("values", "said"),
    [({"2": "0"}, "no field '2'"), ({"1": "9"}, "no choice '9'"),
     ({"seen": "99"}, "no field 'seen'"), ({"arm": "b"}, "no choice 'b'")],
)  # fmt: skip
def test_what_is_not_offered_is_not_answered(
    page: Page, values: dict[str, str], said: str
) -> None:
    with pytest.raises(ConductError, match=said):
        page.sheets[1].filled(values)


def test_a_form_that_is_not_there(page: Page) -> None:
    with pytest.raises(ConductError, match="no form for /p/P1/infusion/i1/"):
        page.sheet()
    assert page.sheet("/accounts/logout/").held == {"csrfmiddlewaretoken": "t0"}


def test_links_lead_on_from_where_they_stand(page: Page) -> None:
    assert page.leads_to("/participants/")
    assert page.leads_to(f"{HERE}?minute=10")
    assert not page.leads_to("/people/")


def test_two_ways_to_write_an_address() -> None:
    assert plain("/f/a%3Ab/?b=2&a=1") == plain("/f/a:b/?a=1&b=2")
    assert plain("/f/?a=1") != plain("/f/?a=2")


def test_a_field_belongs_to_the_form_that_it_names(page: Page) -> None:
    assert page.sheet("/p/P1/start/").offered == {"decided_by": []}


def test_what_nobody_sees_is_not_offered(page: Page) -> None:
    assert not page.offers("/p/P1/stop/")


def test_the_same_form_elsewhere_is_empty_and_has_its_own_time(page: Page) -> None:
    known = page.sheet("/p/P1/forms/a/?visit=v&minute=-30")
    known.held["measured_at"] = "2027-01-04T09:30:00"
    known.offered["measured_at"] = []
    other = known.at("/p/P2/forms/a/", datetime(2027, 1, 5, 10, 10, tzinfo=UTC))
    assert other.address == "/p/P2/forms/a/"
    assert other.held == {
        "1": "", "SYSBP": "", "why": "", "measured_at": "2027-01-05T10:10:00"
    }  # fmt: skip
    assert "seen" in known.held  # that of the first page stays


def test_an_option_without_a_value_is_its_text() -> None:
    html = '<form method="post"><select name="r"><option>pharmacist</option></select>'
    hidden = '<input type="hidden" name="csrfmiddlewaretoken" value="t"></form>'
    sheet = read("/people/x/", html + hidden).sheet()
    assert sheet.offered == {"r": ["pharmacist"]}
