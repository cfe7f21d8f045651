"""Meetings with the public: the public pages, and those of the offices."""

from django.urls import path

from ..views import commitments, consultations, consulting

urlpatterns = [
    path("forum/", consulting.public_list, name="consulting-list"),
    path("forum/<slug:code>/", consulting.public_detail, name="consulting"),
    path("forum/<slug:code>/notulen/", consulting.public_minutes, name="consulting-minutes"),
    path("forum/<slug:code>/masukan/", consulting.contribute, name="contribution-new"),
    path("forum/<slug:code>/masukan/terima-kasih/", consulting.thanks, name="contribution-thanks"),
    path("konsultasi/", consultations.consultation_list, name="consultation-list"),
    path("konsultasi/baru/", consultations.add, name="consultation-add"),
    path("konsultasi/<int:pk>/", consultations.detail, name="consultation-detail"),
    path("konsultasi/<int:pk>/ubah/", consultations.revise, name="consultation-revise"),
    path("konsultasi/<int:pk>/umumkan/", consultations.announce, name="consultation-announce"),
    path("konsultasi/<int:pk>/batalkan/", consultations.cancel, name="consultation-cancel"),
    path("konsultasi/<int:pk>/hadir/", consultations.attendance, name="consultation-attendance"),
    path("konsultasi/<int:pk>/notulen/", consultations.minutes, name="consultation-minutes"),
    path("konsultasi/<int:pk>/notulen/berkas/", consultations.minutes_file, name="consultation-minutes-file"),
    path("konsultasi/<int:pk>/terbitkan/", consultations.publish, name="consultation-publish"),
    path("konsultasi/<int:pk>/butir-baru/", consultations.point_add, name="consultation-point-add"),
    path("konsultasi/<int:pk>/masukan/", consultations.contribution_list, name="contribution-list"),
    path("konsultasi/masukan/<int:pk>/", consultations.contribution_read, name="contribution-read"),
    path("konsultasi/butir/<int:pk>/jawab/", consultations.point_answer, name="consultation-point-answer"),
    path("konsultasi/butir/<int:pk>/janji/", consultations.commitment_add, name="commitment-add"),
    path("janji/<int:pk>/", commitments.detail, name="commitment-detail"),
    path("janji/<int:pk>/mulai/", commitments.start, name="commitment-start"),
    path("janji/<int:pk>/kemajuan/", commitments.note, name="commitment-note"),
    path("janji/<int:pk>/ditepati/", commitments.keep, name="commitment-keep"),
    path("janji/<int:pk>/tidak-ditepati/", commitments.fail, name="commitment-fail"),
    path("janji/<int:pk>/lanjutkan/", commitments.resume, name="commitment-resume"),
]
