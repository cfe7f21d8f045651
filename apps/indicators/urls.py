"""Addresses of indicators."""

from django.urls import URLPattern, path

from .views import (
    contents,
    matrix,
    plans,
    revisions,
    spreadsheets,
    taking,
    templates,
    thread,
    unit_indicators,
    unit_targets,
)

app_name = "indicators"

RESULT = "skp/<int:pk>/hasil/<int:rid>"
INDICATOR = f"{RESULT}/indikator/<int:iid>"
ANNEX = "skp/<int:pk>/lampiran/<int:aid>"
UNIT = "unit/<int:unit_id>/indikator"
TARGET = f"{UNIT}/<int:iid>/target"
PROPOSAL = "skp/<int:pk>/usulan/<int:proposal_id>"

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
    path("skp/<int:pk>/ubah/", revisions.revision_begin, name="revision-begin"),
    path("skp/<int:pk>/batal-ubah/", revisions.revision_withdraw, name="revision-withdraw"),
    path("skp/<int:pk>/versi/<int:version>/", revisions.skp_version, name="skp-version"),
    path("skp/<int:pk>/ingatkan/", revisions.skp_remind, name="skp-remind"),
    path("skp/<int:pk>/salin/", taking.copy_last, name="copy-last"),
    path("skp/<int:pk>/templat/<int:tid>/", taking.copy_template, name="copy-template"),
    path("skp/<int:pk>/excel/", spreadsheets.spreadsheet, name="spreadsheet"),
    path("skp/<int:pk>/excel/templat.xlsx", spreadsheets.spreadsheet_template, name="spreadsheet-template"),
    path("skp/<int:pk>/excel/skp.xlsx", spreadsheets.spreadsheet_export, name="spreadsheet-export"),
    path("skp/<int:pk>/jadikan-templat/", templates.template_make, name="template-make"),
    path("templat-skp/", templates.template_list, name="template-list"),
    path("templat-skp/<int:tid>/", templates.template_detail, name="template-detail"),
    path("templat-skp/<int:tid>/pakai/", templates.template_retire, name="template-retire"),
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
    path(f"{TARGET}/", unit_targets.unit_targets, name="unit-targets"),
    path(f"{TARGET}/ubah/", unit_targets.unit_targets_edit, name="unit-targets-edit"),
    path(f"{TARGET}/<int:tid>/realisasi/", unit_targets.unit_realization, name="unit-realization"),
    path("unit/<int:unit_id>/benang-merah/", thread.unit_thread, name="unit-thread"),
    path("skp/<int:pk>/benang-merah/", thread.skp_thread, name="skp-thread"),
    path("skp/<int:pk>/matriks/", matrix.matrix, name="matrix"),
    path("skp/<int:pk>/matriks/<int:employee_id>/", matrix.matrix_row, name="matrix-row"),
    path(f"{PROPOSAL}/terima/", matrix.proposal_accept, name="proposal-accept"),
    path(f"{PROPOSAL}/tolak/", matrix.proposal_decline, name="proposal-decline"),
]
