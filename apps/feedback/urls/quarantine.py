"""Offices: ratings that are held back, staff networks, remarks for the public."""

from django.urls import path

from ..views import quarantine

urlpatterns = [
    path("survei/ditinjau/", quarantine.case_list, name="case-list"),
    path("survei/ditinjau/<int:pk>/", quarantine.case_detail, name="case-detail"),
    path("survei/ditinjau/<int:pk>/putuskan/", quarantine.case_decide, name="case-decide"),
    path("survei/ditinjau/<int:pk>/pisahkan/", quarantine.case_split, name="case-split"),
    path("survei/jaringan/", quarantine.network_list, name="network-list"),
    path("survei/jaringan/<int:pk>/hapus/", quarantine.network_remove, name="network-remove"),
    path("survei/layanan/<slug:code>/saran/publik/", quarantine.remark_queue, name="remark-queue"),
]
