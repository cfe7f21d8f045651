"""Addresses of feedback, dialogue notes and peers."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
