"""Addresses of the auditor's room and of who opened my record."""

from typing import Any

urlpatterns: list[Any] = []
