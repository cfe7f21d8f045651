"""Public: badge, page to embed, screen of the waiting room, open data."""

from django.urls import path

from ..views import displays, open_data

urlpatterns = [
    path("layanan/<slug:code>/lencana.svg", displays.badge, name="badge"),
    path("layanan/<slug:code>/sematan/", displays.embed, name="embed"),
    path("layanan/<slug:code>/pasang/", displays.embedding, name="embedding"),
    path("layar/<slug:code>/", displays.display, name="display"),
    path("layar/<slug:code>/isi/", displays.display_fragment, name="display-fragment"),
    path("data-terbuka/", open_data.open_data, name="open-data"),
]
