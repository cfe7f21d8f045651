"""Addresses below /api/v1/."""

from django.urls import path

from . import views

urlpatterns = [
    path("services/", views.ServiceList.as_view(), name="service-list"),
    path("services/<slug:code>/", views.ServiceDetail.as_view(), name="service-detail"),
    path("ikm/<slug:code>/", views.IkmDetail.as_view(), name="ikm-detail"),
    path("responses/", views.ResponseCreate.as_view(), name="response-create"),
    path("complaints/", views.ComplaintList.as_view(), name="complaint-list"),
    path("complaints/<slug:number>/", views.ComplaintDetail.as_view(), name="complaint-detail"),
]
