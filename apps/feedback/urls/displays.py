"""Public: badge, TV screen, open data."""

urlpatterns: list = []
