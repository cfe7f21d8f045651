"""Addresses below /api/v1/."""

from django.urls import path

from . import credit, views

urlpatterns = [
    path("self-reports/", views.SelfReportList.as_view(), name="self-report-list"),
    path("self-reports/<int:pk>/", views.SelfReportDetail.as_view(), name="self-report-detail"),
    path("evaluations/", views.EvaluationList.as_view(), name="evaluation-list"),
    path("evaluations/<int:pk>/", views.EvaluationDetail.as_view(), name="evaluation-detail"),
    path(
        "evaluations/<int:pk>/explanation/",
        views.EvaluationExplanation.as_view(),
        name="evaluation-explanation",
    ),
    path("credit-conversions/", credit.CreditConversionList.as_view(), name="credit-conversion-list"),
    path("credit/<int:pk>/", credit.CreditDetail.as_view(), name="credit-detail"),
]
