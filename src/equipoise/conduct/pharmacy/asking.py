"""Whether the investigator is asked before anything is prepared for a participant.

The pharmacy learns that there is something to ask, and not what it is.
"""

from __future__ import annotations

from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.current import current
from equipoise.conduct.capture.eligibility import judge
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.study.protocols import in_force

TEST, RESULT, POSITIVE = "pregnancy-test", "LBORRES", "positive"  # of the library
ATTESTED = ("eligibility", "characteristics")


def must_ask(person: Participant) -> bool:
    """Whether the record speaks against treatment that was not stopped.

    It does if the last pregnancy test was positive, or if a criterion of eligibility that
    is attested, or worked out from the characteristics, no longer allows it. A void form
    says nothing.
    """
    name = person.identifier
    tests = Entry.objects.filter(chain=name, form__startswith=f"{TEST}#", item=RESULT)
    forms = set(tests.values_list("form", flat=True))
    known = current(name, (*ATTESTED, *forms))
    results = [
        fields[RESULT]
        for (form, _, _), fields in known.values.items()
        if form in forms and RESULT in fields
    ]
    last = max(results, key=lambda one: one.seq, default=None)
    if last is not None and last.value == POSITIVE:
        return True
    judged = judge(in_force(), known)
    return any(one.met is not None and not one.allows for one in judged)
