"""Improvement plans and proofs of publication."""

from django.urls import path

from ..views import publications
from ..views.improving import planning, proving, reading, working

urlpatterns = [
    path("rencana/", reading.plan_list, name="improvement-list"),
    path("rencana/saya/", reading.mine, name="improvement-mine"),
    path("rencana/cetak/", reading.plan_print, name="improvement-print"),
    path("rencana/baru/", planning.add, name="improvement-add"),
    path("rencana/<int:pk>/", reading.detail, name="improvement-detail"),
    path("rencana/<int:pk>/mulai/", working.start, name="improvement-start"),
    path("rencana/<int:pk>/lapor/", working.report, name="improvement-report"),
    path("rencana/<int:pk>/periksa/", working.check, name="improvement-check"),
    path("rencana/<int:pk>/ubah/", working.change, name="improvement-change"),
    path("rencana/<int:pk>/batalkan/", working.drop, name="improvement-drop"),
    path("rencana/<int:pk>/ukur/", working.measure, name="improvement-measure"),
    path("rencana/<int:pk>/kalimat-publik/", working.public_text, name="improvement-public-text"),
    path("rencana/<int:pk>/setujui/", working.public_approve, name="improvement-public-approve"),
    path("rencana/<int:pk>/langkah/", proving.step_add, name="improvement-step-add"),
    path("rencana/langkah/<int:pk>/", proving.step_mark, name="improvement-step-mark"),
    path("rencana/<int:pk>/bukti/", proving.proof_add, name="improvement-proof-add"),
    path("rencana/bukti/<int:pk>/", proving.proof_file, name="improvement-proof"),
    path("rencana/bukti/<int:pk>/hapus/", proving.proof_remove, name="improvement-proof-remove"),
    path("survei/periode/<int:pk>/publikasi/", publications.publication_list, name="publication-list"),
    path("survei/periode/<int:pk>/publikasi/baru/", publications.publication_add, name="publication-add"),
    path("survei/publikasi/<int:pk>/bukti/", publications.publication_prove, name="publication-prove"),
    path("survei/publikasi/<int:pk>/berkas/", publications.publication_file, name="publication-file"),
    path("survei/publikasi/<int:pk>/tarik/", publications.publication_withdraw, name="publication-withdraw"),
    path("survei/media/", publications.medium_list, name="medium-list"),
    path("survei/media/<int:pk>/", publications.medium_switch, name="medium-switch"),
]
