"""Addresses below /api/v1/."""

from django.urls import path

from . import views

urlpatterns = [
    path("trainings/programmes/", views.ProgrammeList.as_view(), name="programme-list"),
    path("trainings/sessions/", views.SessionList.as_view(), name="session-list"),
    path("trainings/needs/", views.NeedList.as_view(), name="need-list"),
    path("trainings/certificates/", views.CertificateList.as_view(), name="certificate-list"),
]
