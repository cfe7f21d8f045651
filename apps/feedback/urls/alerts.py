"""Offices: notices that a service turned bad."""

from django.urls import path

from ..views import alerts

urlpatterns = [
    path("pengawas/layanan/", alerts.alert_list, name="alert-list"),
    path("pengawas/layanan/<int:pk>/", alerts.alert_detail, name="alert-detail"),
    path("pengawas/layanan/<int:pk>/perbaikan/", alerts.alert_improve, name="alert-improve"),
    path("pengawas/layanan/<int:pk>/jelaskan/", alerts.alert_explain, name="alert-explain"),
]
