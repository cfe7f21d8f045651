"""Addresses of core."""

from django.urls import path

from . import system_views, views

app_name = "core"

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", system_views.metrics, name="metrics"),
    path("sistem/", system_views.system, name="system"),
    path("pekerjaan/", views.job_list, name="job-list"),
    path("pekerjaan/<uuid:job_id>/", views.job_detail, name="job-detail"),
    path("pekerjaan/<uuid:job_id>/tanda/", views.job_stamp, name="job-stamp"),
    path("pekerjaan/<uuid:job_id>/batal/", views.job_cancel, name="job-cancel"),
    path("pekerjaan/<uuid:job_id>/hasil/", views.job_result, name="job-result"),
    path("tanda/<str:token>/", views.live_stamp, name="live-stamp"),
    path("notifikasi/", views.notification_list, name="notification-list"),
    path("i18n/setlang/", views.set_language, name="set-language"),
]
