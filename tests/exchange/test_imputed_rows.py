"""Imputed rows and dates: see also test_long_items.py for what a reader of data meets."""

import pandas as pd

from equipoise.exchange.files import Source
from equipoise.exchange.imputed_rows import imputed
from tests.exchange.small import one_file

HOW = one_file('schema = 1\nparticipant = { column = "USUBJID" }\n')


def test_a_column_dtype_outside_adam_is_of_no_concern() -> None:
    cells = pd.DataFrame({"USUBJID": ["1"], "DTYPE": ["LOCF"]}, dtype="string")
    assert not list(imputed(Source("x.csv", cells), HOW))
    bds = cells.assign(PARAMCD="TOT").astype("string")
    (problem,) = imputed(Source("x.csv", bds), HOW)
    assert problem.code == "EQ357"
