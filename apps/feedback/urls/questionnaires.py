"""Offices: versions of the questionnaire."""

urlpatterns: list = []
