"""Data rights: the reporter's own page, requests, and proofs of deletion."""

from django.urls import path

from ..views import rights

urlpatterns = [
    path("privasi/data-saya/", rights.mine, name="rights-mine"),
    path("privasi/data-saya/unduh/", rights.export, name="rights-export"),
    path("privasi/data-saya/kontak/", rights.contact, name="rights-contact"),
    path("privasi/data-saya/cabut/", rights.withdraw, name="rights-withdraw"),
    path("privasi/data-saya/minta/", rights.ask, name="rights-ask"),
    path("hak-data/", rights.request_list, name="rights-list"),
    path("hak-data/<int:pk>/", rights.request_answer, name="rights-answer"),
    path("retensi/", rights.retention, name="retention"),
]
