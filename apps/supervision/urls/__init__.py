"""Addresses of supervision, one module per part."""

from . import audit_room, career, home, leadership, load, practice, queue, raters, sampling

app_name = "supervision"

urlpatterns = [
    *audit_room.urlpatterns,
    *career.urlpatterns,
    *home.urlpatterns,
    *leadership.urlpatterns,
    *load.urlpatterns,
    *practice.urlpatterns,
    *queue.urlpatterns,
    *raters.urlpatterns,
    *sampling.urlpatterns,
]
