"""Addresses of randomization, pharmacy, unblinding and audit."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter

from equipoise.conduct.pages import (
    auditing,
    enrolment,
    pharmacy,
    stock,
    treatment,
    unblinding,
)

register_converter(treatment.OfOpenTrial, "of-open-trial")

urlpatterns: list[URLPattern] = [
    path(
        "participants/<slug:identifier>/randomize/",
        enrolment.randomize,
        name="randomize",
    ),
    path(
        "participants/<of-open-trial:identifier>/treatment/",
        treatment.treatment,
        name="treatment",
    ),
    path("list/", enrolment.sealed_list, name="sealed-list"),
    path("participants/<slug:identifier>/unblind/", unblinding.unblind, name="unblind"),
    path("pharmacy/", pharmacy.pharmacy, name="pharmacy"),
    path("pharmacy/record/", pharmacy.record, name="syringe-record"),
    path("pharmacy/stock/", stock.stock, name="stock"),
    path("pharmacy/stock/<int:lot>/", stock.lot, name="lot"),
    path(
        "pharmacy/destructions/<int:entry>/", stock.confirm, name="confirm-destruction"
    ),
    path("pharmacy/<slug:identifier>/<slug:visit>/", pharmacy.prepare, name="prepare"),
    path("syringes/<slug:number>/", pharmacy.syringe, name="syringe"),
    path("syringes/<slug:number>/move/", pharmacy.move_syringe, name="move-syringe"),
    path("syringes/<slug:number>/label/", pharmacy.label, name="label"),
    path("audit/", auditing.audit, name="audit"),
    path("audit/<slug:chain>/", auditing.chain, name="audit-chain"),
]
