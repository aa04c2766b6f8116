"""Example data: what they are said to be, and written by their scripts."""

import runpy
from importlib import resources

import pytest

import equipoise as eq
from equipoise.errors import LibraryError
from equipoise.library.examples import EXAMPLES, example_text, starting_trial
from tests.architecture.source import ROOT
from tests.shared_data import SHARED


def test_each_example_is_a_data_frame() -> None:
    shapes = {name: eq.load_example(name).shape for name in EXAMPLES}
    assert shapes == {
        "antidepressant": (608, 11),
        "feder2021": (89, 6),
        "one-infusion": (68, 22),
        "relapse": (200, 6),
    }


def test_an_unknown_example_is_answered_with_the_known_ones() -> None:
    with pytest.raises(LibraryError, match="EQ001") as refusal:
        eq.load_example("antidepresant")
    assert set(refusal.value.problems[0].fix.split(": ")[1].split(", ")) == set(
        EXAMPLES
    )


def test_the_simulated_examples_are_written_by_their_script() -> None:
    written = runpy.run_path(str(ROOT / "docs" / "example_data.py"))["files"]()
    for name, text in written.items():
        assert example_text(name.removesuffix(".csv")) == text


def test_the_real_trial_is_the_public_file() -> None:
    public = SHARED / "data" / "antidepressant_data.csv"
    if not public.exists():
        pytest.skip(f"../shared/data/{public.name} is not on this machine")
    assert example_text("antidepressant") == public.read_text("utf-8")


def test_each_file_names_its_source_and_license() -> None:
    folder = resources.files("equipoise.library") / "data"
    table = (folder / "README.md").read_text("utf-8")
    for file in folder.iterdir():
        if file.name.endswith(".csv"):
            (row,) = [r for r in table.splitlines() if r.startswith(f"| `{file.name}")]
            assert "Apache-2.0" in row


def test_the_starting_trial_is_that_of_the_tutorial() -> None:
    for name, content in starting_trial().items():
        if name != "README.md":
            assert (ROOT / "docs/tutorials/your-trial" / name).read_bytes() == content
