"""Public: privacy and accessibility."""

from django.urls import path

from ..views import statements

urlpatterns = [
    path("privasi/", statements.privacy, name="privacy"),
    path("aksesibilitas/", statements.accessibility, name="accessibility"),
]
