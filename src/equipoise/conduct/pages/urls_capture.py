"""Addresses of what sites look at."""

from __future__ import annotations

from django.urls import path

from equipoise.conduct.pages import (
    alerts,
    attachments,
    closing,
    consents,
    events,
    forms,
    infusion,
    participants,
    recruitment,
    today,
)

ONE = "participants/<str:identifier>/"
FORM = ONE + "forms/<str:form>/"
BEDSIDE = ONE + "infusion/<str:visit>/"

urlpatterns = [
    path("", today.today, name="today"),
    path("urgent/", today.urgent, name="urgent"),
    path("participants/", participants.screening, name="screening"),
    path(ONE, participants.participant, name="participant"),
    path(ONE + "day0/", participants.day0, name="day0"),
    path(ONE + "unscheduled/", participants.add_visit, name="unscheduled"),
    path(ONE + "further/<str:form>/", participants.further, name="further"),
    path(ONE + "milestones/", participants.milestone, name="milestone"),
    path(ONE + "lock/", closing.lock, name="lock"),
    path(ONE + "unlock/", closing.unlock, name="unlock"),
    path("lock/", closing.locks, name="locks"),
    path("lock/all/", closing.lock_all, name="lock-all"),
    path("lock/unblinding/", closing.unblinding, name="unblinding"),
    path(ONE + "events/", events.events, name="events"),
    path(ONE + "alerts/", alerts.alerts, name="alerts"),
    path(FORM, forms.form, name="form"),
    path(FORM + "field/", forms.field, name="field"),
    path(FORM + "close/", forms.close, name="close"),
    path(FORM + "files/", attachments.attach, name="attach"),
    path(FORM + "files/<int:key>/", attachments.scan, name="scan"),
    path(FORM + "files/<int:key>/remove/", attachments.remove, name="scan_remove"),
    path(ONE + "consent/", consents.renew, name="reconsent"),
    path("consent/", consents.versions, name="consents"),
    path("consent/approve/", consents.approve_version, name="consent_approve"),
    path(BEDSIDE, infusion.infusion, name="infusion"),
    path(BEDSIDE + "alerts/", infusion.alerts, name="infusion_alerts"),
    path(BEDSIDE + "do/<str:deed>/", infusion.deed, name="infusion_deed"),
    path("recruitment/", recruitment.recruitment, name="recruitment"),
    path("recruitment/close/", recruitment.close, name="close-recruitment"),
    path("recruitment/reopen/", recruitment.reopen, name="reopen-recruitment"),
]
