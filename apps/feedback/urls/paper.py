"""Offices: paper forms typed in later, and tables of respondents."""

from django.urls import path

from ..views import paper, respondent_tables

urlpatterns = [
    path("survei/layanan/<slug:code>/kertas/", paper.batch_list, name="paper-list"),
    path("survei/periode/<int:pk>/kertas-baru/", paper.open_batch, name="paper-open"),
    path("survei/kertas/<int:pk>/", paper.detail, name="paper-detail"),
    path("survei/kertas/<int:pk>/pindaian/", paper.add_scan, name="paper-scan-add"),
    path("survei/kertas/pindaian/<int:pk>/", paper.scan_file, name="paper-scan"),
    path("survei/kertas/pindaian/<int:pk>/hapus/", paper.remove_scan, name="paper-scan-remove"),
    path("survei/kertas/<int:pk>/ketik/", paper.type_sheets, name="paper-type"),
    path("survei/kertas/<int:pk>/selesai-ketik/", paper.finish, name="paper-finish"),
    path("survei/kertas/<int:pk>/periksa/", paper.check, name="paper-check"),
    path("survei/kertas/<int:pk>/tutup/", paper.close, name="paper-close"),
    path("survei/kertas/<int:pk>/tarik/", paper.withdraw, name="paper-withdraw"),
    path("survei/periode/<int:pk>/tabel/", respondent_tables.upload, name="table-upload"),
    path("survei/tabel/<int:pk>/", respondent_tables.detail, name="table-detail"),
    path("survei/tabel/<int:pk>/salah/", respondent_tables.problems, name="table-problems"),
    path("survei/tabel/<int:pk>/ambil/", respondent_tables.apply, name="table-apply"),
]
