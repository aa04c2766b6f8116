"""Numbers that CAMIS prints of SAS, R and East, each against ours.

CAMIS (PSIAIMS/CAMIS, Apache-2.0) compares the same analyses in SAS, R and Python. Each
module here has the way to the numbers of one of its methods: ``METHOD`` says which.
``python -m tests.camis.page`` writes the page of the documentation from them.
"""

from tests.camis import (
    ancova,
    cmh,
    counts,
    estimating_equations,
    imputation,
    mmrm,
    ranks,
    sequential,
    survival,
    two_proportions,
    weighted_log_rank,
)
from tests.camis.printed import Method

METHODS: tuple[Method, ...] = (
    mmrm.METHOD,
    imputation.METHOD,
    ancova.METHOD,
    two_proportions.METHOD,
    cmh.METHOD,
    ranks.METHOD,
    counts.METHOD,
    estimating_equations.METHOD,
    survival.METHOD,
    weighted_log_rank.METHOD,
    sequential.METHOD,
)
