"""Addresses of indicators."""

from django.urls import URLPattern, path

from .views import contents, plans, unit_indicators

app_name = "indicators"

RESULT = "skp/<int:pk>/hasil/<int:rid>"
INDICATOR = f"{RESULT}/indikator/<int:iid>"
ANNEX = "skp/<int:pk>/lampiran/<int:aid>"
UNIT = "unit/<int:unit_id>/indikator"

urlpatterns: list[URLPattern] = [
    path("skp/", plans.skp_mine, name="skp-mine"),
    path("skp/baru/", plans.skp_create, name="skp-create"),
    path("skp/persetujuan/", plans.skp_approvals, name="skp-approvals"),
    path("skp/<int:pk>/", plans.skp_detail, name="skp-detail"),
    path("skp/<int:pk>/periksa/", plans.skp_check, name="skp-check"),
    path("skp/<int:pk>/ajukan/", plans.skp_submit, name="skp-submit"),
    path("skp/<int:pk>/tarik/", plans.skp_recall, name="skp-recall"),
    path("skp/<int:pk>/kembalikan/", plans.skp_return, name="skp-return"),
    path("skp/<int:pk>/setujui/", plans.skp_approve, name="skp-approve"),
    path("skp/<int:pk>/hasil/baru/", contents.result_add, name="result-add"),
    path(f"{RESULT}/", contents.result_edit, name="result-edit"),
    path(f"{RESULT}/hapus/", contents.result_remove, name="result-remove"),
    path(f"{RESULT}/geser/", contents.result_move, name="result-move"),
    path(f"{RESULT}/indikator/baru/", contents.indicator_add, name="indicator-add"),
    path(f"{INDICATOR}/", contents.indicator_edit, name="indicator-edit"),
    path(f"{INDICATOR}/hapus/", contents.indicator_remove, name="indicator-remove"),
    path(f"{INDICATOR}/geser/", contents.indicator_move, name="indicator-move"),
    path("skp/<int:pk>/perilaku/", contents.behavior_edit, name="behavior-edit"),
    path("skp/<int:pk>/lampiran/", contents.annex_edit, name="annex"),
    path(f"{ANNEX}/", contents.annex_item_edit, name="annex-item-edit"),
    path(f"{ANNEX}/hapus/", contents.annex_item_remove, name="annex-item-remove"),
    path(f"{ANNEX}/geser/", contents.annex_item_move, name="annex-item-move"),
    path(f"{UNIT}/", unit_indicators.unit_indicator_list, name="unit-indicators"),
    path(f"{UNIT}/baru/", unit_indicators.unit_indicator_add, name="unit-indicator-add"),
    path(f"{UNIT}/<int:iid>/", unit_indicators.unit_indicator_edit, name="unit-indicator-edit"),
    path(f"{UNIT}/<int:iid>/hapus/", unit_indicators.unit_indicator_remove, name="unit-indicator-remove"),
]
