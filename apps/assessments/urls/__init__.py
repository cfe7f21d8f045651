"""Addresses of assessments, one module per half of the year's work."""

from . import evaluating, reporting

app_name = "assessments"

urlpatterns = [*reporting.urlpatterns, *evaluating.urlpatterns]
