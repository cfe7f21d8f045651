"""Addresses of feedback, dialogue notes and peers."""

from django.urls import URLPattern, path

from ..views import dialogue, feedback, peers

urlpatterns: list[URLPattern] = [
    path("umpan-balik/", feedback.feedback_mine, name="feedback-mine"),
    path("umpan-balik/diberikan/", feedback.feedback_given, name="feedback-given"),
    path("umpan-balik/<int:pk>/tanggapan/", feedback.feedback_react, name="feedback-react"),
    path("pegawai/<int:employee_id>/umpan-balik/", feedback.feedback_give, name="feedback-give"),
    path("dialog/", dialogue.dialogue_list, name="dialogue-list"),
    path("dialog/<int:pk>/", dialogue.dialogue_detail, name="dialogue-detail"),
    path("dialog/<int:pk>/ubah/", dialogue.dialogue_edit, name="dialogue-edit"),
    path("dialog/<int:pk>/setuju/", dialogue.dialogue_agree, name="dialogue-agree"),
    path("dialog/<int:pk>/tambahan/", dialogue.dialogue_add, name="dialogue-add"),
    path("pegawai/<int:employee_id>/dialog/", dialogue.dialogue_person, name="dialogue-person"),
    path("pegawai/<int:employee_id>/dialog/baru/", dialogue.dialogue_new, name="dialogue-new"),
    path("umpan-balik/rekan/", peers.peer_inbox, name="peer-inbox"),
    path("umpan-balik/rekan/permintaan/<int:pk>/", peers.peer_answer, name="peer-answer"),
    path("umpan-balik/rekan/permintaan/<int:pk>/tolak/", peers.peer_decline, name="peer-decline"),
    path("umpan-balik/rekan/putaran/<int:pk>/", peers.peer_round, name="peer-round"),
    path("umpan-balik/rekan/putaran/<int:pk>/undang/", peers.peer_invite, name="peer-invite"),
    path("umpan-balik/rekan/putaran/<int:pk>/tutup/", peers.peer_close, name="peer-close"),
    path("umpan-balik/rekan/putaran/<int:pk>/tanggapan/", peers.peer_react, name="peer-react"),
    path("pegawai/<int:employee_id>/rekan/", peers.peer_rounds, name="peer-rounds"),
    path("pegawai/<int:employee_id>/rekan/baru/", peers.peer_open, name="peer-open"),
]
