"""Offices: surveys."""

from django.urls import path

from ..views import survey_register, surveys

urlpatterns = [
    path("survei/", surveys.overview, name="survey-overview"),
    path("survei/terpublikasi/", surveys.published_list, name="published-list"),
    path("survei/periode/<int:pk>/terbitkan/", surveys.publish, name="survey-publish"),
    path("survei/layanan-baru/", survey_register.add_service, name="service-add"),
    path("survei/layanan/<slug:code>/", surveys.detail, name="survey-detail"),
    path("survei/layanan/<slug:code>/periode-baru/", survey_register.open_period, name="survey-period-open"),
    path("survei/layanan/<slug:code>/loket-baru/", survey_register.add_point, name="point-add"),
    path("survei/layanan/<slug:code>/ubah/", survey_register.change_service, name="service-change"),
    path("survei/layanan/<slug:code>/hentikan/", survey_register.retire_service, name="service-retire"),
    path("survei/layanan/<slug:code>/buka-lagi/", survey_register.reopen_service, name="service-reopen"),
    path("survei/loket/<int:pk>/ubah/", survey_register.change_point, name="point-change"),
    path("survei/periode/<int:pk>/ubah/", survey_register.change_period, name="survey-period-change"),
    path("survei/layanan/<slug:code>/jumlah/", surveys.record_count, name="service-count-record"),
    path("survei/layanan/<slug:code>/saran/", surveys.remarks, name="remark-list"),
]
