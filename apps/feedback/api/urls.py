"""Addresses below /api/v1/."""

from django.urls import path

from . import figures, receipts, views

urlpatterns = [
    path("services/", views.ServiceList.as_view(), name="service-list"),
    path("services/<slug:code>/", views.ServiceDetail.as_view(), name="service-detail"),
    path("ikm/", figures.IkmList.as_view(), name="ikm-list"),
    path("ikm/units/<int:pk>/", figures.UnitIkm.as_view(), name="ikm-unit"),
    path("ikm/<slug:code>/", figures.IkmDetail.as_view(), name="ikm-detail"),
    path("ikm/<slug:code>/history/", figures.IkmHistory.as_view(), name="ikm-history"),
    path("ikm/<slug:code>/breakdown/", figures.IkmBreakdown.as_view(), name="ikm-breakdown"),
    path("open-data/", figures.OpenDataIndex.as_view(), name="open-data-index"),
    path(
        "open-data/<slug:government>/<slug:dataset>.<slug:ending>",
        figures.OpenDataFile.as_view(),
        name="open-data-file",
    ),
    path("responses/", views.ResponseCreate.as_view(), name="response-create"),
    path("receipts/", receipts.ReceiptCreate.as_view(), name="receipt-create"),
    path("complaints/", views.ComplaintList.as_view(), name="complaint-list"),
    path("complaints/<slug:number>/", views.ComplaintDetail.as_view(), name="complaint-detail"),
]
