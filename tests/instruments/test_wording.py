"""The wording of an instrument fits it, or is refused with every misfit at once."""

import pytest

from equipoise import library
from equipoise.errors import InstrumentError
from equipoise.instruments.load import parse_instrument
from equipoise.instruments.wording import parse_wording
from tests.instruments.small import small

INSTRUMENT = small()
HEAD = f'schema = 1\ninstrument = "{INSTRUMENT.id}"\nsource = "ours"\n'
ITEM = next(iter(INSTRUMENT.items.values()))
LOW = ITEM.allowed[0]


def test_an_item_has_its_own_anchors_or_those_of_the_form() -> None:
    text = f"""{HEAD}
    [anchors]
    {LOW} = "None"
    [items]
    {ITEM.id} = {{ text = "How much?", anchors = {{ {LOW} = "None at all" }} }}
    """
    made = parse_wording(text, INSTRUMENT, origin="x")
    assert made.of(ITEM.id).text == "How much?"
    assert made.of(ITEM.id).anchors == {f"{LOW}": "None at all"}
    other = next(name for name in INSTRUMENT.items if name != ITEM.id)
    assert made.of(other).text is None
    assert made.of(other).anchors == {f"{LOW}": "None"}


def test_everything_that_does_not_fit_is_said_at_once() -> None:
    text = f"""{HEAD}
    [anchors]
    99 = "More than all"
    [items]
    nosuch = "Which?"
    {ITEM.id} = {{ anchors = {{ 77 = "Nothing" }} }}
    """
    with pytest.raises(InstrumentError) as refused:
        parse_wording(text, INSTRUMENT, origin="wording/small.toml")
    said = " ".join(problem.what for problem in refused.value.problems)
    assert {problem.code for problem in refused.value.problems} == {"EQ207"}
    assert {p.where for p in refused.value.problems} == {"wording/small.toml"}
    for misfit in ("'99'", "'nosuch'", "'77'"):
        assert misfit in said


@pytest.mark.parametrize(
    ("text", "code", "word"),
    [
        ("schema = ", "EQ200", ""),
        (f'{HEAD}questions = "x"', "EQ207", "questions"),
        (HEAD.replace(INSTRUMENT.id, "another"), "EQ207", "another"),
        ("schema = 1", "EQ207", "instrument"),
        (f"{HEAD}items = 3", "EQ207", "items"),
    ],
)
def test_what_is_no_wording_of_the_instrument_is_refused(
    text: str, code: str, word: str
) -> None:
    with pytest.raises(InstrumentError, match=code) as refused:
        parse_wording(text, INSTRUMENT, origin="x")
    assert word in str(refused.value)


@pytest.mark.parametrize("name", library.names("wording"))
def test_the_wording_of_the_library_is_whole_and_says_so(name: str) -> None:
    instrument = parse_instrument(library.text("instruments", name), origin=name)
    made = parse_wording(library.text("wording", name), instrument, origin=name)
    assert instrument.licence.wording_shipped
    assert made.items.keys() == instrument.items.keys()
    for name_, item in instrument.items.items():
        assert made.of(name_).anchors.keys() == {f"{v}" for v in item.allowed}


def test_no_instrument_claims_a_wording_that_is_not_there() -> None:
    shipped = {
        name
        for name in library.names("instruments")
        if parse_instrument(
            library.text("instruments", name), origin=name
        ).licence.wording_shipped
    }
    assert shipped == set(library.names("wording")) == {"pcl5"}
