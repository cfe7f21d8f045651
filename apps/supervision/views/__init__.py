"""Pages of supervision: everybody's start page, the supervisor's live page, and the duties of leaders."""

from .duties import leader_duties, my_duties
from .home import home
from .today import today

__all__ = ["home", "leader_duties", "my_duties", "today"]
