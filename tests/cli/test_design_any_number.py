"""Any number in any option of ``equipoise design``: a result, or an error with a code."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from equipoise.cli import app
from equipoise.cli.sequential_options import NEEDS

numbers = st.one_of(
    st.sampled_from(["0", "1", "-1", "0.5", "1e-300", "1e300", "inf", "nan", "0.025"]),
    st.floats(0.001, 0.999).map(repr),
    st.floats(1, 60).map(repr),
)
functions = st.sampled_from(
    ["lan-demets-of", "lan-demets-pocock", "hwang-shih-decani", "kim-demets"]
)
families = st.sampled_from(
    ["obrien-fleming", "pocock", "wang-tsiatis", "haybittle-peto"]
)
TARGET = {
    "--alpha": numbers,
    "--power": numbers,
    "--sides": st.sampled_from(["1", "2"]),
}
RULES = {
    "--spending": st.one_of(functions, families),
    "--parameter": numbers,
    "--futility": functions,
    "--futility-parameter": numbers,
}
COMMANDS = {
    "means": (
        ["--difference", "--sd"],
        TARGET
        | dict.fromkeys(
            ("--margin", "--lower", "--upper", "--ratio", "--correlation", "--dropout"),
            numbers,
        )
        | {
            "--hypothesis": st.sampled_from(["noninferiority", "equivalence"]),
            "--layout": st.sampled_from(["paired", "crossover"]),
        },
    ),
    "events": (
        ["--hazard-ratio", "--median", "--accrual", "--follow-up"],
        TARGET
        | RULES
        | dict.fromkeys(("--ratio", "--ramp", "--dropout", "--dropout-time"), numbers)
        | {
            "--looks": st.sampled_from(["0.5,1", "0.3,0.30001,1", "1", "", "x", "1,1"]),
            "--events": st.sampled_from(["20,40", "5", "0,1", "1e9", "nan,1"]),
            "--variance": st.sampled_from(["freedman", "lachin-foulkes"]),
        },
    ),
    "group-sequential": (
        [],
        TARGET
        | RULES
        | {"--endpoint": st.sampled_from(["means", "proportions", "events", "mmrm"])}
        | dict.fromkeys(
            (
                "--difference",
                "--sd",
                "--first",
                "--second",
                "--correlation",
                "--loss",
                "--accrual",
                "--follow-up",
                "--ratio",
                "--dropout",
                "--time-to-outcome",
            ),
            numbers,
        )
        | dict.fromkeys(
            ("--hazard", "--hazard-ratio", "--recruitment"),
            st.one_of(numbers, st.sampled_from(["1x3,0.6", "3x0,2", "x", "0x1,0"])),
        )
        | {"--visits": st.sampled_from(["0", "1", "6", "1000"])},
    ),
    "one-proportion": ([], TARGET | {"--dropout": numbers}),
    "trend": ([], TARGET | {"--dropout": numbers, "--weight": numbers}),
}
ALSO = {
    "means": [(), ("correlation", "dropout"), ("recruitment", "time_to_outcome")],
    "proportions": [(), ("ratio", "dropout"), ("recruitment", "time_to_outcome")],
    "mmrm": [(), ("dropout",), ("ratio",)],
    "events": [(), ("loss",), ("ratio",)],
}
ARGUMENTS = {"group-sequential": 3, "one-proportion": 2, "trend": 3}


@st.composite
def lines(draw: st.DrawFn) -> list[str]:
    """A command with its required and some of its other options."""
    name = draw(st.sampled_from(sorted(COMMANDS)))
    required, optional = COMMANDS[name]
    words = ["design", name]
    for option in required:
        words += [option, draw(numbers)]
    for option in draw(st.lists(st.sampled_from(sorted(optional)), unique=True)):
        words += [option, draw(optional[option])]
    count = ARGUMENTS.get(name, 0)
    values = [draw(numbers) for _ in range(count)]
    if name == "group-sequential" and draw(st.booleans()):  # all that an endpoint needs
        endpoint = draw(st.sampled_from(sorted(NEEDS)))
        words = [*words[:2], "--endpoint", endpoint]
        for needed in (*NEEDS[endpoint], *draw(st.sampled_from(ALSO[endpoint]))):
            option = "--" + needed.replace("_", "-")
            words += [option, draw(optional[option])]
    if name == "group-sequential" and draw(st.booleans()):
        values = ["0.3", draw(st.sampled_from(["0.30001", "0.6", "0.99"])), "1"]
    return [*words, "--json", "--", *values]


@settings(deadline=None, max_examples=100, suppress_health_check=list(HealthCheck))
@given(lines())
def test_no_line_ends_in_a_traceback(words: list[str]) -> None:
    said = CliRunner().invoke(app, words)
    assert said.exception is None or isinstance(said.exception, SystemExit), words
    assert said.exit_code in (0, 1, 2)
    if said.exit_code == 0:
        assert "NaN" not in said.stdout
        assert "Infinity" not in said.stdout
    if said.exit_code == 1:
        assert '"code": "EQ' in said.stdout
