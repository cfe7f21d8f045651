"""Addresses of the result explained, and of objections."""

from django.urls import URLPattern, path

from ..views import objections, results

urlpatterns: list[URLPattern] = [
    path("nilai/<int:pk>/mengapa/", results.evaluation_why, name="evaluation-why"),
    path("nilai/<int:pk>/keberatan/", objections.objection_file, name="objection-file"),
    path("pengawas/keberatan/", objections.objection_list, name="objection-list"),
    path("pengawas/keberatan/<int:pk>/", objections.objection_detail, name="objection-detail"),
    path("pengawas/keberatan/<int:pk>/tanya/", objections.objection_ask, name="objection-ask"),
    path("keberatan/<int:pk>/penjelasan/", objections.objection_explain, name="objection-explain"),
    path(
        "keberatan/<int:pk>/penjelasan/simpan/",
        objections.objection_explain_save,
        name="objection-explain-save",
    ),
    path("keberatan/<int:pk>/lampiran/", objections.objection_attachments, name="objection-attachments"),
    path("keberatan/lampiran/<int:pk>/", objections.objection_attachment, name="objection-attachment"),
    path(
        "keberatan/lampiran/<int:pk>/hapus/",
        objections.objection_attachment_remove,
        name="objection-attachment-remove",
    ),
]
