"""Addresses of employees."""

from django.urls import URLPattern

app_name = "employees"

urlpatterns: list[URLPattern] = []
