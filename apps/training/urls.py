"""Addresses of training."""

from django.urls import path

from .views import certificates, coaching, follow_ups, mine, needs, programmes, recognition

app_name = "training"

urlpatterns = [
    path("pembelajaran/", mine.mine, name="mine"),
    path("pembelajaran/sertifikat/tambah/", mine.certificate_add, name="certificate-add"),
    path("pembelajaran/sertifikat/<int:pk>/berkas/", mine.certificate_file, name="certificate-file"),
    path("pelatihan/pegawai/<int:employee_id>/", mine.person, name="person"),
    path("pelatihan/", programmes.programme_list, name="programme-list"),
    path("pelatihan/kebutuhan/", needs.needs, name="needs"),
    path("pelatihan/kebutuhan/<int:pk>/", needs.need_detail, name="need-detail"),
    path("pelatihan/kebutuhan/<int:pk>/rencanakan/", needs.need_plan, name="need-plan"),
    path("pelatihan/kebutuhan/<int:pk>/tidak-perlu/", needs.need_decline, name="need-decline"),
    path("pelatihan/kebutuhan/<int:pk>/daftarkan/", needs.need_enrol, name="need-enrol"),
    path("pelatihan/tindak-lanjut/", follow_ups.follow_up_list, name="follow-up-list"),
    path("pelatihan/tindak-lanjut/<int:pk>/", follow_ups.follow_up_detail, name="follow-up-detail"),
    path("pelatihan/tindak-lanjut/<int:pk>/putuskan/", follow_ups.follow_up_decide, name="follow-up-decide"),
    path("pelatihan/tindak-lanjut/<int:pk>/tolak/", follow_ups.follow_up_decline, name="follow-up-decline"),
    path("pelatihan/tindak-lanjut/<int:pk>/hasil/", follow_ups.follow_up_conclude, name="follow-up-conclude"),
    path("pelatihan/program/tambah/", programmes.programme_add, name="programme-add"),
    path("pelatihan/program/<int:pk>/", programmes.programme_detail, name="programme-detail"),
    path("pelatihan/program/<int:pk>/sesi/tambah/", programmes.session_add, name="session-add"),
    path("pelatihan/sesi/<int:pk>/", programmes.session_detail, name="session-detail"),
    path("pelatihan/sesi/<int:pk>/daftarkan/", programmes.session_enrol, name="session-enrol"),
    path("pelatihan/peserta/<int:pk>/selesai/", programmes.enrolment_complete, name="enrolment-complete"),
    path("pelatihan/peserta/<int:pk>/tidak-hadir/", programmes.enrolment_absent, name="enrolment-absent"),
    path("pelatihan/peserta/<int:pk>/batal/", programmes.enrolment_cancel, name="enrolment-cancel"),
    path("pelatihan/sertifikat/", certificates.certificate_queue, name="certificate-queue"),
    path("pelatihan/sertifikat/<int:pk>/sahkan/", certificates.certificate_verify, name="certificate-verify"),
    path("pelatihan/sertifikat/<int:pk>/tolak/", certificates.certificate_refuse, name="certificate-refuse"),
    path("pembinaan/<int:employee_id>/baru/", coaching.coaching_add, name="coaching-add"),
    path("pembinaan/catatan/<int:pk>/", coaching.coaching_detail, name="coaching-detail"),
    path("pembinaan/catatan/<int:pk>/tutup/", coaching.coaching_close, name="coaching-close"),
    path("penghargaan/unit/<int:unit_id>/", recognition.recognition_unit, name="recognition-unit"),
    path(
        "penghargaan/unit/<int:unit_id>/baru/", recognition.recognition_unit_add, name="recognition-unit-add"
    ),
    path(
        "penghargaan/pegawai/<int:employee_id>/baru/",
        recognition.recognition_person_add,
        name="recognition-person-add",
    ),
]
