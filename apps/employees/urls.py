"""Addresses of employees."""

from django.urls import path

from .views import helpers, imports, moves, organization, people, record_views, settings

app_name = "employees"

urlpatterns = [
    path("pegawai/", people.employee_list, name="list"),
    path("pegawai/<int:pk>/", people.detail, name="detail"),
    path("pegawai/<int:pk>/koreksi-atasan/", people.correction_ask, name="correction-ask"),
    path("pegawai/<int:pk>/atasan/", people.appraiser_set, name="appraiser-set"),
    path("pegawai/<int:pk>/nip/", people.nip_correct, name="nip-correct"),
    path("pegawai/<int:pk>/pindah/", moves.move, name="move"),
    path("pegawai/<int:pk>/keadaan/", moves.state_list, name="state-list"),
    path("pegawai/<int:pk>/keadaan/<int:state_id>/akhiri/", moves.state_end, name="state-end"),
    path("pegawai/koreksi/", people.correction_list, name="correction-list"),
    path("pegawai/koreksi/<int:pk>/", people.correction_decide, name="correction-decide"),
    path("pegawai/kode/", people.codes, name="codes"),
    path("pegawai/impor/", imports.import_list, name="import-list"),
    path("pegawai/impor/templat/", imports.import_template, name="import-template"),
    path("pegawai/impor/<int:pk>/", imports.import_detail, name="import-detail"),
    path("pegawai/impor/<int:pk>/terapkan/", imports.import_apply, name="import-apply"),
    path("pegawai/impor/<int:pk>/baris-salah/", imports.import_bad_rows, name="import-bad-rows"),
    path("unit/", organization.unit_tree, name="unit-tree"),
    path("unit/penolong/", helpers.helper_list, name="helper-list"),
    path("unit/<int:pk>/penolong/", helpers.helper_name, name="helper-name"),
    path("unit/<int:pk>/penolong/akhiri/", helpers.helper_end, name="helper-end"),
    path("saya/dibuka/", record_views.record_views, name="record-views"),
    path("peran/", organization.role_list, name="role-list"),
    path("peran/<int:pk>/akhiri/", organization.role_end, name="role-end"),
    path("mandat/", organization.mandate_list, name="mandate-list"),
    path("mandat/<int:pk>/akhiri/", organization.mandate_end, name="mandate-end"),
    path("pengaturan/", settings.policy_list, name="policy-list"),
    path("pengaturan/nilai/<str:key>/", settings.policy_detail, name="policy-detail"),
    path("pengaturan/hari-libur/", settings.holiday_list, name="holiday-list"),
    path("pengaturan/hari-libur/impor/", settings.holiday_import, name="holiday-import"),
    path("pengaturan/hari-libur/<int:pk>/hapus/", settings.holiday_remove, name="holiday-remove"),
]
