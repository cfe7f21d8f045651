"""Offices: notices that a service turned bad."""

urlpatterns: list = []
