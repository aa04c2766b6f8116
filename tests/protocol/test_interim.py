"""``[interim]`` in its shortest form."""

from tests.protocol.faults import found, read
from tests.protocol.test_interim_refusal import PLAN, SIZE


def test_the_spelling_of_other_software_and_what_the_protocol_states_elsewhere() -> (
    None
):
    """The shortest plan is the same content as the one that states all of it."""
    short = '[interim]\nrule = "lan-demets-of"\nlooks = [0.5, 1.0]\n'
    plan, whole = read((SIZE, short + SIZE))[0], read((SIZE, PLAN + SIZE))[0]
    assert plan is not None
    assert whole is not None
    assert plan.interim is not None
    assert plan.interim.model_copy(update={"assumed": True}) == whole.interim
    # Without a power in [size] there is none to take over.
    unsized = ('name = "power"\n', 'name = "drop-out"\n')
    assert ("EQ102", "interim.power") in found((SIZE, short + SIZE), unsized)


def test_one_of_several_primary_endpoints_is_named() -> None:
    short = '[interim]\nrule = "lan-demets-of"\nlooks = [0.5, 1.0]\n'
    second = (
        'label = "Response at week 2 (CAPS-5 reduced by at least 30%)"\nlevel = "',
        'label = "Response at week 2 (CAPS-5 reduced by at least 30%)"\nlevel = "primary"'
        '\n# "',
    )
    assert ("EQ102", "interim.endpoint") in found((SIZE, short + SIZE), second)
