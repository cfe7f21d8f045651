"""Addresses of the calibration room. `/pengawas/kalibrasi/<number>/` is a session, in apps/assessments."""

from django.urls import path

from ..views import raters

urlpatterns = [
    path("pengawas/kalibrasi/", raters.calibration_list, name="calibration-list"),
    path("pengawas/kalibrasi/saya/<int:period>/", raters.rater_card_mine, name="rater-card-mine"),
    path("pengawas/kalibrasi/ruang/<int:session>/", raters.calibration_room, name="calibration-room"),
    path("pengawas/kalibrasi/ruang/<int:session>/suara/", raters.pre_vote_open, name="pre-vote-open"),
    path("pengawas/kalibrasi/suara/<int:pk>/", raters.pre_vote, name="pre-vote"),
    path("pengawas/kalibrasi/suara/<int:pk>/tutup/", raters.pre_vote_close, name="pre-vote-close"),
    path("pengawas/kalibrasi/suara/<int:pk>/bahas/", raters.pre_vote_discuss, name="pre-vote-discuss"),
    path("pengawas/kalibrasi/suara/<int:pk>/simpulkan/", raters.pre_vote_conclude, name="pre-vote-conclude"),
    path(
        "pengawas/kalibrasi/suara/<int:pk>/keluar/<int:voter>/", raters.pre_vote_leave, name="pre-vote-leave"
    ),
]
