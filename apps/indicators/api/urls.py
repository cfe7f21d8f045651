"""Addresses below /api/v1/."""

from django.urls import path

from . import views

urlpatterns = [
    path("skp/", views.SkpList.as_view(), name="skp-list"),
    path("skp/<int:pk>/", views.SkpDetail.as_view(), name="skp-detail"),
]
