"""Offices: templates, causes and workload of complaints."""

urlpatterns: list = []
