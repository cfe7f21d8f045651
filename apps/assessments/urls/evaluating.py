"""Addresses of the evaluating half."""

from django.urls import URLPattern, path

from ..views import achievements, calibration, cycles, evaluations, rating_board

urlpatterns: list[URLPattern] = [
    path("siklus/", cycles.cycle_list, name="cycle-list"),
    path("siklus/baru/", cycles.cycle_create, name="cycle-create"),
    path("siklus/periode/<int:pk>/", cycles.period_detail, name="period-detail"),
    path("siklus/periode/<int:pk>/penutupan/", cycles.period_closing, name="period-closing"),
    path("siklus/periode/<int:pk>/siapkan/", cycles.period_prepare, name="period-prepare"),
    path("pengawas/capaian/<int:period>/", achievements.achievement_list, name="achievement-list"),
    path("pengawas/capaian/<int:period>/<int:unit>/", achievements.achievement_fix, name="achievement-fix"),
    path(
        "pengawas/capaian/<int:period>/<int:unit>/ingatkan/",
        achievements.achievement_remind,
        name="achievement-remind",
    ),
    path(
        "pengawas/penilaian/<int:period>/hasil/",
        rating_board.rating_board,
        {"dimension": "work_result"},
        name="rating-results",
    ),
    path(
        "pengawas/penilaian/<int:period>/hasil/otomatis/",
        rating_board.rating_board_autosave,
        {"dimension": "work_result"},
        name="rating-results-autosave",
    ),
    path(
        "pengawas/penilaian/<int:period>/perilaku/",
        rating_board.rating_board,
        {"dimension": "behavior"},
        name="rating-behavior",
    ),
    path(
        "pengawas/penilaian/<int:period>/perilaku/otomatis/",
        rating_board.rating_board_autosave,
        {"dimension": "behavior"},
        name="rating-behavior-autosave",
    ),
    path("pengawas/penilaian/<int:period>/periksa/", rating_board.rating_check, name="rating-check"),
    path(
        "pengawas/penilaian/<int:period>/kalibrasi/<int:unit>/",
        calibration.calibration_unit,
        name="calibration-unit",
    ),
    path("pengawas/kalibrasi/<int:pk>/", calibration.calibration_detail, name="calibration-detail"),
    path("pengawas/kalibrasi/<int:pk>/tutup/", calibration.calibration_close, name="calibration-close"),
    path(
        "pengawas/kalibrasi/<int:pk>/ubah/<int:evaluation>/",
        calibration.calibration_move,
        name="calibration-move",
    ),
    path(
        "pengawas/kalibrasi/<int:pk>/tanggapan/<int:change>/",
        calibration.calibration_comment,
        name="calibration-comment",
    ),
    path("pengawas/penilaian/", evaluations.appraisal_index, name="appraisal-index"),
    path("pengawas/penilaian/<int:period>/", evaluations.appraisal_list, name="appraisal-list"),
    path(
        "pengawas/penilaian/<int:period>/serahkan/",
        evaluations.deliver_batch,
        name="evaluation-deliver-batch",
    ),
    path(
        "pengawas/penilaian/<int:period>/sebaran/<int:unit>/", evaluations.distribution, name="distribution"
    ),
    path(
        "pengawas/penilaian/<int:period>/nilai/<int:pk>/", evaluations.evaluation_rate, name="evaluation-rate"
    ),
    path(
        "pengawas/penilaian/<int:period>/nilai/<int:pk>/serahkan/",
        evaluations.evaluation_deliver,
        name="evaluation-deliver",
    ),
    path("nilai/", evaluations.evaluation_mine, name="evaluation-mine"),
    path("nilai/<int:pk>/", evaluations.evaluation_detail, name="evaluation-detail"),
    path("nilai/<int:pk>/terima/", evaluations.evaluation_accept, name="evaluation-accept"),
]
