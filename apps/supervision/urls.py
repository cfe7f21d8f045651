"""Addresses of supervision; the start page `/beranda/` hangs in asn_kinerja/urls.py."""

from django.urls import path

from . import views

app_name = "supervision"

urlpatterns = [path("pengawas/", views.today, name="today")]
