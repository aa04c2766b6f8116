"""Each code of an error is raised somewhere, and each one raised is known."""

import re

from equipoise.errors import CODES
from tests.architecture.source import PACKAGE_FILES

RAISED = {
    code: source.name
    for source in PACKAGE_FILES
    if "codes" not in source.path.stem
    for code in re.findall(r"\"(EQ\d{3})\"", source.text)
}


def test_each_code_that_is_raised_is_known() -> None:
    assert {code: where for code, where in RAISED.items() if code not in CODES} == {}


def test_each_code_is_raised_or_retired() -> None:
    idle = [
        code
        for code, row in CODES.items()
        if code not in RAISED and "retired" not in row.meaning
    ]
    assert idle == []
