"""Improvement plans and proofs of publication."""

from django.urls import path

from ..views import improvement, publications

urlpatterns = [
    path("rencana/", improvement.plan_list, name="improvement-list"),
    path("rencana/saya/", improvement.mine, name="improvement-mine"),
    path("rencana/cetak/", improvement.plan_print, name="improvement-print"),
    path("rencana/baru/", improvement.add, name="improvement-add"),
    path("rencana/<int:pk>/", improvement.detail, name="improvement-detail"),
    path("rencana/<int:pk>/mulai/", improvement.start, name="improvement-start"),
    path("rencana/<int:pk>/lapor/", improvement.report, name="improvement-report"),
    path("rencana/<int:pk>/periksa/", improvement.check, name="improvement-check"),
    path("rencana/<int:pk>/ubah/", improvement.change, name="improvement-change"),
    path("rencana/<int:pk>/batalkan/", improvement.drop, name="improvement-drop"),
    path("rencana/<int:pk>/ukur/", improvement.measure, name="improvement-measure"),
    path("rencana/<int:pk>/kalimat-publik/", improvement.public_text, name="improvement-public-text"),
    path("rencana/<int:pk>/setujui/", improvement.public_approve, name="improvement-public-approve"),
    path("rencana/<int:pk>/langkah/", improvement.step_add, name="improvement-step-add"),
    path("rencana/langkah/<int:pk>/", improvement.step_mark, name="improvement-step-mark"),
    path("rencana/<int:pk>/bukti/", improvement.proof_add, name="improvement-proof-add"),
    path("rencana/bukti/<int:pk>/", improvement.proof_file, name="improvement-proof"),
    path("rencana/bukti/<int:pk>/hapus/", improvement.proof_remove, name="improvement-proof-remove"),
    path("survei/periode/<int:pk>/publikasi/", publications.publication_list, name="publication-list"),
    path("survei/periode/<int:pk>/publikasi/baru/", publications.publication_add, name="publication-add"),
    path("survei/publikasi/<int:pk>/bukti/", publications.publication_prove, name="publication-prove"),
    path("survei/publikasi/<int:pk>/berkas/", publications.publication_file, name="publication-file"),
    path("survei/publikasi/<int:pk>/tarik/", publications.publication_withdraw, name="publication-withdraw"),
    path("survei/media/", publications.medium_list, name="medium-list"),
    path("survei/media/<int:pk>/", publications.medium_switch, name="medium-switch"),
]
