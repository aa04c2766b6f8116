"""Which field stands behind a column of a labelled export."""

from hypothesis import given
from hypothesis import strategies as st

from equipoise.exchange.dictionary import Field
from equipoise.exchange.redcap_labels import raw_names

FIELDS = {
    one.name: one
    for one in (
        Field("record_id", "start", label="Record ID"),
        Field("visit_date", "start", label="Date"),
        Field("ill", "start", "checkbox", "Ill", {"1": "Pain", "-99": "Unknown"}),
        Field("advice", "start", "descriptive", "Date"),
        Field("madrs_date", "madrs", label="Date"),
        Field("madrs_1", "madrs", label="Sadness"),
    )
}
LABELS = [
    *("Record ID", "Event Name", "Date", "Ill (choice=Pain)", "Ill (choice=Unknown)"),
    *("Complete?", "Date (2)", "Sadness", "Complete? (2)"),
]
NAMES = ["record_id", "visit_date", "ill___1", "ill____99", "start_complete"]
NAMES += ["madrs_date", "madrs_1", "madrs_complete"]


def test_the_same_label_on_two_forms() -> None:
    found = raw_names(LABELS, FIELDS)
    assert "Event Name" not in found
    assert list(found.values()) == NAMES or set(found.values()) == set(NAMES)
    assert found["Date (2)"] == "madrs_date"
    assert found["Complete?"] == "start_complete"


def test_a_raw_export_names_itself() -> None:
    assert raw_names([*NAMES, "other"], FIELDS) == {name: name for name in NAMES}


def test_a_deleted_column_is_not_replaced_by_its_namesake() -> None:
    """Without the first date, the only "Date" stands behind the fields of its form."""
    rest = ["Record ID", "Ill (choice=Pain)", "Complete?", "Date", "Sadness"]
    found = raw_names(rest, FIELDS)
    assert found["Date"] == "madrs_date"
    assert raw_names(["Date"], FIELDS) == {}  # which one cannot be known


@given(st.sets(st.sampled_from(LABELS)))
def test_no_column_gets_the_name_of_another(kept: set[str]) -> None:
    """Law: whatever columns are deleted, a column has its own field, or none."""
    truth = dict(zip([c for c in LABELS if c != "Event Name"], NAMES, strict=True))
    columns = [column for column in LABELS if column in kept]
    # A file numbers its own repetitions: the first that remains has no number.
    shown: list[str] = []
    for column in columns:
        base = column.removesuffix(" (2)")
        shown.append(f"{base} (2)" if base in shown else base)
    found = raw_names(shown, FIELDS)
    for column, label in zip(columns, shown, strict=True):
        assert found.get(label) in (None, truth.get(column))
