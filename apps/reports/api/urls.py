"""The API of all apps below /api/v1/, in the namespace `api`. Apps do not know that they are mounted here."""

from django.urls import include, path, re_path

from . import views

app_name = "api"

urlpatterns = [
    path("schema/", views.Schema.as_view(), name="schema"),
    path("docs/", views.Docs.as_view(), name="docs"),
    *(
        path("", include(f"apps.{app}.api.urls"))
        for app in ("employees", "indicators", "assessments", "feedback", "training")
    ),
    re_path(r"^(?P<path>.*)$", views.Unknown.as_view(), name="unknown"),
]
