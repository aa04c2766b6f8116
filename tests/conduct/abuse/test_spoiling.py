"""Nothing that is taken spoils a page: what is written down is never taken back.

A number such as ``1_0`` or an event ``#²`` that one part takes and another cannot read
would break the participant's page, and every export, for ever.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

from django.test import Client

from equipoise.conduct.capture.form_instance import Place
from tests.conduct.abuse.test_addresses import content
from tests.conduct.abuse.test_scripts import opening, places
from tests.conduct.abuse.world import World, undone
from tests.conduct.walking import browser

ODD = {
    "date": ("20270104", "2027-W01-1", "0001-01-01", "9999-12-31", "2027-1-4",
             "２０２７-01-04",
             "2027-02-30", "1900-01-01", "2199-12-31"),
    "time": ("09:30", "24:00", "9:30", "09:30:00", "noon", "\u0660\u0669:\u0663\u0660"),
    "datetime": ("2027-01-04", "2027-01-04T09:00+05:00", "2027-01-04 09:00",
                 "20270104T0900",
                 "2027-01-04T24:00", "0001-01-01T00:00", "9999-12-31T23:59",
                 "2199-12-31T23:59", "2027-01-04T09:00:00.123456"),
    "number": ("1_0", "１２", "1e1", "+5", ".5", "5.", "inf", "nan", "0x10", "-0", "007",
               "1" * 400, "40", "5"),
    "text": ("=1+1", "\u2028", "\x0b", "x" * 4000, "x" * 4001, "\ufffe", "😀", "{{7*7}}"),
    "choice": ("", " ", "None", "0.0"),
    "flag": ("true", "1", "YES"),
}  # fmt: skip
FORMS: tuple[tuple[str, str, int | None], ...] = (
    ("event#²", "", None), ("event#٣", "", None), ("event#0", "", None),
    ("event#01", "", None), ("event#-1", "", None), ("event#", "", None),
    ("event#99999999999999999999", "", None), ("event#9", "", None),
    ("event#2", "", None), ("milestone#²", "", None), ("event", "", None),
    ("visit", "unscheduled-x", None), ("visit", "unscheduled-²", None),
    ("visit", "unscheduled-", None), ("visit", "unscheduled-01", None),
    ("visit", "unscheduled-7", None), ("visit", "unscheduled-2", None),
    ("instrument:madrs", "unscheduled-x", None),
    ("visit", "unscheduled-" + "9" * 60, None),
    ("vitals", "infusion-1", 10**6), ("vitals", "infusion-1", -(10**6)),
    ("vitals", "infusion-1", 7), ("vitals", "infusion-1", None),
    ("guess:x", "week-2", None),
)  # fmt: skip
ANSWERS = {"term": "x", "reason": "x", "SYSBP": "120", "guess": "ketamine"}
DAYS = ("0001-01-01", "9999-12-31", "1900-01-01", "2199-12-31", "2027-01-04")
BY = {"infusion": "infusion team", "vitals": "infusion team"}


def unread(reader: Client, *more: str) -> list[str]:
    """Pages and files that cannot be shown any more."""
    found = []
    for path in ("/participants/P0001/", "/api/export?format=parquet", *more):
        try:
            answer = reader.get(path)
            content(answer)
        except Exception as error:  # noqa: BLE001  any error is one too many
            found.append(f"{path}: {type(error).__name__}")
    return found


def save(
    client: Client, at: tuple[str, str, int | None], values: dict[str, str]
) -> int:
    form, visit, minute = at
    query = {"visit": visit} if visit else {}
    query |= {} if minute is None else {"minute": str(minute)}
    path = f"/api/participants/P0001/forms/{quote(form, safe='')}?{urlencode(query)}"
    sent: dict[str, Any] = {"values": values, "seen": 10**6, "reason": "as said"}
    client.cookies["csrftoken"] = "c" * 32
    return client.post(
        path, json.dumps(sent), content_type="application/json",
        headers={"x-csrftoken": "c" * 32},
    ).status_code  # fmt: skip


def asker(world: World, place: Place) -> Client:
    role = {"coordinator": "investigator"}.get(place.form.by, place.form.by)
    return browser(world.people["north"][role])


def test_no_value_that_is_taken_spoils_a_page(world: World) -> None:
    """Every kind of field of every form, with values that are odd for it."""
    wrong: list[str] = []
    reader = browser(world.people["north"]["investigator"])
    tried: set[tuple[str, str]] = set()
    taken = 0
    for place in places(world.persons["north"]):
        client = asker(world, place)
        for field in place.form.fields:
            kind = (place.form.id.partition(":")[0], field.kind)
            if kind in tried and field.kind not in ("date", "datetime"):
                continue  # questions of a kind are checked by one rule
            tried.add(kind)
            for value in ODD[field.kind]:
                values = opening(place.form, field.name) | {field.name: value}
                with undone():
                    at = place.form.id, place.visit, place.minute
                    if save(client, at, values) < 300:
                        taken += 1
                        wrong += [
                            f"{at} {field.name} {value[:30]!r}: {one}"
                            for one in unread(reader)
                        ]
    assert not wrong, "\n".join(wrong)
    assert taken > 20


def test_no_form_that_is_opened_spoils_a_page(world: World) -> None:
    """Numbers of forms have one way of writing, and follow each other."""
    wrong, taken = [], set()
    reader = browser(world.people["north"]["investigator"])
    for at in FORMS:
        client = browser(world.people["north"][BY.get(at[0], "investigator")])
        for name, value in ANSWERS.items():
            with undone():
                if save(client, at, {name: value}) < 300:
                    taken.add(at)
                    more = ("/", "/recruitment/", "/participants/P0001/events/",
                            "/participants/P0001/infusion/infusion-1/")  # fmt: skip
                    wrong += [f"{at}: {one}" for one in unread(reader, *more)]
    assert not wrong, "\n".join(wrong)
    assert taken == {
        ("event#2", "", None), ("visit", "unscheduled-2", None),
        ("vitals", "infusion-1", 7),
    }  # fmt: skip


def test_no_day_that_is_taken_spoils_a_page(world: World) -> None:
    wrong = []
    reader = browser(world.people["north"]["investigator"])
    for day in DAYS:
        with undone():
            reader.post("/participants/P0001/day0/", {"day0": day})
            more = ("/", "/recruitment/", "/participants/P0001/infusion/infusion-1/")
            wrong += [f"{day}: {one}" for one in unread(reader, *more)]
    assert not wrong
