"""Composition root: may import every app, no app imports it."""

from .celery import app as celery_app

__all__ = ["celery_app"]
