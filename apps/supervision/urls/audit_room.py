"""Addresses of the auditor's room, and of what shows how the application is taken up."""

from django.urls import path

from ..views import adoption, audit_room

urlpatterns = [
    path("auditor/", audit_room.audit_room, name="audit-room"),
    path("auditor/penugasan/", audit_room.audit_engagement_grant, name="audit-engagement-grant"),
    path("auditor/<int:pk>/", audit_room.audit_engagement, name="audit-engagement"),
    path("auditor/<int:pk>/akhiri/", audit_room.audit_engagement_end, name="audit-engagement-end"),
    path("auditor/<int:pk>/pegawai/<int:employee_id>/", audit_room.audit_record, name="audit-record"),
    path("auditor/<int:pk>/sampel/", audit_room.audit_sample_draw, name="audit-sample-draw"),
    path("auditor/<int:pk>/sampel/<int:sample_id>/", audit_room.audit_sample, name="audit-sample"),
    path("auditor/<int:pk>/sampel/<int:sample_id>/bundel/", audit_room.audit_bundle_ask, name="audit-bundle"),
    path("adopsi/", adoption.adoption, name="adoption"),
    path("beranda/cara-nilai/", adoption.how_scored, name="how-scored"),
    path("beranda/langkah-awal/tutup/", adoption.first_steps_dismiss, name="first-steps-dismiss"),
]
