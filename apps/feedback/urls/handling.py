"""Offices: complaints."""

from django.urls import path

from ..views import inbox

urlpatterns = [
    path("pengawas/aduan/", inbox.inbox, name="complaint-inbox"),
    path("pengawas/aduan/<int:pk>/", inbox.detail, name="complaint-detail"),
    path("pengawas/aduan/<int:pk>/mulai/", inbox.start, name="complaint-start"),
    path("pengawas/aduan/<int:pk>/tanya/", inbox.ask_info, name="complaint-ask"),
    path("pengawas/aduan/<int:pk>/teruskan/", inbox.forward, name="complaint-forward"),
    path("pengawas/aduan/<int:pk>/jawab/", inbox.answer, name="complaint-answer"),
    path("pengawas/aduan/<int:pk>/tolak/", inbox.reject, name="complaint-reject"),
    path("pengawas/aduan/<int:pk>/catatan/", inbox.note, name="complaint-note"),
    path("pengawas/aduan/<int:pk>/kontak/", inbox.contact, name="complaint-contact"),
    path("pengawas/aduan/<int:pk>/bukan-spam/", inbox.release, name="complaint-release"),
]
