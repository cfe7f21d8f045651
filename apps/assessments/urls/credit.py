"""Addresses of angka kredit."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
