"""All commands of ``equipoise design``: no impossible number, no option without effect."""

import inspect
import json

import pytest
import typer
from typer.testing import CliRunner, Result

from equipoise.cli import app
from equipoise.cli import design as group

COMMANDS = {
    f"{name} {inner}".strip(): made
    for name, command in typer.main.get_command(group.app).commands.items()  # type: ignore[attr-defined]
    for inner, made in getattr(command, "commands", {"": command}).items()
}
LINES = {  # a valid line for each command, as far as the parsing of its options
    "means": "--difference 5 --sd 10",
    "mmrm": "--difference 5 --sd 10 --correlation 0.5 --visits 4",
    "clusters": "--difference 5 --sd 10 --cluster-size 6 --icc 0.05",
    "factorial": "--first 5 --second 4 --sd 10",
    "assurance": "--estimate 5 --se 2 --sd 10",
    "proportions": "0.5 0.3",
    "one-proportion": "0.05 0.2",
    "trend": "0.1 0.2 0.3",
    "events": "--hazard-ratio 0.5 --median 28 --accrual 365 --follow-up 182",
    "counts": "0.5 0.8",
    "group-sequential": "0.5 1 --endpoint means --difference 5 --sd 10",
    "maintenance": "feder2021",
    "doses": "5 12 --sd 10 --trials 400",
    "adaptive": "0.3 0.5 --n 100",
    "noninferiority means": "--difference 0 --sd 10 --margin 3",
    "noninferiority proportions": "0.85 0.85 --margin 0.1",
    "noninferiority events": "--hazard-ratio 0.9 --margin 1.5 --median 28 "
    "--accrual 365 --follow-up 182",
    "equivalence means": "--difference 0 --sd 10 --margin 3",
    "equivalence proportions": "0.5 0.5 --margin 0.2",
    "equivalence events": "--hazard-ratio 0.9 --margin 1.5 --median 28 "
    "--accrual 365 --follow-up 182",
}
OTHER = {  # a value that an option may have, other than its default
    "difference": "6", "sd": "11", "n": "100", "hypothesis": "noninferiority",
    "layout": "paired", "margin": "4", "lower": "-4", "upper": "4", "power": "0.85",
    "alpha": "0.01", "sides": "1", "ratio": "2", "correlation": "0.4", "dropout": "0.2",
    "source": "Feder2021", "rate": "4", "site": "A=2@3",
    "last_visit": "3", "time_unit": "weeks",
    "infusions": "6", "ratings": "9", "cost_participant": "100", "cost_infusion": "50",
    "cost_rating": "20", "test": "score", "missing": "excluded", "hazard_ratio": "0.6",
    "hazard": "0.1", "median": "30", "accrual": "300", "follow_up": "200",
    "ramp": "20", "dropout_time": "90", "looks": "0.5,1", "planned": "20,40",
    "spending": "pocock", "parameter": "2", "futility": "lan-demets-of",
    "futility_parameter": "2", "binding": "", "variance": "freedman",
    "endpoint": "proportions", "first": "0.5", "second": "0.4", "visits": "3", "decay": "",
    "loss": "0.1", "recruitment": "4", "time_to_outcome": "3", "score": "2",
    "weight": "2", "estimate": "6", "se": "3", "sceptical": "0.2", "sceptical_sd": "1",
    "exposure": "2", "dispersion": "0.7", "cluster_size": "8", "icc": "0.1",
    "variation": "0.4", "clustered": "first", "interaction": "2",
    "primary": "interaction", "success": "any", "multiplicity": "holm",
    "second_ratio": "2", "fraction": "0.4", "keep": "2", "binary": "", "estimated": "",
    "trials": "500", "seed": "2",
}  # fmt: skip
OF_DOSES = {"futility": "0", "first": "12", "second": "12", "test": "pooled"}
EXACT = ("means", "mmrm", "clusters", "factorial", "assurance", "proportions",
         "one-proportion", "trend", "events", "counts", "group-sequential", "doses",
         *(n for n in LINES if " " in n))  # fmt: skip


def run(words: str) -> Result:
    return CliRunner().invoke(app, ["design", *words.split()])


def options(name: str):
    return [p for p in COMMANDS[name].params if p.param_type_name == "option"]


def test_every_command_has_a_line() -> None:
    assert set(LINES) == set(COMMANDS)


def kind(name: str, parameter: str) -> str:
    signature = inspect.signature(COMMANDS[name].callback, eval_str=True)
    return str(signature.parameters[parameter].annotation)


NUMBERS = [
    (name, param.opts[0])
    for name in LINES
    for param in options(name)
    if "float" in kind(name, param.name)
]


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e12"])
@pytest.mark.parametrize(("name", "option"), NUMBERS)
def test_an_impossible_number_is_refused_by_its_name(
    name: str, option: str, value: str
) -> None:
    made = run(
        f"{name} {option}={value} {LINES[name]}".replace("--difference 5", "").replace(
            "--difference 0", ""
        )
        if option == "--difference"
        else f"{name} {LINES[name]} {option}={value}"
    )
    assert made.exit_code == 1, made.output
    assert f"EQ801 {option} is {float(value):g}" in made.stderr


@pytest.mark.parametrize(
    ("name", "option"), [(name, p) for name in EXACT for p in options(name)],
    ids=lambda x: x if isinstance(x, str) else x.opts[0],
)  # fmt: skip
def test_an_option_changes_the_plan_or_is_refused(name: str, option) -> None:
    """An option that is accepted and changes nothing misleads the planner."""
    if option.name in ("as_json", "help", "out"):
        return
    plain = run(f"{name} {LINES[name]} --json").stdout
    value = (OTHER | (OF_DOSES if name == "doses" else {}))[option.name]
    changed = run(f"{name} {LINES[name]} {option.opts[0]} {value} --json")
    assert changed.exit_code in (0, 1), changed.output
    if changed.exit_code == 1:
        assert json.loads(changed.stdout)["problems"][0]["code"].startswith("EQ")
    assert changed.stdout != plain
