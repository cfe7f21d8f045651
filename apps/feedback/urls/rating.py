"""Public: the pages behind a QR code."""

from django.urls import path

from ..views import rating

urlpatterns = [
    path("l/<slug:code>/", rating.landing, name="landing"),
    path("l/<slug:code>/nilai/", rating.rate, name="rate"),
    path("l/<slug:code>/terima-kasih/", rating.thanks, name="thanks"),
]
