"""Addresses of load, loans and cover."""

from django.urls import path

from ..views import load

urlpatterns = [
    path("pengawas/beban/", load.load, name="load"),
    path("pengawas/beban/penilai/<int:pk>/", load.load_person, name="load-person"),
    path("pengawas/beban/usul/", load.loan_suggest, name="loan-suggest"),
    path("pengawas/beban/pinjamkan/<int:employee_id>/", load.loan_grant, name="loan-grant"),
    path("pengawas/pinjaman/", load.loan_mine, name="loan-mine"),
    path("pengawas/pinjaman/<int:pk>/akhiri/", load.loan_end, name="loan-end"),
]
