"""Addresses of angka kredit."""

from django.urls import URLPattern, path

from ..views import credit

urlpatterns: list[URLPattern] = [
    path("angka-kredit/", credit.credit_mine, name="credit-mine"),
    path("angka-kredit/pegawai/", credit.credit_list, name="credit-list"),
    path("angka-kredit/hitung/", credit.credit_convert, name="credit-convert"),
    path("angka-kredit/pegawai/<int:pk>/", credit.credit_detail, name="credit-detail"),
    path("angka-kredit/pegawai/<int:pk>/saldo/", credit.opening_add, name="credit-opening"),
    path("angka-kredit/pegawai/<int:pk>/ijazah/", credit.diploma_add, name="credit-diploma"),
    path("angka-kredit/pegawai/<int:pk>/pangkat/", credit.rank_step_add, name="credit-rank-step"),
    path("angka-kredit/pegawai/<int:pk>/pak/", credit.pak_issue, name="credit-pak-issue"),
    path("angka-kredit/pak/<int:pk>/", credit.pak_detail, name="credit-pak"),
    path("angka-kredit/batal/<slug:kind>/<int:pk>/", credit.entry_withdraw, name="credit-withdraw"),
]
