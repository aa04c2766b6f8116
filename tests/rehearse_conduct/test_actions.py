"""Each thing that is done goes to whoever does it."""

from datetime import UTC, datetime

import pytest

from equipoise.rehearse_conduct import actions
from equipoise.rehearse_conduct.action_plan import Deed
from equipoise.rehearse_conduct.bedside import Bedside
from tests.rehearse_conduct.seated import seated

AT = datetime(2027, 1, 4, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("form", "minute", "who"),
    [("prepare", None, "prepare"), ("start", None, "act"), ("stop", None, "act"),
     ("discharge", None, "leave"), ("follow up", None, "follow_up"),
     ("vitals", 10, "fill_in at the bedside"), ("visit", None, "fill_in")],
)  # fmt: skip
def test_who_does_what(
    form: str, minute: int | None, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    for name in ("prepare", "follow_up", "fill_in"):
        monkeypatch.setattr(actions, name, lambda *_, n=name: done.append(n) or "77")
    monkeypatch.setattr(Bedside, "act", lambda *_: done.append("act"))
    monkeypatch.setattr(Bedside, "leave", lambda *_: done.append("leave"))
    there = "fill_in at the bedside"
    monkeypatch.setattr(Bedside, "fill_in", lambda *_: done.append(there))
    cast = seated([], {})
    bedside = Bedside(cast, "P0001")
    actions.perform(cast, bedside, Deed(AT, "rater", form, "infusion-1", minute))
    assert done == [who]
    assert bedside.numbers == ({"infusion-1": "77"} if who == "prepare" else {})
