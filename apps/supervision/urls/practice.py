"""Addresses of the practice period (masa latihan)."""

from django.urls import path

from ..views import practice, practice_office, practice_reviewing

urlpatterns = [
    path("latihan/", practice.practice, name="practice"),
    path("latihan/catatan/", practice.practice_line, name="practice-line"),
    path("latihan/catatan/<int:line>/hapus/", practice.practice_line_remove, name="practice-line-remove"),
    path("latihan/laporan/", practice.practice_report, name="practice-report"),
    path("latihan/laporan/simpan/", practice.practice_autosave, name="practice-autosave"),
    path("latihan/laporan/periksa/", practice.practice_check, name="practice-check"),
    path("latihan/laporan/kirim/", practice.practice_send, name="practice-send"),
    path("latihan/laporan/tanda-terima/", practice.practice_receipt, name="practice-receipt"),
    path("latihan/laporan/dilihat/", practice.practice_seen, name="practice-seen"),
    path("latihan/laporan/lanjut/", practice.practice_continue, name="practice-continue"),
    path("latihan/laporan/bagian/<slug:section>/", practice.practice_section, name="practice-section"),
    path("latihan/tinjau/<int:number>/", practice_reviewing.practice_review, name="practice-review"),
    path("latihan/kasus/<int:place>/", practice_reviewing.practice_case, name="practice-case"),
    path("latihan/hapus/", practice.practice_delete, name="practice-delete"),
    path("latihan/kelola/", practice_office.practice_manage, name="practice-manage"),
    path("latihan/kelola/<int:pk>/tutup/", practice_office.practice_close, name="practice-close"),
    path("latihan/kelola/kasus/<int:place>/", practice_office.practice_case_edit, name="practice-case-edit"),
    path(
        "latihan/kelola/kasus/<int:place>/bawaan/",
        practice_office.practice_case_reset,
        name="practice-case-reset",
    ),
]
