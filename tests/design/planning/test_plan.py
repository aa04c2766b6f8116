"""A plan of any question: its block is TOML whatever its texts hold."""

import tomllib

from equipoise.design.planning.plan import Assumption, Plan


def test_a_source_with_quotes_and_backslashes_is_kept() -> None:
    said = 'Feder "2021", C:\\data\nSD'
    plan = Plan(
        question="means", solved_for="size", participants=10, power=0.8,
        protocol="", sap="", assumptions=(Assumption("sd", 1, "", said),),
    )  # fmt: skip
    block = tomllib.loads(plan.size_block())["size"]
    assert block["assumptions"][0]["source"] == said
    assert plan.to_json()["seed"] is None
