"""Addresses of assessments, one module per part of the year's work."""

from . import clocks, credit, dialogue, evaluating, reporting, results

app_name = "assessments"

urlpatterns = [
    *reporting.urlpatterns,
    *dialogue.urlpatterns,
    *evaluating.urlpatterns,
    *results.urlpatterns,
    *credit.urlpatterns,
    *clocks.urlpatterns,
]
