"""Addresses of samples, openings, second readings and batches."""

from django.urls import path

from ..views import batches, sampling, second_readings

urlpatterns = [
    path("pengawas/sampel/", sampling.sample_list, name="sample-list"),
    path("pengawas/sampel/<int:draw_id>/", sampling.sample_detail, name="sample-detail"),
    path("pengawas/sampel/<int:draw_id>/undian.json", sampling.sample_file, name="sample-file"),
    path(
        "pengawas/sampel/<int:draw_id>/laporan/<int:drawn_id>/",
        sampling.sample_verdict,
        name="sample-verdict",
    ),
    path("pengawas/massal/<int:draw_id>/", batches.batch_preview, name="batch-preview"),
    path("pengawas/massal/batal/<int:batch_id>/", batches.batch_undo, name="batch-undo"),
    path("pengawas/pembaca-kedua/", second_readings.second_list, name="second-list"),
    path("pengawas/pembaca-kedua/<int:reading_id>/", second_readings.second_detail, name="second-detail"),
    path(
        "pengawas/pembaca-kedua/<int:reading_id>/tolak/",
        second_readings.second_decline,
        name="second-decline",
    ),
    path(
        "pengawas/pembaca-kedua/<int:reading_id>/bukti/<int:evidence_id>/",
        second_readings.second_file,
        name="second-file",
    ),
    path("pengawas/kesepakatan/", sampling.agreement, name="agreement"),
]
