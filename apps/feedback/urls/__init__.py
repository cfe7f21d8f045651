"""Addresses of feedback: public ones and those of the offices, one module per part."""

from . import (
    alerts,
    causes,
    complaining,
    consultation,
    displays,
    handling,
    improvement,
    open311,
    paper,
    quarantine,
    questionnaires,
    rating,
    receipts,
    results,
    rights,
    statements,
    surveys,
)

app_name = "feedback"

urlpatterns = [
    *rating.urlpatterns,
    *results.urlpatterns,
    *complaining.urlpatterns,
    *statements.urlpatterns,
    *surveys.urlpatterns,
    *handling.urlpatterns,
    *receipts.urlpatterns,
    *displays.urlpatterns,
    *questionnaires.urlpatterns,
    *paper.urlpatterns,
    *quarantine.urlpatterns,
    *rights.urlpatterns,
    *open311.urlpatterns,
    *improvement.urlpatterns,
    *consultation.urlpatterns,
    *causes.urlpatterns,
    *alerts.urlpatterns,
]
