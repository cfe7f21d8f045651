"""Addresses of the reporting half."""

from django.urls import URLPattern, path

from ..views import evidence, examples, lines, progress, reminders, reports, review, verdicts, versions

urlpatterns: list[URLPattern] = [
    path("laporan/", reports.report_list, name="report-list"),
    path("laporan/cepat/", progress.progress_quick, name="progress-quick"),
    path("laporan/cepat/salin/", lines.progress_copy, name="progress-copy"),
    path("laporan/cepat/tempel/", lines.progress_paste, name="progress-paste"),
    path("laporan/cepat/impor/", lines.progress_import, name="progress-import"),
    path("laporan/cepat/templat/", lines.progress_template, name="progress-template"),
    path("laporan/cepat/baris/", lines.progress_lines_save, name="progress-lines"),
    path("laporan/catatan/", lines.progress_log, name="progress-log"),
    path("laporan/catatan/unduh/", lines.progress_log_file, name="progress-log-file"),
    path("laporan/cepat/<int:entry_id>/", progress.progress_edit, name="progress-edit"),
    path("laporan/cepat/<int:entry_id>/hapus/", progress.progress_delete, name="progress-delete"),
    path("laporan/baru/<int:period_id>/", reports.report_start, name="report-start"),
    path("laporan/bukti/<int:evidence_id>/", evidence.evidence_file, name="evidence-file"),
    path("laporan/bukti/<int:evidence_id>/hapus/", evidence.evidence_remove, name="evidence-remove"),
    path("laporan/pertanyaan/<int:question_id>/", evidence.question_answer, name="question-answer"),
    path("pengaturan/contoh/", examples.example_list, name="example-list"),
    path("pengaturan/contoh/tambah/", examples.example_add, name="example-add"),
    path("pengaturan/contoh/<int:pk>/", examples.example_change, name="example-change"),
    path("laporan/pengingat/<int:period_id>/", reminders.reminder_plan, name="reminder-plan"),
    path("laporan/pengingat/<int:period_id>/hapus/", reminders.reminder_forget, name="reminder-forget"),
    path("laporan/<int:report_id>/", reports.report_detail, name="report-detail"),
    path("laporan/<int:report_id>/bukti/", evidence.evidence_list, name="evidence-list"),
    path("laporan/<int:report_id>/simpan/", reports.report_autosave, name="report-autosave"),
    path("laporan/<int:report_id>/periksa/", reports.report_check, name="report-check"),
    path("laporan/<int:report_id>/kirim/", reports.report_submit, name="report-submit"),
    path("laporan/<int:report_id>/tarik/", reports.report_recall, name="report-recall"),
    path("laporan/<int:report_id>/versi/", versions.report_versions, name="report-versions"),
    path("laporan/<int:report_id>/terkirim/", reports.report_receipt, name="report-receipt"),
    path("laporan/<int:report_id>/<str:section>/", reports.report_section, name="report-section"),
    path("pengawas/laporan/", review.review_list, name="review-list"),
    path("pengawas/laporan/<int:report_id>/", review.review_detail, name="review-detail"),
    path("pengawas/laporan/<int:report_id>/terima/", review.review_accept, name="review-accept"),
    path("pengawas/laporan/<int:report_id>/kembalikan/", review.review_return, name="review-return"),
    path("pengawas/bukti/<int:evidence_id>/", verdicts.evidence_verdict, name="evidence-verdict"),
]
