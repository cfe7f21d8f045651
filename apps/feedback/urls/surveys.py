"""Offices: surveys."""

from django.urls import path

from ..views import surveys

urlpatterns = [
    path("survei/", surveys.overview, name="survey-overview"),
    path("survei/terpublikasi/", surveys.published_list, name="published-list"),
    path("survei/periode/<int:pk>/terbitkan/", surveys.publish, name="survey-publish"),
    path("survei/periode/<int:pk>/sertakan/", surveys.release, name="survey-release"),
    path("survei/layanan-baru/", surveys.add_service, name="service-add"),
    path("survei/layanan/<slug:code>/", surveys.detail, name="survey-detail"),
    path("survei/layanan/<slug:code>/periode-baru/", surveys.open_period, name="survey-period-open"),
    path("survei/layanan/<slug:code>/loket-baru/", surveys.add_point, name="point-add"),
    path("survei/layanan/<slug:code>/jumlah/", surveys.record_count, name="service-count-record"),
    path("survei/layanan/<slug:code>/saran/", surveys.remarks, name="remark-list"),
]
