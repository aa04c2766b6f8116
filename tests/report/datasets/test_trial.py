from equipoise.report.datasets.trial import (
    Trial,
    arm_variables,
    parameter_variables,
)
from tests.analyze.feder import feder
from tests.analyze.small import TEXT, data, protocol
from tests.report import made


def test_names_are_short_and_no_two_are_equal() -> None:
    trial = Trial(feder(), made.data())
    flags = [name for pair in trial.flags.values() for name in pair]
    names = [*trial.characteristics.values(), *flags]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 8 for name in [*names, *trial.parameters.values()])
    assert trial.flags["itt"] == ("ITTFL", "ITTRS")
    assert trial.flags["safety"] == ("SAFFL", "SAFRS")
    assert len(set(trial.parameters.values())) == len(feder().endpoints)


def test_the_arm_as_analyzed_is_missing_outside_the_set() -> None:
    known = data(drugs={"A1": "active drug", "P1": "active drug"})
    trial = Trial(protocol(), known)
    safety = trial.analyzed_as(trial.protocol.endpoint("harm"))
    people = known.participants["participant"]
    columns = trial.arm_columns(people, safety)
    as_analyzed = columns["TRTAID"].set_axis(people)
    randomized = dict(zip(people, columns["ARMCD"], strict=True))
    assert (randomized["P1"], as_analyzed["P1"]) == ("placebo", "active")
    assert randomized["A2"] == "active"
    assert as_analyzed.isna()["A2"]


def test_a_set_that_is_not_known_analyzes_nobody() -> None:
    trial = Trial(protocol(), data(drugs={}))
    assert trial.analyzed_as(trial.protocol.endpoint("harm")).empty


def test_codes_of_arms_and_parameters_are_explained() -> None:
    trial = Trial(protocol(), data())
    arms = {v.name: v for v in arm_variables(trial)}
    assert arms["TRTA"].values == "Active; Placebo"
    assert arms["TRTAID"].values == "active = Active; placebo = Placebo"
    assert arms["TRTAN"].values == "1 = Active; 2 = Placebo"
    code, label, endpoint = parameter_variables(trial, "binary")
    assert code.values.startswith("RESPONSE = Response")
    assert endpoint.values.startswith("response = Response")
    assert label.name == "PARAM"


def test_covariates_are_those_that_endpoints_use() -> None:
    trial = Trial(feder(), made.data())
    assert trial.covariates(trial.of_type("continuous")) == []
    [age] = trial.covariate_variables(["age"])
    assert (age.name, age.type) == ("AGE", "Num")


def test_a_parameter_is_named_after_its_score() -> None:
    trial = Trial(feder(), made.data())
    assert trial.parameters["caps5_change"] == "CAPS5TOT"
    assert trial.parameter_labels["caps5_change"] == "CAPS-5 total severity"
    assert trial.parameters["relapse"] == "RELAPSE"


def test_two_endpoints_on_one_score_are_told_apart() -> None:
    head, mark, rest = TEXT.partition('[[endpoints]]\nid = "change"')
    block, again, after = rest.partition("[[endpoints]]")
    second = '[[endpoints]]\nid = "later"' + block.replace(
        '"primary"', '"secondary"', 1
    )
    trial = Trial(protocol(head + mark + block + second + again + after), data())
    codes = [trial.parameters["change"], trial.parameters["later"]]
    assert len(set(codes)) == 2
    assert codes[1] == codes[0][:7] + "2"
    labels = [trial.parameter_labels[name] for name in ("change", "later")]
    assert all(": " in label for label in labels)
