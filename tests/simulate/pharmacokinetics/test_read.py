"""Drug files: what is wrong is refused with its place."""

import pytest

from equipoise import library
from equipoise.errors import SimulationError
from equipoise.simulate.pharmacokinetics.read import parse_drug

TEXT = library.text("drugs", "ketamine")


@pytest.mark.parametrize("name", library.names("drugs"))
def test_every_drug_of_the_library_can_be_read(name: str) -> None:
    drug = parse_drug(library.text("drugs", name), origin=name)
    assert drug.model().id == drug.default


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("schema = 1", "schema = ", "EQ601"),
        ("volumes = [1.7522]", "volumes = [-1.7522]", "EQ602"),
        ("rates = [0.0109, 0.0186, 0.0137]", "rates = [0.0109, 0.0186]", "EQ602"),
        ("rates = [0.0109, 0.0186, 0.0137]", "clearances = [1.0]", "EQ602"),
        ("rates = [0.0109, 0.0186, 0.0137]\n", "", "EQ602"),
        ("omega2 = 0.06\nassumed = true", "omega2 = 0.06", "EQ603"),
        ('default = "clements"', 'default = "nobody"', "EQ631"),
    ],
)
def test_each_fault_has_its_code(old: str, new: str, code: str) -> None:
    assert old in TEXT
    with pytest.raises(SimulationError) as caught:
        parse_drug(TEXT.replace(old, new, 1), origin="drug.toml")
    assert code in {problem.code for problem in caught.value.problems}
