"""Addresses of what is late."""

from django.urls import URLPattern, path

from ..views import escalations

urlpatterns: list[URLPattern] = [
    path("pengawas/tenggat/", escalations.escalation_list, name="escalation-list"),
]
