"""Addresses of samples, openings, second readings and batches."""

from typing import Any

urlpatterns: list[Any] = []
