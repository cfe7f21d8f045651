"""Offices: paper forms typed in later."""

urlpatterns: list = []
