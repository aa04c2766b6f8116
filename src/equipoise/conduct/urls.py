"""Every address of the application."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import (
    URLPattern,
    URLResolver,
    include,
    path,
    re_path,
    register_converter,
)

from equipoise.conduct.api.interface import api
from equipoise.conduct.pages import (
    alerts,
    auditing,
    closing,
    consents,
    enrolment,
    exporting,
    forms,
    health,
    infusion,
    making,
    participants,
    people,
    pharmacy,
    recruitment,
    resets,
    stock,
    today,
)

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

begin = participants.begin_one
handler500 = "equipoise.conduct.refusals.answer"
register_converter(enrolment.OfOpenTrial, "of-open-trial")
INTERFACE = api.urls
for operation in INTERFACE[0]:  # each asks for a token or a session by itself
    if isinstance(operation, URLPattern):
        login_not_required(operation.callback)

urlpatterns: list[URLPattern | URLResolver] = [
    # What allauth offers and this application does not: nobody signs up, and nothing is
    # sent by mail. These stand before allauth's own addresses.
    re_path(
        r"^accounts/(signup|email|password/reset|password/set|confirm-email|login/code)",
        people.not_here,
    ),
    path("accounts/password/change/", people.change_password),
    path("accounts/2fa/webauthn/add/", people.add_passkey),
    path("accounts/", people.own, name="account"),
    path("accounts/reset/read/", resets.read, name="reset_read"),
    path("accounts/", include("allauth.urls")),
    path("resets/", resets.resets, name="resets"),
    path("resets/<int:key>/", resets.confirm_reset, name="confirm_reset"),
    path(PROPOSAL + "confirm/", resets.confirm, name="confirm_proposal"),
    path(PROPOSAL + "refuse/", resets.refuse, name="refuse_proposal"),
    path(PROPOSAL + "withdraw/", resets.withdraw, name="withdraw_proposal"),
    path(PROPOSAL + "take/", resets.take_role, name="take_role"),
    path("setup/", people.set_up, name="setup"),
    path("join/<str:account>/<str:token>/", people.join, name="join"),
    path("sites/", people.sites, name="sites"),
    path("sites/<str:code>/timezone/", people.change_zone, name="site_zone"),
    path("people/", people.everyone, name="people"),
    path("people/invite/", people.invite_person, name="invite"),
    path(PERSON, people.person, name="person"),
    path(PERSON + "grant/", people.grant_role, name="grant"),
    path(PERSON + "end/<int:key>/", people.end_role, name="end_role"),
    path(PERSON + "reset/", people.reset_account, name="reset_account"),
    path(PERSON + "close/", people.close_account, name="close_account"),
    path("health", health.health, name="health"),
    path("", today.today, name="today"),
    path("urgent/", today.urgent, name="urgent"),
    path("participants/", participants.screening, name="screening"),
    path(ONE, participants.participant, name="participant"),
    path(ONE + "account/", people.for_participant, name="participant_account"),
    path(ONE + "day0/", participants.day0, name="day0"),
    path(ONE + "unscheduled/", begin, {"kind": "unscheduled"}, name="unscheduled"),
    path(ONE + "further/<str:form>/", participants.further, name="further"),
    path(ONE + "milestones/", begin, {"kind": "milestone"}, name="milestone"),
    path(ONE + "events/", alerts.events, name="events"),
    path(ONE + "alerts/", alerts.alerts, name="alerts"),
    path(ONE + "consent/", begin, {"kind": "reconsent"}, name="reconsent"),
    path(ONE + "lock/", closing.lock, name="lock"),
    path(ONE + "unlock/", closing.unlock, name="unlock"),
    path(SLUG + "randomize/", enrolment.randomize, name="randomize"),
    path(SLUG + "unblind/", enrolment.unblind, name="unblind"),
    path(OPEN_TRIAL + "treatment/", enrolment.treatment, name="treatment"),
    path(FORM, forms.form, name="form"),
    path(FORM + "field/", forms.field, name="field"),
    path(FORM + "close/", forms.close, name="close"),
    path(FORM + "files/", forms.attach, name="attach"),
    path(FILE, forms.scan, name="scan"),
    path(FILE + "remove/", forms.remove, name="scan_remove"),
    path(BEDSIDE, infusion.infusion, name="infusion"),
    path(BEDSIDE + "alerts/", infusion.alerts, name="infusion_alerts"),
    path(BEDSIDE + "do/<str:deed>/", infusion.deed, name="infusion_deed"),
    path("consent/", consents.versions, name="consents"),
    path("consent/approve/", consents.approve_version, name="consent_approve"),
    path("recruitment/", recruitment.recruitment, name="recruitment"),
    path("recruitment/close/", recruitment.close, name="close-recruitment"),
    path("recruitment/reopen/", recruitment.reopen, name="reopen-recruitment"),
    path("list/", enrolment.sealed_list, name="sealed-list"),
    path("pharmacy/", pharmacy.pharmacy, name="pharmacy"),
    path("pharmacy/record/", pharmacy.record, name="syringe-record"),
    path("pharmacy/stock/", stock.stock, name="stock"),
    path("pharmacy/stock/<int:lot>/", stock.lot, name="lot"),
    path(DESTRUCTION, stock.confirm, name="confirm-destruction"),
    path("pharmacy/<slug:identifier>/<slug:visit>/", pharmacy.prepare, name="prepare"),
    path(SYRINGE, pharmacy.syringe, name="syringe"),
    path(SYRINGE + "move/", pharmacy.move_syringe, name="move-syringe"),
    path(SYRINGE + "label/", pharmacy.label, name="label"),
    path("lock/", closing.locks, name="locks"),
    path("lock/all/", closing.lock_all, name="lock-all"),
    path("lock/unblinding/", closing.unblinding, name="unblinding"),
    path("audit/", auditing.audit, name="audit"),
    path("audit/<slug:chain>/", auditing.chain, name="audit-chain"),
    path("api/", INTERFACE),
    path("export/", exporting.page, name="export"),
    path("export/file/", exporting.file, name="export-file"),
    path("export/making/", making.page, name="export-making"),
    path("export/making/start/", making.start, name="export-start"),
    path("export/making/file/", making.file, name="export-made"),
    path(OPENED, exporting.unblinded, name="export-unblinded"),
    path(OPENED + "start/", making.start_unblinded, name="export-unblinded-start"),
    path(OPENED + "made/", making.unblinded, name="export-unblinded-made"),
    path("export/tokens/", exporting.token, name="export-token"),
    path("export/tokens/<int:number>/revoke/", exporting.drop, name="export-drop"),
]
