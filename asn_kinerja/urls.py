"""One include per app. Paths are Indonesian (reference/ux-security.md, 1.9); names are English."""

from django.urls import include, path

from apps.supervision import views as supervision_views

from . import views

handler400 = "asn_kinerja.views.bad_request"
handler500 = "asn_kinerja.views.server_error"

urlpatterns = [
    path("", views.home, name="home"),
    path("beranda/", supervision_views.home, name="beranda"),
    path("bantuan/", views.help_page, name="help"),
    path("gaya/", views.styleguide, name="styleguide"),
    path("", include("apps.core.urls")),
]

for app in (
    # First, because its pages for citizens are asked for most and cost least: finding the address is a part of that.
    "feedback",
    "accounts",
    "employees",
    "indicators",
    "assessments",
    "training",
    "supervision",
    "reports",
):
    urlpatterns.append(path("", include(f"apps.{app}.urls")))
