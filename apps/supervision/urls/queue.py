"""Addresses of the exception queue."""

from typing import Any

urlpatterns: list[Any] = []
