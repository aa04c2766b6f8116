"""Datasets of CDISC by their own names."""

import pandas as pd
import pytest

from equipoise.exchange import cdisc
from equipoise.exchange.files import Source


@pytest.mark.parametrize(
    ("columns", "domain", "kind"),
    [
        ("USUBJID DOMAIN AETERM", "AE", "AE"),
        ("USUBJID DOMAIN QSTESTCD", "QS", "QS"),
        ("USUBJID PARAMCD AVAL", "", "BDS"),
        ("USUBJID AETERM TRTA", "", "ADAE"),
        ("USUBJID TRT01P AGE", "", "ADSL"),
        ("USUBJID RDOMAIN QNAM QVAL", "DM", "SUPP"),
        ("SUBJID DOMAIN", "DM", None),
        ("USUBJID score", "", None),
        ("USUBJID QSTESTCD QSORRES QSSTRESN", "", "QS"),
        ("USUBJID VSTESTCD VSORRES", "", "VS"),
        ("USUBJID QSTESTCD", "", None),
    ],
)
def test_a_dataset_is_known_by_its_columns(
    columns: str, domain: str, kind: str | None
) -> None:
    names = columns.split()
    cells = pd.DataFrame([[domain] * len(names)], columns=names, dtype="string")
    assert cdisc.dataset(Source("x.csv", cells)) == kind


def test_every_reason_names_a_column_and_unknown_columns_have_none() -> None:
    assert cdisc.reason("AESEQ") == "number of the record"
    assert cdisc.reason("CHG") == "derived from the values"
    assert cdisc.reason("SCORE") is None
