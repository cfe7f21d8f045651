"""Offices: ratings that are held back."""

urlpatterns: list = []
