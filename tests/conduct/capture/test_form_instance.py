"""A form at one time names its values."""

from equipoise.conduct.capture.form_instance import Place
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.forms.definition import Form


def test_form_visit_and_minute_name_the_values() -> None:
    form = Form(id="vitals", title="Vital signs", by="infusion team", fields=())
    place = Place(Participant(identifier="P0001"), form, "infusion-1", -15)
    assert place.where == ("vitals", "infusion-1", -15)
    assert Place(place.participant, form).where == ("vitals", "", None)
