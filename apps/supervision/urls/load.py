"""Addresses of load, loans and cover."""

from typing import Any

urlpatterns: list[Any] = []
