"""Public: one's own data."""

urlpatterns: list = []
