"""Pages of supervision: everybody's start page, and the supervisor's live page."""

from .home import home
from .today import today

__all__ = ["home", "today"]
