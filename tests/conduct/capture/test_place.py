"""A form at one time of a participant."""

from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.place import Place
from equipoise.conduct.forms.from_library import relapse_form, visit_form


def test_its_place_among_the_values_of_the_participant() -> None:
    person = Participant(identifier="P0001")
    assert Place(person, relapse_form()).where == ("relapse", "", None)
    place = Place(person, visit_form(), "week-1", 40)
    assert place.where == ("visit", "week-1", 40)
    assert str(place.participant) == "P0001"
