"""Career file, IP ASN, talent boxes."""

from django.urls import path

from ..views import career, talent

urlpatterns = [
    path("karier/", career.career_mine, name="career-mine"),
    path("karier/pegawai/<int:employee_id>/", career.career_person, name="career-person"),
    path("karier/pegawai/<int:employee_id>/disiplin/", career.discipline_add, name="discipline-add"),
    path("karier/pegawai/<int:employee_id>/talenta/", career.talent_score, name="talent-score"),
    path("karier/disiplin/<int:pk>/cabut/", career.discipline_revoke, name="discipline-revoke"),
    path("karier/ip-asn/", talent.index_units, name="index-units"),
    path("karier/talenta/", talent.talent_boxes, name="talent-boxes"),
    path("karier/suksesi/", talent.succession, name="succession"),
]
