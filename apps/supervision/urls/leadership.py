"""Addresses of the leadership view."""

from django.urls import path

from ..views import leadership

urlpatterns = [
    path("pimpinan/", leadership.leadership, name="leadership"),
    path("pimpinan/unit/<int:pk>/", leadership.leadership_unit, name="leadership-unit"),
    path("pimpinan/tabel.csv", leadership.leadership_table, name="leadership-table"),
]
