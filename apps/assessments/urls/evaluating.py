"""Addresses of the evaluating half."""

from django.urls import URLPattern, path

from ..views import achievements, cycles, evaluations, objections

urlpatterns: list[URLPattern] = [
    path("siklus/", cycles.cycle_list, name="cycle-list"),
    path("siklus/baru/", cycles.cycle_create, name="cycle-create"),
    path("siklus/periode/<int:pk>/", cycles.period_detail, name="period-detail"),
    path("siklus/periode/<int:pk>/penutupan/", cycles.period_closing, name="period-closing"),
    path("siklus/periode/<int:pk>/siapkan/", cycles.period_prepare, name="period-prepare"),
    path("pengawas/capaian/<int:period>/", achievements.achievement_list, name="achievement-list"),
    path("pengawas/capaian/<int:period>/<int:unit>/", achievements.achievement_fix, name="achievement-fix"),
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
    path("pengawas/keberatan/", objections.objection_list, name="objection-list"),
    path("pengawas/keberatan/<int:pk>/", objections.objection_detail, name="objection-detail"),
    path("nilai/", evaluations.evaluation_mine, name="evaluation-mine"),
    path("nilai/<int:pk>/", evaluations.evaluation_detail, name="evaluation-detail"),
    path("nilai/<int:pk>/terima/", evaluations.evaluation_accept, name="evaluation-accept"),
    path("nilai/<int:pk>/keberatan/", objections.objection_file, name="objection-file"),
]
