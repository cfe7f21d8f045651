"""Addresses of the result explained, and of objections."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
