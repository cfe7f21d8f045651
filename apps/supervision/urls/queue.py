"""Addresses of the exception queue."""

from django.urls import path

from ..views import queue, queue_batch

urlpatterns = [
    path("pengawas/antrean/", queue.queue, name="queue"),
    path("pengawas/antrean/aturan/", queue.queue_rules, name="queue-rules"),
    path("pengawas/antrean/bersama/", queue_batch.queue_batch, name="queue-batch"),
    path("pengawas/antrean/pegawai/<int:pk>/", queue.queue_person, name="queue-person"),
    path("pengawas/antrean/tindakan/<int:pk>/", queue_batch.queue_act, name="queue-act"),
    path("pengawas/antrean/tindakan/<int:pk>/batal/", queue.queue_undo, name="queue-undo"),
    path("saya/perhatian/", queue.about_me, name="about-me"),
]
