"""Addresses of reports, and of the API of all apps (namespace `api`), which is mounted here."""

from django.urls import include, path

from .views import careers, checking, documents, packs, surveys

pages = [
    path("dokumen/", packs.index, name="index"),
    path("dokumen/evaluasi/<int:evaluation_id>/", documents.evaluation_document, name="evaluation-document"),
    path("dokumen/skp/<int:skp_id>/", documents.skp_document, name="skp-document"),
    path("dokumen/keberatan/<int:objection_id>/", documents.objection_document, name="objection-document"),
    path(
        "dokumen/angka-kredit/konversi/<int:conversion_id>/",
        documents.conversion_document,
        name="conversion-document",
    ),
    path(
        "dokumen/angka-kredit/akumulasi/<int:employee_id>/",
        documents.accumulation_document,
        name="accumulation-document",
    ),
    path("dokumen/angka-kredit/pak/<int:pak_id>/", documents.pak_document, name="pak-document"),
    path(
        "dokumen/sertifikat/<int:certificate_id>/",
        documents.certificate_document,
        name="certificate-document",
    ),
    path(
        "dokumen/penghargaan/<int:nomination_id>/",
        documents.recognition_document,
        name="recognition-document",
    ),
    path("dokumen/karier/<int:employee_id>/", careers.career_download, name="career-download"),
    path("dokumen/<int:document_id>/unduh/", documents.document_download, name="document-download"),
    path("dokumen/skm/", surveys.index, name="survey-index"),
    path("dokumen/skm/periode/<int:period_id>/", surveys.period_report, name="survey-report"),
    path("dokumen/skm/periode/<int:period_id>/lampiran/", surveys.annex, name="survey-annex"),
    path("dokumen/cek/", checking.verify, name="verify"),
    path("dokumen/cek/<slug:code>/", checking.verify_result, name="verify-result"),
]

# No app_name here: two namespaces stand side by side.
urlpatterns = [
    path("", include((pages, "reports"))),
    path("api/v1/", include("apps.reports.api.urls")),
]
