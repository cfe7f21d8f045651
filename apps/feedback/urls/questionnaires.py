"""Offices: versions of the questionnaire."""

from django.urls import path

from ..views import questionnaires

urlpatterns = [
    path("survei/kuesioner/", questionnaires.questionnaire_list, name="questionnaire-list"),
    path("survei/kuesioner/<int:pk>/", questionnaires.detail, name="questionnaire-detail"),
    path("survei/kuesioner/<int:pk>/pratinjau/", questionnaires.preview, name="questionnaire-preview"),
    path("survei/kuesioner/<int:pk>/beda/", questionnaires.difference, name="questionnaire-diff"),
    path("survei/kuesioner/<int:pk>/lembar/", questionnaires.sheet, name="questionnaire-sheet"),
    path("survei/kuesioner/<int:pk>/rancangan/", questionnaires.make_draft, name="questionnaire-draft"),
    path("survei/kuesioner/<int:pk>/judul/", questionnaires.change, name="questionnaire-change"),
    path("survei/kuesioner/<int:pk>/bobot/", questionnaires.weights, name="questionnaire-weights"),
    path("survei/kuesioner/<int:pk>/unsur-baru/", questionnaires.add_unsur, name="unsur-add"),
    path("survei/kuesioner/<int:pk>/pakai/", questionnaires.put_into_use, name="questionnaire-use"),
    path("survei/kuesioner/<int:pk>/hentikan/", questionnaires.retire, name="questionnaire-retire"),
    path("survei/kuesioner/<int:pk>/buang/", questionnaires.discard, name="questionnaire-discard"),
    path("survei/kuesioner/unsur/<int:pk>/", questionnaires.change_unsur, name="unsur-change"),
    path("survei/kuesioner/unsur/<int:pk>/ganti/", questionnaires.replace_unsur, name="unsur-replace"),
    path("survei/kuesioner/unsur/<int:pk>/hapus/", questionnaires.remove_unsur, name="unsur-remove"),
    path("survei/periode/<int:pk>/lembar/", questionnaires.period_sheet, name="paper-sheet"),
]
