"""Addresses of the calibration room."""

from typing import Any

urlpatterns: list[Any] = []
