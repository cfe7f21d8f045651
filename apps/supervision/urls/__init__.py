"""Addresses of supervision, one module per part."""

from . import audit_room, home, leadership, load, queue, raters, sampling

app_name = "supervision"

urlpatterns = [
    *audit_room.urlpatterns,
    *home.urlpatterns,
    *leadership.urlpatterns,
    *load.urlpatterns,
    *queue.urlpatterns,
    *raters.urlpatterns,
    *sampling.urlpatterns,
]
