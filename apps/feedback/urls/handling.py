"""Offices: complaints."""

from django.urls import path

from ..views import allegations, assigning, complaint, inbox

urlpatterns = [
    path("pengawas/aduan/", inbox.inbox, name="complaint-inbox"),
    path("pengawas/aduan/<int:pk>/", complaint.detail, name="complaint-detail"),
    path("pengawas/aduan/<int:pk>/mulai/", complaint.start, name="complaint-start"),
    path("pengawas/aduan/<int:pk>/tanya/", complaint.ask_info, name="complaint-ask"),
    path("pengawas/aduan/<int:pk>/teruskan/", complaint.forward, name="complaint-forward"),
    path("pengawas/aduan/<int:pk>/jawab/", complaint.answer, name="complaint-answer"),
    path("pengawas/aduan/<int:pk>/tolak/", complaint.reject, name="complaint-reject"),
    path("pengawas/aduan/<int:pk>/catatan/", complaint.note, name="complaint-note"),
    path("pengawas/aduan/<int:pk>/kontak/", complaint.contact, name="complaint-contact"),
    path("pengawas/aduan/<int:pk>/bukan-spam/", complaint.release, name="complaint-release"),
    path("pengawas/aduan/<int:pk>/tugaskan/", assigning.assign, name="complaint-assign"),
    path("pengawas/aduan/<int:pk>/sebab/", assigning.set_cause, name="complaint-cause"),
    path("pengawas/aduan/<int:pk>/sunting/", assigning.redact, name="complaint-redact"),
    path("pengawas/aduan/<int:pk>/sunting/<int:event>/", assigning.redact, name="complaint-redact-message"),
    path("pengawas/aduan/<int:pk>/asli/", assigning.original, name="complaint-original"),
    path("pengawas/aduan/<int:pk>/lapor/", assigning.lapor, name="complaint-lapor"),
    path("pengawas/aduan/<int:pk>/terlapor/", allegations.name_officer, name="complaint-officer"),
    path(
        "pengawas/aduan/<int:pk>/lepas-jawaban/", allegations.release_answer, name="complaint-release-answer"
    ),
    path("pengawas/terlapor/<int:pk>/putuskan/", allegations.decide, name="allegation-decide"),
    path("pengawas/terlapor/<int:pk>/keberatan/", allegations.decide_objection, name="allegation-objection"),
    path("pengawas/terlapor/<int:pk>/batal/", allegations.withdraw, name="allegation-withdraw"),
    path("laporan-tentang-saya/", allegations.mine, name="allegation-mine"),
    path("laporan-tentang-saya/<int:pk>/", allegations.mine_detail, name="allegation-detail"),
]
