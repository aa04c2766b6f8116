"""Addresses (URLs) of the application, each with its permitted methods."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib.auth.decorators import login_not_required
from django.http.response import HttpResponseBase
from django.urls import (
    URLPattern,
    URLResolver,
    include,
    path,
    re_path,
    register_converter,
)
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from equipoise.conduct.api.interface import api
from equipoise.conduct.pages import (
    account_reset,
    alerts,
    audit,
    consents,
    enrolment,
    export,
    forms,
    health,
    infusion,
    locking,
    participants,
    pharmacy,
    recruitment,
    today,
    users,
)

View = Callable[..., HttpResponseBase]
ONE = "participants/<str:identifier>/"
SLUG = "participants/<slug:identifier>/"
OPEN_TRIAL = "participants/<of-open-trial:identifier>/"
FORM = ONE + "forms/<str:form>/"
FILE = FORM + "files/<int:key>/"
BEDSIDE = ONE + "infusion/<str:visit>/"
PERSON = "people/<str:username>/"
PROPOSAL = "proposals/<int:key>/"
SYRINGE = "syringes/<slug:number>/"
OPENED = "export/unblinded/"
DESTRUCTION = "pharmacy/destructions/<int:entry>/"


def _by(
    allowed: Callable[[View], View], route: str, view: View, name: str, **more: str
) -> URLPattern:
    return path(route, allowed(view), more, name=name)


get = partial(_by, require_safe)
post = partial(_by, require_POST)
both = partial(_by, require_http_methods(["GET", "HEAD", "POST"]))
begin = participants.begin_one
handler500 = "equipoise.conduct.error_responses.answer"
register_converter(enrolment.OfOpenTrial, "of-open-trial")
INTERFACE = api.urls
for operation in INTERFACE[0]:  # each requires a token or a session by itself
    if isinstance(operation, URLPattern):
        login_not_required(operation.callback)

urlpatterns: list[URLPattern | URLResolver] = [
    # Features of allauth that this application does not have: sign-up, and e-mail. These
    # precede allauth's addresses.
    re_path(
        r"^accounts/(signup|email|password/reset|password/set|confirm-email|login/code)",
        users.not_here,
    ),
    path("accounts/password/change/", users.change_password),
    path("accounts/2fa/webauthn/add/", users.add_passkey),
    get("accounts/", users.own_page, "account"),
    post("accounts/reset/read/", account_reset.read, "reset_read"),
    path("accounts/", include("allauth.urls")),
    get("resets/", account_reset.confirmations, "resets"),
    post("resets/<int:key>/", account_reset.confirm_reset, "confirm_reset"),
    post(PROPOSAL + "confirm/", account_reset.confirm, "confirm_proposal"),
    post(PROPOSAL + "refuse/", account_reset.refuse, "refuse_proposal"),
    post(PROPOSAL + "withdraw/", account_reset.withdraw, "withdraw_proposal"),
    post(PROPOSAL + "take/", account_reset.take_role, "take_role"),
    both("setup/", users.set_up, "setup"),
    both("join/<str:account>/<str:token>/", users.join, "join"),
    get("sites/", users.sites, "sites"),
    post("sites/<str:code>/timezone/", users.change_zone, "site_zone"),
    get("people/", users.everyone, "people"),
    post("people/invite/", users.invite_person, "invite"),
    get(PERSON, users.person, "person"),
    post(PERSON + "grant/", users.grant_role, "grant"),
    post(PERSON + "end/<int:key>/", users.end_role, "end_role"),
    post(PERSON + "reset/", users.reset_account, "reset_account"),
    post(PERSON + "close/", users.close_account, "close_account"),
    path("health", health.health, name="health"),
    get("", today.today, "today"),
    get("urgent/", today.urgent, "urgent"),
    both("participants/", participants.screening, "screening"),
    get(ONE, participants.participant, "participant"),
    post(ONE + "account/", users.for_participant, "participant_account"),
    post(ONE + "day0/", participants.day0, "day0"),
    post(ONE + "unscheduled/", begin, "unscheduled", kind="unscheduled"),
    post(ONE + "further/<str:form>/", participants.further, "further"),
    post(ONE + "milestones/", begin, "milestone", kind="milestone"),
    both(ONE + "events/", alerts.events, "events"),
    both(ONE + "alerts/", alerts.alerts, "alerts"),
    post(ONE + "consent/", begin, "reconsent", kind="reconsent"),
    both(ONE + "lock/", locking.lock, "lock"),
    both(ONE + "unlock/", locking.unlock, "unlock"),
    both(SLUG + "randomize/", enrolment.randomize, "randomize"),
    both(SLUG + "unblind/", enrolment.unblind, "unblind"),
    get(OPEN_TRIAL + "treatment/", enrolment.treatment, "treatment"),
    both(FORM, forms.form, "form"),
    post(FORM + "field/", forms.field, "field"),
    post(FORM + "close/", forms.close, "close"),
    post(FORM + "files/", forms.attach, "attach"),
    get(FILE, forms.scan, "scan"),
    post(FILE + "remove/", forms.remove, "scan_remove"),
    get(BEDSIDE, infusion.infusion, "infusion"),
    get(BEDSIDE + "alerts/", infusion.alerts, "infusion_alerts"),
    post(BEDSIDE + "do/<str:deed>/", infusion.deed, "infusion_deed"),
    both("consent/", consents.versions, "consents"),
    post("consent/approve/", consents.approve_version, "consent_approve"),
    get("recruitment/", recruitment.recruitment, "recruitment"),
    post("recruitment/close/", recruitment.close, "close-recruitment"),
    post("recruitment/reopen/", recruitment.reopen, "reopen-recruitment"),
    both("list/", enrolment.sealed_list, "sealed-list"),
    get("pharmacy/", pharmacy.pharmacy, "pharmacy"),
    both("pharmacy/record/", pharmacy.record, "syringe-record"),
    both("pharmacy/stock/", pharmacy.stock, "stock"),
    both("pharmacy/stock/<int:lot>/", pharmacy.lot, "lot"),
    post(DESTRUCTION, pharmacy.confirm_destruction, "confirm-destruction"),
    both("pharmacy/<slug:identifier>/<slug:visit>/", pharmacy.prepare, "prepare"),
    both(SYRINGE, pharmacy.syringe, "syringe"),
    post(SYRINGE + "move/", pharmacy.move_syringe, "move-syringe"),
    get(SYRINGE + "label/", pharmacy.label, "label"),
    get("lock/", locking.locks, "locks"),
    both("lock/all/", locking.lock_all, "lock-all"),
    post("lock/unblinding/", locking.unblinding, "unblinding"),
    get("audit/", audit.audit, "audit"),
    get("audit/<slug:chain>/", audit.chain, "audit-chain"),
    path("api/", INTERFACE),
    get("export/", export.page, "export"),
    post("export/file/", export.file, "export-file"),
    get("export/making/", export.progress, "export-making"),
    post("export/making/start/", export.start, "export-start"),
    post("export/making/file/", export.made, "export-made"),
    post(OPENED, export.unblinded, "export-unblinded"),
    post(OPENED + "start/", export.start_unblinded, "export-unblinded-start"),
    post(OPENED + "made/", export.made_unblinded, "export-unblinded-made"),
    post("export/tokens/", export.token, "export-token"),
    post("export/tokens/<int:number>/revoke/", export.drop, "export-drop"),
]
