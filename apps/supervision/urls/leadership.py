"""Addresses of the leadership view."""

from typing import Any

urlpatterns: list[Any] = []
