"""Addresses of the supervisor's own page; the start page `/beranda/` hangs in asn_kinerja/urls.py."""

from django.urls import path

from .. import views

urlpatterns = [
    path("pengawas/", views.today, name="today"),
    path("pengawas/kewajiban/", views.my_duties, name="my-duties"),
    path("pengawas/kewajiban/pimpinan/", views.leader_duties, name="leader-duties"),
]
