"""Public: services and their results."""

from django.urls import path

from ..views import places, points, results

urlpatterns = [
    path("layanan/", results.service_list, name="service-list"),
    path("layanan/cara-hitung/", results.how_computed, name="how-computed"),
    path("layanan/titik/<int:pk>/qr.svg", points.qr_svg_file, name="point-qr-svg"),
    path("layanan/titik/<int:pk>/qr.png", points.qr_png_file, name="point-qr-png"),
    path("layanan/titik/<int:pk>/poster/", points.poster, name="point-poster"),
    path("layanan/unit/<int:pk>/", places.unit_detail, name="unit-detail"),
    path("layanan/pemerintah/<slug:code>/", places.government_detail, name="government-detail"),
    path("layanan/<slug:code>/", results.service_detail, name="service-detail"),
]
