"""The infusion day on its screen, an interruption included."""

from dataclasses import replace
from datetime import timedelta

import pytest

from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.current_values import current
from equipoise.errors import ConductError
from equipoise.exchange.protocols import load_protocol
from equipoise.rehearse_conduct.action_plan import Deed
from equipoise.rehearse_conduct.bedside import ACTS, Bedside
from equipoise.rehearse_conduct.pharmacy import prepare, stock_up
from tests.rehearse_conduct.conftest import Begin, enrolled

VISIT = "infusion-1"
WHO = (
    "coordinator", "investigator", "rater", "infusion-team", "pharmacist",
    "second-pharmacist",
)  # fmt: skip


def test_a_day_with_an_interruption(begun: Begin) -> None:
    cast = begun(*WHO)
    part = enrolled(cast)
    deeds = [d for d in part.after if d.visit == VISIT and d.by != "coordinator"]
    fill, start = deeds[0], next(d for d in deeds if d.form == "start")
    bedside = Bedside(cast, "P0001", {VISIT: "12345678"})
    with pytest.raises(ConductError, match="no form for"):  # nothing was released
        bedside.act(start)
    stock_up(cast, load_protocol("feder2021"), fill.at)
    number = prepare(cast, "P0001", fill)
    with pytest.raises(ConductError, match="not the syringe that was released"):
        bedside.act(start)
    bedside.numbers[VISIT] = number
    cough = replace(start, at=start.at + timedelta(minutes=5), form="interrupt",
                    values={"reason": "cough"})  # fmt: skip
    again = replace(cough, at=cough.at + timedelta(minutes=2), form="resume", values={})
    rest = [d for d in deeds[1:] if d.form != "start"]
    pressure = next(d for d in rest if d.form == "vitals" and d.minute == -30)
    for deed in sorted([*rest, start, cough, again], key=lambda d: d.at):
        if deed is pressure:  # a hold rule fires, and somebody decides
            deed = replace(deed, values=deed.values | {"SYSBP": "155"})
        if deed.form in ACTS:
            bedside.act(deed)
        elif deed.form == "discharge":
            bedside.leave(deed)
        else:
            bedside.fill_in(deed)
    known = current("P0001")
    said = known.answers("infusion", VISIT)
    assert (said["syringe"], said["interrupted"]) == (number, "yes")
    assert said["reason"] == "cough"
    assert known.is_complete("vitals", VISIT, 240)
    assert known.is_complete("instrument:cadss", VISIT, 40)
    assert cast.done["infusions"] == cast.done["holds overruled"] == 1
    assert Entry.objects.get(act="override").reason.startswith("The anesthesiologist")
    assert sum(cast.done[n] for n in cast.done if n.startswith("discharges")) == 1


def test_what_the_screen_lacks_is_not_done(begun: Begin) -> None:
    cast = begun(*WHO)
    part = enrolled(cast)
    bedside, at = Bedside(cast, "P0001"), part.after[0].at
    with pytest.raises(ConductError, match="no form for"):
        bedside.act(Deed(at, "infusion team", "stop", VISIT))
    odd = Deed(at, "infusion team", "vitals", VISIT, 10, {"TEMP": "37"})
    with pytest.raises(ConductError, match="no field 'TEMP'"):
        bedside.fill_in(odd)
    with pytest.raises(ConductError, match="as rater"):
        bedside.act(Deed(at, "rater", "start", VISIT))
